"""Figures worked by hand from a few dispatches."""

from array import array
from collections.abc import Sequence
from itertools import permutations

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger import balance
from ses_reputation.ledger.balance import BalanceCounts, tally
from ses_reputation.ledger.pages import FactRun, Source

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
    identity: str = "example.com",
    assumed: bool = False,
    tags: tuple[str, ...] = (),
) -> FactRun:
    source = Source(7, identity, assumed, "" if by_owner else name, by_owner, tags)
    return FactRun(source, int(outcome), int(provider), array("Q", sorted(dispatches)))


def tallied(runs: Sequence[FactRun], earlier: Sequence[FactRun] = ()) -> BalanceCounts:
    """The figures of the only identity that sent."""
    ((identity, figures),) = tally(runs, earlier).items()
    assert identity == "example.com"
    return figures


def gmail(figures: BalanceCounts) -> dict[str, int]:
    return figures.counts["newsletter"]["gmail"]


def test_no_pages_add_up_to_nothing() -> None:
    assert tally([]) == {}


def test_a_fact_that_both_feeds_report_counts_once() -> None:
    figures = tallied([facts(SENT, 1, 2), facts(BOUNCED, 1), facts(BOUNCED, 1, by_owner=True)])

    assert figures.counts == {"newsletter": {"gmail": {"sent": 2, "bounced_permanent_general": 1}}}
    assert figures.coverage == {"newsletter": {"bounced": {"both": 1}}}


@pytest.mark.parametrize(
    ("outcomes", "counted"),
    [
        ((Outcome.BOUNCED_TRANSIENT_MAILBOX_FULL, BOUNCED, SOFT), "bounced_permanent_general"),
        (
            (Outcome.BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST, Outcome.BOUNCED_PERMANENT_OTHER),
            "bounced_permanent_other",
        ),
        ((Outcome.COMPLAINED_NOT_SPAM, Outcome.COMPLAINED_UNKNOWN), "complained_unknown"),
    ],
)
def test_a_dispatch_bounces_once_and_is_complained_of_once(outcomes: Sequence[Outcome], counted: str) -> None:
    """What SES counts in its rates weighs more than what it does not, in whatever order it comes."""
    for order in permutations(outcomes):
        runs = [facts(SENT, 1), *(facts(outcome, 1, by_owner=outcome is order[0]) for outcome in order)]
        assert gmail(tallied(runs)) == {"sent": 1, counted: 1}


def test_a_dispatch_that_bounced_in_the_previous_segment_does_not_bounce_again() -> None:
    earlier = [facts(SENT, 1, 2), facts(SOFT, 1)]

    assert gmail(tallied([facts(BOUNCED, 1, 2)], earlier)) == {"bounced_permanent_general": 1}


def test_pages_that_overlap_count_their_union() -> None:
    assert gmail(tallied([facts(SENT, 1, 2, 3), facts(SENT, 2, 3, 4), facts(SENT, 1, 2, 3)])) == {"sent": 4}


def test_the_owners_feed_alone_knows_no_configuration_set() -> None:
    figures = tallied([facts(BOUNCED, 1, by_owner=True), facts(SENT, 2)])

    assert figures.counts == {
        "(none)": {"gmail": {"bounced_permanent_general": 1}},
        "newsletter": {"gmail": {"sent": 1}},
    }
    assert figures.coverage == {"(none)": {"bounced": {"owner_only": 1}}}


def test_a_name_reported_of_any_outcome_holds_for_the_whole_dispatch() -> None:
    figures = tallied([facts(COMPLAINED, 1, by_owner=True), facts(SENT, 1)])

    assert figures.counts == {"newsletter": {"gmail": {"sent": 1, "complained_abuse": 1}}}
    assert figures.coverage == {"newsletter": {"complained": {"owner_only": 1}}}
    assert figures.owner_only == {"newsletter": {"gmail": {"complained_abuse": 1}}}


def test_what_only_the_owner_reports_is_kept_by_outcome_and_provider() -> None:
    """The feeds agree on 1, each has its own kind of bounce of 2, and only the owner knows of 3 and 4."""
    figures = tallied(
        [
            facts(SENT, 1, 2, 3),
            facts(SENT, 4, provider=Provider.YAHOO),
            facts(BOUNCED, 1),
            facts(SOFT, 2),
            facts(BOUNCED, 1, 2, 3, by_owner=True),
            facts(BOUNCED, 4, by_owner=True, provider=Provider.YAHOO),
            facts(DELIVERED, 2, by_owner=True),
        ]
    )

    assert figures.owner_only == {
        "newsletter": {
            "gmail": {"bounced_permanent_general": 2},
            "yahoo": {"bounced_permanent_general": 1},
        }
    }


