"""What did not come is named by party and feed, with what the rest says of its cause."""

from collections.abc import Iterable
from datetime import timedelta

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.expectation import Expectation, expectations_of
from ses_reputation.verification.feed_setup import FeedbackKind, FeedSetup
from ses_reputation.verification.marker_mail import SimulatedOutcome
from ses_reputation.verification.missing import Diagnose, MissingFeedback, explain_missing
from ses_reputation.verification.proof import PartyProof, Proof
from ses_reputation.verification.refusals import explain_refusal
from ses_reputation.verification.watching import JournaledFact, Watch
from tests.support.marker_mail import (
    AS_COURIER,
    AS_OWNER,
    COURIER,
    MARKER,
    OWNER,
    OWNER_SETUP,
    SENDER_SETUP,
    SENT_AT,
    accepted,
    refused,
)

MAILS = tuple(accepted(outcome) for outcome in SimulatedOutcome)
EXPECTED = tuple(expectations_of(MAILS, (SENDER_SETUP, OWNER_SETUP)))
PARTY = PartyProof(AS_COURIER, (SENDER_SETUP, OWNER_SETUP), MAILS, ())


def proof(lost: Iterable[Expectation] = (), *facts: JournaledFact, party: PartyProof = PARTY) -> Proof:
    came = {each: timedelta(seconds=3) for each in EXPECTED if each not in set(lost)}
    return Proof(MARKER, SENT_AT, (party,), EXPECTED, Watch(came, set(facts)))


def of_feed(feed: Feed, *kinds: FeedbackKind) -> list[Expectation]:
    return [each for each in EXPECTED if each.feed is feed and (not kinds or each.kind in kinds)]


def only(found: Proof, diagnose: Diagnose = lambda _account, _region: ()) -> MissingFeedback:
    (missing,) = explain_missing(found, diagnose)
    return missing


def test_a_proof_without_gaps_is_complete() -> None:
    assert proof().is_complete
    assert list(explain_missing(proof())) == []


def test_a_silent_senders_feed_points_at_the_topic_of_the_event_destination_first() -> None:
    missing = only(proof(of_feed(Feed.SENDER)))

    assert (missing.feed, missing.reporter) == (Feed.SENDER, COURIER)
    assert "the topic of the event destination is gone" in missing.causes[0]


def test_a_silent_owners_feed_points_at_the_owners_side() -> None:
    missing = only(proof(of_feed(Feed.OWNER)))

    assert (missing.feed, missing.reporter) == (Feed.OWNER, OWNER)
    assert "The topic of orchard.example may be gone" in missing.causes[0]


def test_a_kind_that_never_came_points_at_a_filter() -> None:
    missing = only(proof(of_feed(Feed.SENDER, FeedbackKind.COMPLAINT)))

    assert "nothing of the kind complaint came" in missing.causes[0]


def test_some_of_a_kind_may_be_late() -> None:
    missing = only(proof(of_feed(Feed.SENDER, FeedbackKind.BOUNCE)[:1]))

    assert "may be late" in missing.causes[0]


def test_facts_of_another_identity_are_the_cause() -> None:
    lost = of_feed(Feed.OWNER)
    fact = JournaledFact(
        lost[0].accepted, Feed.OWNER, Outcome.BOUNCED_PERMANENT_GENERAL, "news@orchard.example", ""
    )

    missing = only(proof(lost, fact))

    assert missing.causes[0].startswith("It came, and counts to the identity news@orchard.example")
    assert len(missing.causes) == 1


def test_a_diagnosis_goes_before_every_guess() -> None:
    asked: list[tuple[str, str]] = []

    def diagnose(account: str, region: str) -> list[str]:
        asked.append((account, region))
        return ["The topic does not exist."]

    missing = only(proof(of_feed(Feed.OWNER)), diagnose)

    assert missing.causes == ("The topic does not exist.",)
    assert asked == [(OWNER, "eu-west-1")]


def test_a_refused_mail_leaves_the_proof_incomplete() -> None:
    refusal = refused("Throttling", "Maximum sending rate exceeded.")
    party = PartyProof(AS_COURIER, PARTY.setups, MAILS, ((refusal, explain_refusal(refusal)),))

    assert not proof(party=party).is_complete


def test_a_feed_that_is_not_set_up_leaves_the_proof_incomplete() -> None:
    no_topics = FeedSetup(Feed.OWNER, frozenset({FeedbackKind.DELIVERY}))
    party = PartyProof(AS_COURIER, (SENDER_SETUP, no_topics), MAILS, ())

    assert not proof(party=party).is_complete
    assert party.lacking_setups == (no_topics,)


def test_an_owner_needs_no_configuration_set_and_a_delegate_does() -> None:
    without_set = FeedSetup(Feed.SENDER, frozenset())
    setups = (without_set, OWNER_SETUP)
    owner, delegate = (
        PartyProof(type(each)(each.account, each.identity, each.from_address, ""), setups, (), ())
        for each in (AS_OWNER, AS_COURIER)
    )

    assert owner.lacking_setups == ()
    assert delegate.lacking_setups == (without_set,)


def test_where_nothing_could_be_expected_nothing_is_proven() -> None:
    assert not Proof(MARKER, SENT_AT, (), (), Watch()).is_complete
