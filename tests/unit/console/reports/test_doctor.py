"""What the doctor shows of accounts: a set's own settings beside its account's."""

import io

from console.reports.doctor import describe_place, print_places
from console.terminal.screen import Screen
from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.sending import DedicatedPool, Place
from tests.support.doctor_facts import delegate_place, publishing_set

PLACE = delegate_place(
    publishing_set("news", validation="HIGH", delivery_mode="REGIONAL", suppressed_reasons=()),
    publishing_set("receipts", validation="OFF"),
    publishing_set("mail"),
)


def test_settings_of_a_set_are_described_where_it_has_its_own() -> None:
    assert describe_place(PLACE)["set_settings"] == {
        "news": {
            "address_validation": "HIGH",
            "shared_pool_delivery_mode": "REGIONAL",
            "suppressed_reasons": [],
        },
        "receipts": {"address_validation": "OFF"},
    }


def printed_of(place: Place) -> list[str]:
    """The lines beneath the table of a place."""
    screen = Screen(file=io.StringIO(), width=200)
    print_places(screen, [place])
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


def test_settings_of_a_set_are_printed_beneath_those_of_the_accounts() -> None:
    assert printed_of(PLACE)[-2:] == [
        "Set news of account 222222222222 in eu-west-1 has settings of its own: address validation high; "
        "shared pool delivery mode regional; suppressed reasons none.",
        "Set receipts of account 222222222222 in eu-west-1 has settings of its own: address validation off.",
    ]


def test_pools_are_shown_with_their_scaling_mode_and_the_sets_that_send_through_none() -> None:
    pools = [
        DedicatedPool("fast", True, {}),
        DedicatedPool("slow", False, {}),
        DedicatedPool("ses-default-dedicated-pool", False, {}),
    ]
    place = delegate_place(
        publishing_set("receipts", pool="fast"),
        publishing_set("news"),
        pools=Listing({each.name: each for each in pools}),
    )

    assert printed_of(place)[-2:] == [
        "Set receipts of account 222222222222 in eu-west-1 has settings of its own: dedicated pool fast.",
        "Dedicated pools of account 222222222222 in eu-west-1: fast (managed), slow (standard). Sets that "
        "name none: news.",
    ]
    described = describe_place(place)
    assert described["dedicated_pools"] == {"fast": "MANAGED", "slow": "STANDARD"}
    assert described["set_settings"] == {"receipts": {"dedicated_pool": "fast"}}
    assert not [line for line in printed_of(PLACE) if line.startswith("Dedicated pools")]