def test_what_the_owner_reports_of_mail_without_a_set_is_nobody_elses_word() -> None:
    assert tallied([facts(BOUNCED, 1, by_owner=True)]).owner_only == {}


def test_a_provider_that_a_later_table_knows_wins() -> None:
    figures = tallied([facts(SENT, 1, provider=Provider.OTHER), facts(DELIVERED, 1, provider=Provider.TUTA)])

    assert figures.counts == {"newsletter": {"tuta": {"sent": 1, "delivered_within_10s": 1}}}


def test_a_dispatch_has_the_tags_that_any_of_its_events_names() -> None:
    runs = [
        facts(SENT, 1, 2, 3, tags=("campaign=spring",)),
        facts(SENT, 4),
        facts(BOUNCED, 1, 4, by_owner=True),
        facts(COMPLAINED, 2, tags=("tenant=acme",)),
    ]

    assert tallied(runs).tags == {
        "campaign=spring": {"gmail": {"sent": 3, "bounced_permanent_general": 1, "complained_abuse": 1}},
        "tenant=acme": {"gmail": {"sent": 1, "complained_abuse": 1}},
    }


def test_a_dispatch_counts_under_one_value_of_a_tag_and_a_named_one_before_others() -> None:
    runs = [
        facts(SENT, 1, 2, tags=("campaign=(other)",)),
        facts(DELIVERED, 1, tags=("campaign=spring",)),
        facts(BOUNCED, 1, tags=("campaign=autumn",)),
    ]

    for order in permutations(runs):
        assert tallied(order).tags == {
            "campaign=autumn": {
                "gmail": {"sent": 1, "delivered_within_10s": 1, "bounced_permanent_general": 1}
            },
            "campaign=(other)": {"gmail": {"sent": 1}},
        }


def test_the_values_of_a_tag_beyond_a_hundred_count_together() -> None:
    """Those with most facts are kept, then by name."""
    runs = [facts(SENT, number, tags=(f"campaign={number:03}", "tenant=acme")) for number in range(130)]
    runs.append(facts(DELIVERED, 129, tags=("campaign=129",)))
    tags = tallied(runs).tags

    assert tags.pop("tenant=acme") == {"gmail": {"sent": 130, "delivered_within_10s": 1}}
    assert tags.pop("campaign=(other)") == {"gmail": {"sent": 30}}
    assert sorted(tags) == [*(f"campaign={number:03}" for number in range(99)), "campaign=129"]


