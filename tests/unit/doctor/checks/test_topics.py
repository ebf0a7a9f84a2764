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
    policy,
    publishing_set,
    sound_setup,
    topic,
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
    (none,) = causes(owner_place(), delegate_place(sets=Listing()))

    assert DELEGATE_TOPIC in beside.diagnosis.commands[0]
    assert alone.diagnosis.commands == (
        f"ses-reputation accounts add delegate {DELEGATE} --region eu-west-1 --owner {OWNER}",
    )
    # A25: what CloudFormation says of a topic that did not let SES publish when its destination was made.
    for cause in (beside, alone, none):
        assert "null pointer of KinesisFirehoseDestination.iamRoleARN()" in cause.diagnosis.why


def lost(name: str) -> IdentityFacts:
    """An identity as SES leaves it whose topic it could not publish to."""
    return IdentityFacts(f"{name}.example", True, True, {"Delivery": OWNER_TOPIC}, {})


def test_one_identity_that_lost_a_topic_names_those_that_share_it_and_have_not_yet() -> None:
    """A20: each identity loses its topics at its own first bounce or complaint."""
    place = owner_with(pear=dict.fromkeys(("Bounce", "Complaint"), OWNER_TOPIC), plum={"Bounce": FIFO})
    known = {each.name: each for each in (lost("apple"), lost("quince"), *place.identities)}
    found = causes(owner_place(identities=Listing(known)), delegate_place(), known=(FIFO,))

    first, second = (each.diagnosis for each in found if each.diagnosis.name == "topics_lost")

    assert [shlex.split(command)[6::2] for command in first.commands] == [
        ["apple.example", "Bounce", OWNER_TOPIC],
        ["apple.example", "Complaint", OWNER_TOPIC],
        ["orchard.example", "Bounce", OWNER_TOPIC],
        ["orchard.example", "Complaint", OWNER_TOPIC],
        ["orchard.example", "Delivery", OWNER_TOPIC],
        ["pear.example", "Bounce", OWNER_TOPIC],
        ["pear.example", "Complaint", OWNER_TOPIC],
    ]
    assert first.mend.endswith("still look right: orchard.example and pear.example.")
    assert [shlex.split(command)[6] for command in second.commands] == ["quince.example"] * 2


def test_of_many_that_share_a_lost_topic_ten_are_named() -> None:
    names = [f"b{number:02}" for number in range(30)]
    sharing = owner_with(**dict.fromkeys(names, dict.fromkeys(("Bounce", "Complaint"), OWNER_TOPIC)))
    known = {each.name: each for each in (lost("apple"), *sharing.identities)}
    found = causes(owner_place(identities=Listing(known)), delegate_place())

    (cause,) = (each.diagnosis for each in found if each.diagnosis.name == "topics_lost")

    assert len(cause.commands) == 2 + 2 * 10
    assert cause.mend.endswith("b08.example, b09.example and 21 more.")


@pytest.mark.parametrize(
    ("condition", "is_said"),
    [
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:ses:eu-west-1:{DELEGATE}:identity/*"}}, True),
        ({"StringEquals": {"AWS:SourceArn": f"arn:aws:ses:eu-west-1:{DELEGATE}:configuration-set/*"}}, True),
        ({"StringEquals": {"aws:SourceAccount": OWNER}}, False),
    ],
)
def test_what_ses_names_as_the_source_is_said_where_a_topics_policy_asks_for_another(
    condition: Mapping[str, Mapping[str, str]], is_said: bool
) -> None:
    """A24: one topic for identities and configuration sets needs both."""
    ses = {"Service": "ses.amazonaws.com"}
    document = policy(Principal=ses, Action="sns:Publish", Resource=DELEGATE_TOPIC, Condition=condition)
    closed = topic(DELEGATE_TOPIC, policy=document)

    (cause,) = examine(sound_setup(topics=topics(OWNER_TOPIC, closed=closed)))

    assert cause.diagnosis.name == "topic_closed_to_ses"
    assert cause.diagnosis.why.endswith("a topic for both has to let in both.") is is_said
