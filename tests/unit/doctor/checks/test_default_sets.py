"""An identity's default set reaches no address below it that is verified by itself."""

import pytest

from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.sending import IdentityFacts
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import DELEGATE_TOPIC, delegate_place, owner_place, sound_setup

TOPICS = dict.fromkeys(("Bounce", "Complaint", "Delivery"), DELEGATE_TOPIC)


def found_of(name: str, default_set: str = "") -> list[tuple[str, str]]:
    """What the doctor finds of an identity beside the delegate's domain, whose default set is `mail`."""
    identities = {
        each.name: each
        for each in (
            IdentityFacts("courier.example", True, False, TOPICS, {}, "mail"),
            IdentityFacts(name, True, False, TOPICS, {}, default_set),
        )
    }
    setup = sound_setup(places=(owner_place(), delegate_place(identities=Listing(identities))))
    return [(each.diagnosis.name, each.diagnosis.subject.rpartition("/")[2]) for each in examine(setup)]


@pytest.mark.parametrize("name", ["news@courier.example", "news@mail.courier.example"])
def test_an_address_has_not_the_default_of_the_domain_above_it(name: str) -> None:
    assert found_of(name) == [("default_set_not_inherited", name)]
    assert found_of(name, "mail") == []


def test_an_address_of_another_domain_is_none_of_it() -> None:
    assert found_of("news@pear.example") == []