def test_what_followed_what() -> None:
    figures = tallied(
        [
            facts(SENT, 1, 2, 3, 4, 5, 6, 7),
            facts(DELAYED, 1, 2, 3),
            facts(DEFERRED, 3),
            facts(DELIVERED, 1, 4),
            facts(BOUNCED, 2, 4),
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


def test_a_transient_bounce_beside_a_delivery_is_no_bounce_of_delivered_mail() -> None:
    """SES reports one where it tried again, and for automatic replies; only the delivery is the outcome."""
    figures = tallied([facts(SENT, 1, 2), facts(DELIVERED, 1, 2), facts(SOFT, 1, 2), facts(BOUNCED, 2)])

    assert figures.followed == {"newsletter": {"gmail": {"delivered_then_bounced": 1}}}


def test_a_complaint_or_a_suspicion_accounts_for_a_send() -> None:
    figures = tallied([facts(SENT, 1, 2), facts(COMPLAINED, 1), facts(SUSPECTED, 2)])

    assert figures.followed == {}


def test_an_outcome_shows_that_a_mail_was_sent_where_no_send_event_came() -> None:
    """1 to 5 ended in all ways that mail may; lists stopped 6 and 7, 8 never left, and 9 still waits."""
    stopped = Outcome.BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST
    figures = tallied(
        [
            facts(DELIVERED, 1, 2, by_owner=True),
            # A list member complained of 2, and of 1 an automatic reply came: each is one mail.
            facts(SOFT, 1, 3, by_owner=True),
            facts(COMPLAINED, 2, by_owner=True),
            facts(BOUNCED, 4, by_owner=True),
            facts(SUSPECTED, 5, by_owner=True),
            facts(stopped, 6, by_owner=True),
            facts(Outcome.COMPLAINT_SUPPRESSED_OTHER, 7, by_owner=True),
            facts(Outcome.REJECTED, 8),
            facts(DELAYED, 9),
            # Both feeds: its Send event is known.
            facts(DELIVERED, 10, by_owner=True),
            facts(SENT, 10),
        ]
    )

    assert figures.followed["(none)"] == {"gmail": {"outcome_without_send": 5}}
    assert figures.followed["newsletter"] == {"gmail": {"delayed_still_open": 1}}


@pytest.mark.parametrize(
    ("earlier", "later", "figures"),
    [
        # The delivery counted already: a complaint months later is no second mail.
        ([facts(DELIVERED, 1)], [facts(COMPLAINED, 1)], {}),
        ([facts(SENT, 1)], [facts(COMPLAINED, 1)], {}),
        # Send events of an archive come after months: the mail counts once.
        ([facts(DELIVERED, 1)], [facts(SENT, 1, 2)], {"sent_without_outcome": 2, "send_after_outcome": 1}),
        ([facts(SENT, 1), facts(DELIVERED, 1)], [facts(SENT, 1, 2)], {"sent_without_outcome": 1}),
        ([facts(BOUNCED, 2)], [facts(DELIVERED, 1)], {"outcome_without_send": 1}),
    ],
)
def test_a_mail_counts_once_whichever_segment_its_send_is_in(
    earlier: Sequence[FactRun], later: Sequence[FactRun], figures: dict[str, int]
) -> None:
    assert tallied(later, earlier).followed.get("newsletter", {}).get("gmail", {}) == figures


@pytest.mark.parametrize(
    ("gone", "run", "followed"),
    [
        # Half a year later, pages are gone. What was counted there had no Send event, if none was counted.
        ({DELIVERED}, facts(SENT, 1, 2), {"sent_without_outcome": 2, "send_after_outcome": 2}),
        ({DELIVERED, SENT}, facts(COMPLAINED, 1), {}),
        ({DELAYED}, facts(COMPLAINED, 1), {"outcome_without_send": 1}),
    ],
)
def test_a_mail_counts_once_where_its_first_pages_are_gone(
    gone: set[Outcome], run: FactRun, followed: dict[str, int]
) -> None:
    figures = tally([run], counted=frozenset(gone))["example.com"]

    assert figures.followed.get("newsletter", {}).get("gmail", {}) == followed


def test_a_complaint_is_one_where_one_feed_names_nobody_and_the_other_a_suspect() -> None:
    """1 and 2 were mailed, at two domains. The owner's feed names nobody: 1 carries it, 2 is suspected."""
    owners = [facts(COMPLAINED, 1, by_owner=True), facts(SUSPECTED, 2, by_owner=True)]

    both = tallied([facts(SENT, 1, 2), *owners, facts(COMPLAINED, 2)])

    assert both.counts == {
        "newsletter": {"gmail": {"sent": 2, "complained_abuse": 1, "complaint_suspected": 1}}
    }


def test_coverage_counts_which_feeds_reported_what() -> None:
    figures = tallied(
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


def test_who_is_suspected_is_no_complaint_in_coverage() -> None:
    suspected = [facts(SUSPECTED, 2, 3), facts(SUSPECTED, 3, 4, by_owner=True)]
    figures = tallied([facts(SENT, 1, 2, 3, 4), facts(COMPLAINED, 1), *suspected])

    assert figures.coverage == {"newsletter": {"complained": {"sender_only": 1}}}


def test_who_was_suspected_in_the_previous_segment_carries_no_complaint_of_this_one() -> None:
    earlier = [facts(SENT, 1, 2), facts(SUSPECTED, 1)]

    figures = tallied([facts(COMPLAINED, 1, by_owner=True), facts(COMPLAINED, 2)], earlier)

    assert figures.counts == {"newsletter": {"gmail": {"complained_abuse": 1}}}


def test_facts_of_the_previous_segment_are_not_counted_again() -> None:
    earlier = [facts(SENT, 1, 2), facts(BOUNCED, 1, by_owner=True)]

    assert gmail(tallied([facts(SENT, 2, 3), facts(BOUNCED, 1, 3)], earlier)) == {
        "sent": 1,
        "bounced_permanent_general": 1,
    }


def test_each_identity_has_figures_of_its_own() -> None:
    figures = tally([facts(SENT, 1, 2), facts(SENT, 3, identity="example.org"), facts(BOUNCED, 3)])

    # 3 is named by two ARNs, which SES never does: then the first in the alphabet has it.
    assert figures == {
        "example.com": BalanceCounts(
            {"newsletter": {"gmail": {"sent": 3, "bounced_permanent_general": 1}}},
            {"newsletter": {"gmail": {"sent_without_outcome": 2}}},
            {"newsletter": {"bounced": {"sender_only": 1}}},
        )
    }


SEND_WITHOUT_ARN = facts(SENT, 1, identity="mail.example.com", assumed=True)


@pytest.mark.parametrize(
    "order", list(permutations([SEND_WITHOUT_ARN, facts(DELIVERED, 1), facts(DELAYED, 1, by_owner=True)]))
)
def test_an_identity_that_an_arn_names_goes_before_the_from_domain(order: Sequence[FactRun]) -> None:
    assert tally(order) == {
        "example.com": BalanceCounts(
            {"newsletter": {"gmail": {"sent": 1, "delivered_within_10s": 1, "delayed_ip_failure": 1}}},
            {"newsletter": {"gmail": {"delayed_then_delivered": 1}}},
            {"newsletter": {"delivered": {"sender_only": 1}}},
        )
    }


def test_an_assumed_identity_goes_last_also_where_it_is_first_in_the_alphabet() -> None:
    assumed = facts(SENT, 1, identity="a.example.com", assumed=True)

    assert tallied([assumed, facts(DELIVERED, 1)]).counts == {
        "newsletter": {"gmail": {"sent": 1, "delivered_within_10s": 1}}
    }


def test_without_any_arn_mail_stands_under_its_from_domain() -> None:
    figures = tally([SEND_WITHOUT_ARN, facts(DELIVERED, 2)])

    assert figures["mail.example.com"].counts == {"newsletter": {"gmail": {"sent": 1}}}
    assert figures["example.com"].counts == {"newsletter": {"gmail": {"delivered_within_10s": 1}}}


@pytest.mark.parametrize("named", [SENT, DELIVERED, COMPLAINED])
def test_the_set_is_that_of_whichever_event_names_one(named: Outcome) -> None:
    runs = [
        facts(outcome, 1, name="newsletter" if outcome == named else "")
        for outcome in (SENT, DELIVERED, COMPLAINED)
    ]

    assert tallied(runs).counts == {
        "newsletter": {"gmail": {"sent": 1, "delivered_within_10s": 1, "complained_abuse": 1}}
    }
    assert tallied(runs[::-1]) == tallied(runs)


def test_a_late_fact_has_the_identity_set_and_provider_that_the_segment_before_names() -> None:
    earlier = [facts(SENT, 1, provider=Provider.TUTA)]
    late = facts(
        COMPLAINED, 1, 2, identity="mail.example.com", assumed=True, name="", provider=Provider.OTHER
    )

    assert tally([late], earlier) == {
        "example.com": BalanceCounts(
            {"newsletter": {"tuta": {"complained_abuse": 1}}},
            {},
            {"newsletter": {"complained": {"sender_only": 1}}},
        ),
        "mail.example.com": BalanceCounts(
            {"(none)": {"other": {"complained_abuse": 1}}},
            {"(none)": {"other": {"outcome_without_send": 1}}},
            {"(none)": {"complained": {"sender_only": 1}}},
        ),
    }


def test_a_fact_of_the_segment_before_is_the_same_whatever_named_its_identity() -> None:
    """Else a Send that comes again without its ARN would count twice."""
    assert tally([SEND_WITHOUT_ARN], [facts(SENT, 1)]) == {}
    assert tally([facts(SENT, 1, by_owner=True)], [SEND_WITHOUT_ARN]) == {}


def test_slices_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    step = (1 << 64) // 50
    runs = [
        facts(SENT, *range(0, 1 << 64, step)),
        facts(DELIVERED, *range(0, 1 << 64, 2 * step)),
        facts(DELIVERED, *range(0, 1 << 64, 3 * step), by_owner=True),
    ]
    whole = tallied(runs)

    monkeypatch.setattr(balance, "FACTS_PER_SLICE", 7)

    assert tallied(runs) == whole
    assert gmail(whole)["sent"] == 51
