"""What the doctor shows of accounts: a set's own settings beside its account's."""

import io

from console.reports.doctor import describe_place, print_places
from console.terminal.screen import Screen
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


def test_settings_of_a_set_are_printed_beneath_those_of_the_accounts() -> None:
    screen = Screen(file=io.StringIO(), width=200)
    print_places(screen, [PLACE])
    assert isinstance(screen.file, io.StringIO)
    printed = screen.file.getvalue()

    assert printed.splitlines()[-2:] == [
        "Set news of account 222222222222 in eu-west-1 has settings of its own: address validation high; "
        "shared pool delivery mode regional; suppressed reasons none.",
        "Set receipts of account 222222222222 in eu-west-1 has settings of its own: address validation off.",
    ]
