"""Which topics SES cannot publish to, and which one is proposed."""

import shlex
from collections.abc import Mapping

import pytest

from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.sending import IdentityFacts, Place
from ses_reputation.doctor.report import RootCause, examine
from tests.support.doctor_facts import (
    DELEGATE,
    DELEGATE_TOPIC,
    OWNER,
    OWNER_TOPIC,
    delegate_place,
    owner_place,
    publishing_set,
    sound_setup,
    topics,
)
from tests.support.pasted_text import check_pasted

ELSEWHERE = f"arn:aws:sns:us-east-1:{OWNER}:feedback"
FIFO = f"{OWNER_TOPIC}.fifo"


def owner_with(**given: Mapping[str, str]) -> Place:
    """The owner's place with further identities, by the first part of their domain."""
    (domain,) = owner_place().identities
    more = [IdentityFacts(f"{name}.example", True, False, topics, {}) for name, topics in given.items()]
    return owner_place(identities=Listing({each.name: each for each in (domain, *more)}))


def causes(*places: Place, known: tuple[str, ...] = ()) -> list[RootCause]:
    return examine(sound_setup(places=places, topics=topics(OWNER_TOPIC, DELEGATE_TOPIC, *known)))


@pytest.mark.parametrize(("topic", "name"), [(ELSEWHERE, "topic_in_other_region"), (FIFO, "topic_fifo")])
def test_a_topic_that_ses_does_not_take_is_named_as_such(topic: str, name: str) -> None:
    place = owner_with(pear=dict.fromkeys(("Bounce", "Complaint"), topic))

    (cause,) = causes(place, delegate_place(), known=(topic,))

    assert (cause.diagnosis.name, cause.diagnosis.subject) == (name, topic)
    assert cause.consequences == (
        "The ledger gets no Bounce and Complaint of pear.example in eu-west-1 (the owner's feed).",
    )
    for command in cause.diagnosis.commands:
        check_pasted(command)


def test_an_identity_without_topics_gets_the_one_that_the_others_name() -> None:
    (cause,) = causes(owner_with(pear={}), delegate_place())

    assert len(cause.diagnosis.commands) == 3
    assert all(shlex.split(command)[-1] == OWNER_TOPIC for command in cause.diagnosis.commands)


def test_where_others_name_several_topics_or_none_the_owner_is_registered() -> None:
    another = dict.fromkeys(("Bounce", "Complaint", "Delivery"), f"{OWNER_TOPIC}2")
    several = causes(owner_with(pear={}, plum=another), delegate_place(), known=(f"{OWNER_TOPIC}2",))
    alone = IdentityFacts("pear.example", True, True, {}, {})
    none = causes(owner_place(identities=Listing({alone.name: alone})))

    for (command,) in (cause.diagnosis.commands for cause in [*several, *none] if is_unset(cause)):
        assert command == (
            f"ses-reputation accounts add owner {OWNER} --region eu-west-1 --identity pear.example"
        )
        check_pasted(command)
    assert [len(list(filter(is_unset, found))) for found in (several, none)] == [1, 1]


def is_unset(cause: RootCause) -> bool:
    return cause.diagnosis.name == "topics_missing"


def test_a_set_without_a_topic_gets_that_of_the_others_or_the_account_is_registered() -> None:
    silent = publishing_set("silent", destinations=())
    (beside,) = causes(owner_place(), delegate_place(publishing_set("mail"), silent))
    (alone,) = causes(owner_place(), delegate_place(silent))

    assert DELEGATE_TOPIC in beside.diagnosis.commands[0]
    assert alone.diagnosis.commands == (
        f"ses-reputation accounts add delegate {DELEGATE} --region eu-west-1 --owner {OWNER}",
    )
