"""What must come of a mail depends on the simulator's address and on what each feed is set up to report."""

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.expectation import OUTCOMES, expectations_of
from ses_reputation.verification.feed_setup import FeedbackKind, FeedSetup
from ses_reputation.verification.marker_mail import SimulatedOutcome
from tests.support.marker_mail import OWNER_SETUP, SENDER_SETUP, accepted

BY_HAND = {
    "success": {"sender send", "sender delivery"},
    "bounce": {"sender send", "sender bounce", "owner bounce"},
    "ooto": {"sender send", "sender delivery", "sender bounce", "owner bounce"},
    "complaint": {"sender send", "sender delivery", "sender complaint", "owner complaint"},
    "suppressionlist": {"sender send", "sender bounce", "owner bounce"},
}


def expected(outcome: SimulatedOutcome, *setups: FeedSetup) -> set[str]:
    return {f"{each.feed} {each.kind}" for each in expectations_of([accepted(outcome)], setups)}


@pytest.mark.parametrize("outcome", list(SimulatedOutcome))
def test_each_address_of_the_simulator_has_its_feedback(outcome: SimulatedOutcome) -> None:
    assert expected(outcome, SENDER_SETUP, OWNER_SETUP) == BY_HAND[outcome]


def test_the_owners_feed_has_deliveries_only_where_it_has_a_topic_for_them() -> None:
    with_deliveries = FeedSetup(Feed.OWNER, OWNER_SETUP.kinds | {FeedbackKind.DELIVERY})

    assert expected(SimulatedOutcome.SUCCESS, OWNER_SETUP) == set()
    assert expected(SimulatedOutcome.SUCCESS, with_deliveries) == {"owner delivery"}


def test_nothing_is_expected_of_a_feed_that_is_not_set_up() -> None:
    assert expected(SimulatedOutcome.BOUNCE, FeedSetup(Feed.SENDER, frozenset())) == set()


def test_an_automatic_reply_is_a_transient_bounce_and_an_unknown_user_a_permanent_one() -> None:
    replied = OUTCOMES[SimulatedOutcome.OUT_OF_OFFICE][FeedbackKind.BOUNCE]
    unknown = OUTCOMES[SimulatedOutcome.BOUNCE][FeedbackKind.BOUNCE]

    assert Outcome.BOUNCED_TRANSIENT_GENERAL in replied - unknown
    assert Outcome.BOUNCED_PERMANENT_GENERAL in unknown - replied
    assert Outcome.BOUNCED_PERMANENT_SUPPRESSED in OUTCOMES[SimulatedOutcome.SUPPRESSED][FeedbackKind.BOUNCE]
