"""What is kept of a setup's diagnoses: where, how much of it, and which feeds each costs."""

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

import ses_reputation.doctor.checks
from ses_reputation.doctor.facts.listing import Listing, Unread
from ses_reputation.doctor.facts.sending import DedicatedPool, Destination, IdentityFacts
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.statistics.diagnoses import KeptDiagnosis, LostFeed
from ses_reputation.statistics.diagnosing import (
    FEEDS_BY_NAME,
    LONGEST_COMMAND,
    MOST_FEEDS,
    MOST_KEPT,
    MOST_LETTERS,
    diagnose,
)
from ses_reputation.statistics.send_statistics import AccountRegion
from tests.support.doctor_facts import (
    DELEGATE,
    DELEGATE_TOPIC,
    LEDGER,
    OWNER,
    OWNER_TOPIC,
    READ_AT,
    REGION,
    delegate_place,
    owner_place,
    publishing_set,
    sound_setup,
    topic,
    topics,
)

PLACES = [AccountRegion(account, REGION) for account in (OWNER, DELEGATE, LEDGER)]
HOME = AccountRegion(LEDGER, REGION)
CLOSED = '{"Version":"2012-10-17","Statement":[]}'


def found(setup: Setup, places: list[AccountRegion] = PLACES) -> dict[AccountRegion, list[KeptDiagnosis]]:
    """What is kept, by account and Region; all of it was read when the setup was."""
    kept = diagnose(setup, places, HOME)
    assert {each.read_at for each in kept} == {READ_AT}
    return {AccountRegion(each.account, each.region): list(each.found) for each in kept}


def only(setup: Setup) -> KeptDiagnosis:
    (diagnosis,) = chain.from_iterable(found(setup).values())
    return diagnosis


def test_of_a_sound_setup_every_place_is_kept_with_nothing() -> None:
    assert found(sound_setup()) == {place: [] for place in PLACES}


def test_a_topic_closed_to_ses_is_kept_where_it_is_mended_with_the_feed_that_it_costs() -> None:
    setup = sound_setup(topics=topics(DELEGATE_TOPIC, owners=topic(OWNER_TOPIC, policy=CLOSED)))

    kept = found(setup)

    assert {place: [each.name for each in found] for place, found in kept.items()} == {
        AccountRegion(OWNER, REGION): ["topic_closed_to_ses"],
        AccountRegion(DELEGATE, REGION): [],
        AccountRegion(LEDGER, REGION): [],
    }
    (diagnosis,) = kept[AccountRegion(OWNER, REGION)]
    assert diagnosis.severity == 2
    assert diagnosis.problem == f"The policy of topic {OWNER_TOPIC} does not let SES publish to it."
    assert diagnosis.command.startswith(f"aws sns set-topic-attributes --region {REGION}")
    assert diagnosis.feeds == (LostFeed(REGION, "", "orchard.example"),)


def test_a_closed_queue_costs_the_feeds_of_all_accounts() -> None:
    setup = sound_setup()
    assert setup.queue
    closed = replace(setup, queue=replace(setup.queue, policy=CLOSED))

    feeds = {feed for each in found(closed)[HOME] for feed in each.feeds}

    assert feeds == {LostFeed(REGION, "", "orchard.example"), LostFeed(REGION, DELEGATE, "mail")}


def test_what_cuts_no_flow_names_the_feed_that_it_leaves_out() -> None:
    sends_only = Destination("feedback", True, frozenset({"SEND"}), DELEGATE_TOPIC)
    incomplete = publishing_set("mail", destinations=(sends_only,))
    without_topics = IdentityFacts("orchard.example", True, True, {}, {})

    of_set = only(sound_setup(places=(owner_place(), delegate_place(incomplete))))
    of_delegate = only(sound_setup(places=(owner_place(), delegate_place(sets=Listing()))))
    of_identity = found(
        sound_setup(
            delegates=frozenset(),
            places=(owner_place(identities=Listing({"orchard.example": without_topics})),),
        )
    )[AccountRegion(OWNER, REGION)]

    assert (of_set.name, of_set.feeds) == ("event_types_missing", (LostFeed(REGION, DELEGATE, "mail"),))
    assert (of_delegate.name, of_delegate.feeds) == ("no_sender_feed", (LostFeed("", DELEGATE, ""),))
    assert [(each.name, each.feeds) for each in of_identity] == [
        ("topics_missing", (LostFeed(REGION, "", "orchard.example"),))
    ]


