"""From when feedback is lost: the last that the ledger has of each feed that a cause cuts."""

from dataclasses import replace

import pytest

from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.messaging import EncryptionKey, key_name
from ses_reputation.doctor.facts.sending import IdentityFacts
from ses_reputation.doctor.facts.setup import SeenSender, Setup
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import (
    DELEGATE,
    DELEGATE_TOPIC,
    OWNER_TOPIC,
    QUEUE,
    REGION,
    delegate_place,
    owner_place,
    sound_setup,
    topic,
    topics,
)

OWN = SeenSender(DELEGATE, REGION, "orchard.example", 0, 9, "2026-11-20", {"mail": "2026-11-26T13"})
OTHER = SeenSender(
    DELEGATE, REGION, "pear.example", 0, 9, "2026-11-27", {"mail": "2026-11-24", "(none)": "2026-11-27"}
)
ELSEWHERE = SeenSender(DELEGATE, "us-east-1", "orchard.example", 0, 9, "2026-11-27", {"mail": "2026-11-27"})
KEY = "alias/aws/sqs"
SINCE = "The last report of it that the ledger has is of mail sent on"


def with_queue(**changed: str) -> Setup:
    """A setup whose queue is otherwise, with AWS's own key known."""
    setup = sound_setup()
    assert setup.queue is not None
    keys = Listing({key_name(QUEUE, KEY): EncryptionKey(KEY, True, "Enabled", "")})
    return replace(setup, queue=replace(setup.queue, **changed), keys=keys)


SILENT = {
    "queue_key_managed_by_aws": with_queue(key=KEY),
    "queue_closed_to_topic": with_queue(policy=""),
}


@pytest.mark.parametrize("name", SILENT)
def test_each_feed_that_a_queue_does_not_take_is_lost_since_its_own_last_report(name: str) -> None:
    (cause,) = examine(replace(SILENT[name], senders=(OWN, OTHER, ELSEWHERE)))

    assert cause.diagnosis.name == name
    owners, senders = cause.consequences
    assert owners.endswith(f"(the owner's feed). {SINCE} 2026-11-20.")
    assert senders.endswith(f"(the sender's feed). {SINCE} 2026-11-26 13:00 UTC.")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("topic_missing", topics(OWNER_TOPIC)),
        ("not_subscribed", topics(OWNER_TOPIC, unheard=topic(DELEGATE_TOPIC, subscriptions=()))),
        ("topic_closed_to_ses", topics(OWNER_TOPIC, closed=topic(DELEGATE_TOPIC, policy="{}"))),
    ],
)
def test_a_topic_that_is_gone_closed_or_unheard_loses_its_feed_since_the_last_report(
    name: str, known: Listing[object]
) -> None:
    (cause,) = examine(sound_setup(topics=known, senders=(OWN, OTHER)))

    assert (cause.diagnosis.name, len(cause.consequences)) == (name, 1)
    assert cause.consequences[0].endswith(f"{SINCE} 2026-11-26 13:00 UTC.")


def test_topics_that_ses_cleared_say_when_the_owners_feed_reported_last() -> None:
    cleared = IdentityFacts("orchard.example", True, True, {"Delivery": OWNER_TOPIC}, {})
    place = owner_place(identities=Listing({cleared.name: cleared}))

    causes = examine(sound_setup(places=(place, delegate_place()), senders=(OWN, OTHER)))

    (lost,) = (each.diagnosis for each in causes if each.diagnosis.name == "topics_lost")
    assert lost.why.endswith(f"{SINCE} 2026-11-20.")


def test_topics_that_are_not_set_any_more_say_when_the_owners_feed_reported_last() -> None:
    """Without a Delivery topic, a lost topic leaves no other trace than the ledger's."""
    bare = IdentityFacts("orchard.example", True, True, {}, {})
    place = owner_place(identities=Listing({bare.name: bare}))

    causes = examine(sound_setup(places=(place, delegate_place()), senders=(OWN, OTHER)))

    (missing,) = (each.diagnosis for each in causes if each.diagnosis.name == "topics_missing")
    assert missing.why.endswith(f"{SINCE} 2026-11-20.")


@pytest.mark.parametrize("senders", [(), (replace(OWN, owner_last_reported="", sets_last_reported={}),)])
def test_where_the_ledger_has_no_report_nothing_is_said_of_when(senders: tuple[SeenSender, ...]) -> None:
    (cause,) = examine(replace(with_queue(key=KEY), senders=senders))

    assert [SINCE in each for each in cause.consequences] == [False, False]
