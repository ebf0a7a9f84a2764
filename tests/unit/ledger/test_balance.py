"""Figures worked by hand from a few dispatches."""

from array import array

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger import balance
from ses_reputation.ledger.balance import BalanceCounts, tally
from ses_reputation.ledger.pages import FactRun

SENT, DELIVERED, LATER = Outcome.SENT, Outcome.DELIVERED_WITHIN_10S, Outcome.DELIVERED_LATER
BOUNCED, SOFT = Outcome.BOUNCED_PERMANENT_GENERAL, Outcome.BOUNCED_TRANSIENT_GENERAL
COMPLAINED, SUSPECTED = Outcome.COMPLAINED_ABUSE, Outcome.COMPLAINT_SUSPECTED
DELAYED, DEFERRED = Outcome.DELAYED_IP_FAILURE, Outcome.DELAYED_SENDING_DEFERRAL


def facts(
    outcome: Outcome,
    *dispatches: int,
    by_owner: bool = False,
    name: str = "newsletter",
    provider: Provider = Provider.GMAIL,
) -> FactRun:
    key = (int(outcome), int(provider), "" if by_owner else name, by_owner)
    return FactRun(key, array("Q", sorted(dispatches)))


def gmail(figures: BalanceCounts) -> dict[str, int]:
    return figures.counts["newsletter"]["gmail"]


def test_no_pages_add_up_to_nothing() -> None:
    assert tally([]) == BalanceCounts({}, {}, {})


def test_a_fact_that_both_feeds_report_counts_once() -> None:
    figures = tally([facts(SENT, 1, 2), facts(BOUNCED, 1), facts(BOUNCED, 1, by_owner=True)])

    assert figures.counts == {"newsletter": {"gmail": {"sent": 2, "bounced_permanent_general": 1}}}
    assert figures.coverage == {"newsletter": {"bounced": {"both": 1}}}


def test_pages_that_overlap_count_their_union() -> None:
    assert gmail(tally([facts(SENT, 1, 2, 3), facts(SENT, 2, 3, 4), facts(SENT, 1, 2, 3)])) == {"sent": 4}


def test_the_owners_feed_alone_knows_no_configuration_set() -> None:
    figures = tally([facts(BOUNCED, 1, by_owner=True), facts(SENT, 2)])

    assert figures.counts == {
        "(none)": {"gmail": {"bounced_permanent_general": 1}},
        "newsletter": {"gmail": {"sent": 1}},
    }
    assert figures.coverage == {"(none)": {"bounced": {"owner_only": 1}}}


def test_a_name_reported_of_any_outcome_holds_for_the_whole_dispatch() -> None:
    figures = tally([facts(COMPLAINED, 1, by_owner=True), facts(SENT, 1)])

    assert figures.counts == {"newsletter": {"gmail": {"sent": 1, "complained_abuse": 1}}}
    assert figures.coverage == {"newsletter": {"complained": {"owner_only": 1}}}


def test_a_provider_that_a_later_table_knows_wins() -> None:
    figures = tally([facts(SENT, 1, provider=Provider.OTHER), facts(DELIVERED, 1, provider=Provider.TUTA)])

    assert figures.counts == {"newsletter": {"tuta": {"sent": 1, "delivered_within_10s": 1}}}


def test_what_followed_what() -> None:
    figures = tally(
        [
            facts(SENT, 1, 2, 3, 4, 5, 6, 7),
            facts(DELAYED, 1, 2, 3),
            facts(DEFERRED, 3),
            facts(DELIVERED, 1, 4),
            facts(BOUNCED, 2),
            facts(SOFT, 4),
            facts(LATER, 5),
            facts(Outcome.REJECTED, 6),
        ]
    )

    assert figures.followed == {
        "newsletter": {
            "gmail": {
                "delayed_then_delivered": 1,
                "delayed_then_bounced": 1,
                "delayed_still_open": 1,
                "delivered_then_bounced": 1,
                # 3 is delayed and 7 was never heard of again.
                "sent_without_outcome": 2,
            }
        }
    }


def test_a_complaint_or_a_suspicion_accounts_for_a_send() -> None:
    figures = tally([facts(SENT, 1, 2), facts(COMPLAINED, 1), facts(SUSPECTED, 2)])

    assert figures.followed == {}


def test_coverage_counts_which_feeds_reported_what() -> None:
    figures = tally(
        [
            facts(DELIVERED, 1, 2),
            facts(DELIVERED, 2, 3, by_owner=True),
            facts(BOUNCED, 4),
            facts(SOFT, 4, by_owner=True),
        ]
    )

    assert figures.coverage == {
        "newsletter": {"delivered": {"sender_only": 1, "both": 1}, "bounced": {"both": 1}},
        "(none)": {"delivered": {"owner_only": 1}},
    }


def test_facts_of_the_previous_segment_are_not_counted_again() -> None:
    earlier = [facts(SENT, 1, 2), facts(BOUNCED, 1, by_owner=True)]

    assert gmail(tally([facts(SENT, 2, 3), facts(BOUNCED, 1, 3)], earlier)) == {
        "sent": 1,
        "bounced_permanent_general": 1,
    }


def test_slices_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    step = (1 << 64) // 50
    runs = [
        facts(SENT, *range(0, 1 << 64, step)),
        facts(DELIVERED, *range(0, 1 << 64, 2 * step)),
        facts(DELIVERED, *range(0, 1 << 64, 3 * step), by_owner=True),
    ]
    whole = tally(runs)

    monkeypatch.setattr(balance, "FACTS_PER_SLICE", 7)

    assert tally(runs) == whole
    assert gmail(whole)["sent"] == 51