def test_what_costs_no_feed_is_kept_without_one() -> None:
    paused = publishing_set("mail", is_sending_enabled=False)

    diagnosis = only(sound_setup(places=(owner_place(), delegate_place(paused))))

    assert (diagnosis.name, diagnosis.feeds) == ("set_paused", ())


def test_what_could_not_be_read_is_no_diagnosis() -> None:
    setup = sound_setup(unread=(Unread("ses:GetAccount", OWNER, "your role", "AccessDenied"),))

    assert found(setup) == {place: [] for place in PLACES}


def test_what_is_mended_at_a_place_that_is_not_read_is_kept_at_home() -> None:
    setup = sound_setup(topics=topics(DELEGATE_TOPIC, owners=topic(OWNER_TOPIC, policy=CLOSED)))

    kept = found(setup, [HOME, AccountRegion(DELEGATE, REGION)])

    assert kept.keys() == {HOME, AccountRegion(DELEGATE, REGION)}
    assert [(each.name, each.account) for each in kept[HOME]] == [("topic_closed_to_ses", OWNER)]


def test_the_most_severe_twenty_are_kept() -> None:
    paused = [publishing_set(f"set-{number:02}", is_sending_enabled=False) for number in range(25)]
    overriding = [publishing_set(f"a-{number:02}", suppressed_reasons=()) for number in range(5)]

    kept = found(sound_setup(places=(owner_place(), delegate_place(*overriding, *paused))))

    assert [each.name for each in kept[AccountRegion(DELEGATE, REGION)]] == ["set_paused"] * MOST_KEPT


def test_of_many_feeds_so_many_are_named() -> None:
    sets = [publishing_set(f"set-{number:04}") for number in range(MOST_FEEDS + 1)]
    closed = topics(OWNER_TOPIC, delegates=topic(DELEGATE_TOPIC, policy=CLOSED))

    diagnosis = only(sound_setup(places=(owner_place(), delegate_place(*sets)), topics=closed))

    assert len(diagnosis.feeds) == MOST_FEEDS
    assert diagnosis.feeds[-1] == LostFeed(REGION, DELEGATE, f"set-{MOST_FEEDS - 1:04}")


def test_a_longer_sentence_is_cut_and_a_longer_command_is_left_out() -> None:
    statements = [{"Sid": f"Other{number:03}", "Effect": "Deny", "Action": "x"} for number in range(100)]
    closed = {"Version": "2012-10-17", "Statement": statements}
    name = f"arn:aws:sns:{REGION}:{OWNER}:{'x' * 2 * MOST_LETTERS}"
    long = owner_place(
        identities=Listing(
            {
                "orchard.example": replace(
                    next(iter(owner_place().identities)),
                    topics=dict.fromkeys(("Bounce", "Complaint"), name),
                )
            }
        )
    )
    policy = str(closed).replace("'", '"')
    setup = sound_setup(
        places=(long, delegate_place()), topics=topics(DELEGATE_TOPIC, x=topic(name, policy=policy))
    )

    diagnosis = only(setup)

    assert len(policy) > LONGEST_COMMAND
    assert (len(diagnosis.problem), diagnosis.problem[-4:]) == (MOST_LETTERS, "x...")
    assert diagnosis.command == ""


@pytest.mark.parametrize("name", sorted(FEEDS_BY_NAME))
def test_a_diagnosis_that_is_known_by_its_name_exists(name: str) -> None:
    folder = Path(ses_reputation.doctor.checks.__path__[0])

    assert any(f'"{name}"' in module.read_text() for module in folder.rglob("*.py"))


def test_the_pool_of_each_set_is_kept_and_the_kind_of_each_pool() -> None:
    place = replace(
        delegate_place(publishing_set("mail", pool="quick"), publishing_set("receipts")),
        pools=Listing({"quick": DedicatedPool("quick", True, {}), "old": DedicatedPool("old", False, {})}),
    )

    kept = {each.place: each for each in diagnose(sound_setup(places=(place,)), PLACES, HOME)}

    of_delegate = kept[AccountRegion(DELEGATE, REGION)]
    assert of_delegate.set_pools == {"mail": "quick", "receipts": ""}
    # SES's own pools: of shared addresses, and of standard ones that are in no other (SES developer guide,
    # "Assigning Amazon SES IP pools").
    assert of_delegate.pool_kinds == {
        "quick": "managed",
        "old": "standard",
        "ses-shared-pool": "shared",
        "ses-default-dedicated-pool": "standard",
    }
    assert (kept[HOME].set_pools, kept[HOME].pool_kinds) == ({}, {})
