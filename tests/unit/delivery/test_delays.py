"""Delays by provider: shares, mixes, ends and delivery times, worked by hand."""

import json

import pytest

from ses_reputation.delivery.delays import (
    DELAY_TYPES,
    NO_DELAYS,
    DelayCounts,
    DeliveryTime,
    delay_cells,
    delays_by_provider,
    view_providers,
)
from ses_reputation.feedback.outcomes import DELAYED, DELIVERED
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.tallies import add
from tests.support.mail import at, days_of, delayed_mail, mail_by_outcome, usual_week

NOW = at("22 16:35")
WITHIN_10S = DeliveryTime(10, "within 10 s")
WITHIN_1M = DeliveryTime(60, "within 1 min")
WITHIN_6H = DeliveryTime(21_600, "within 6 h")
OVER_6H = DeliveryTime(None, "over 6 h")


def figures_of(outcomes: dict[str, int], followed: dict[str, int] | None = None) -> DelayCounts:
    hour = mail_by_outcome("2026-11-22T14", outcomes, followed, provider="microsoft")
    return delays_by_provider([hour.figures])["microsoft"]


def test_a_dispatch_delayed_in_two_ways_is_one_delayed_dispatch_of_both_types() -> None:
    # 30 dispatches delayed: 20 by IP only, 6 as full only, 4 in both ways.
    figures = figures_of(
        {"sent": 100, "delayed_ip_failure": 24, "delayed_mailbox_full": 10},
        {"delayed_then_delivered": 12, "delayed_then_bounced": 3, "delayed_still_open": 15},
    )

    assert figures.delayed == 30
    assert figures.share is not None
    assert (figures.share.numerator, figures.share.denominator) == (30, 100)
    assert figures.types == {"IPFailure": 24, "MailboxFull": 10}
    assert (figures.delivered, figures.bounced, figures.still_open) == (12, 3, 15)


@pytest.mark.parametrize(
    ("delay_types", "ends", "delayed"),
    [
        # Delivered late and then bounced: the two ends hold it twice, its delay type once.
        ({"delayed_general": 5}, {"delayed_then_delivered": 5, "delayed_then_bounced": 2}, 5),
        # Delivered late and complained about, in a feed that does not report deliveries: no end holds it.
        ({"delayed_general": 5}, {"delayed_still_open": 3}, 5),
        # The same in two types: at least as many as of either.
        ({"delayed_general": 5, "delayed_ip_failure": 7}, {"delayed_still_open": 3}, 7),
        ({"delayed_general": 5, "delayed_ip_failure": 7}, {"delayed_still_open": 9}, 9),
        ({"delayed_general": 5}, {}, 5),
        ({}, {}, 0),
    ],
)
def test_the_delayed_are_what_ends_and_types_both_allow(
    delay_types: dict[str, int], ends: dict[str, int], delayed: int
) -> None:
    assert figures_of({"sent": 50, **delay_types}, ends).delayed == delayed


def test_without_sends_there_is_no_share_and_with_too_few_it_is_at_most_everything() -> None:
    assert figures_of({"delayed_general": 5}, {"delayed_still_open": 5}).share is None
    lost = figures_of({"sent": 4, "delayed_general": 5}, {"delayed_still_open": 5}).share
    assert lost is not None
    assert lost.value == 1
    assert NO_DELAYS.share is None


def test_sends_are_those_that_rates_count() -> None:
    stopped = {"sent": 10, "bounced_permanent_on_account_suppression_list": 3, "rejected": 2}
    assert figures_of(stopped).sends == 5


def test_of_delay_types_that_are_equally_many_the_first_by_name_comes_first() -> None:
    figures = figures_of({"sent": 9, "delayed_spam_detected": 2, "delayed_general": 2})
    assert list(figures.to_json()["delay_types"]) == ["General", "SpamDetected"]


def test_every_delay_outcome_has_a_name_of_ses() -> None:
    assert DELAY_TYPES.keys() == {outcome.wire_name for outcome in DELAYED}
    assert DELAY_TYPES["delayed_byoip_host_name_lookup_unavailable"] == "BYOIPHostNameLookupUnavailable"
    assert DELAY_TYPES["delayed_other"] == "other"


@pytest.mark.parametrize(
    ("deliveries", "median", "most"),
    [
        ({"delivered_within_10s": 1}, WITHIN_10S, WITHIN_10S),
        ({"delivered_within_10s": 95, "delivered_later": 5}, WITHIN_10S, WITHIN_10S),
        ({"delivered_within_10s": 94, "delivered_later": 6}, WITHIN_10S, OVER_6H),
        ({"delivered_within_10s": 50, "delivered_within_1m": 50}, WITHIN_10S, WITHIN_1M),
        ({"delivered_within_10s": 49, "delivered_within_1m": 51}, WITHIN_1M, WITHIN_1M),
        ({"delivered_within_1m": 10, "delivered_within_6h": 1}, WITHIN_1M, WITHIN_6H),
        ({"delivered_later": 3}, OVER_6H, OVER_6H),
        ({}, None, None),
    ],
)
def test_delivery_times_are_the_upper_bounds_of_their_buckets(
    deliveries: dict[str, int], median: DeliveryTime | None, most: DeliveryTime | None
) -> None:
    figures = figures_of({"sent": 100, **deliveries})
    assert (figures.delivery_time(50), figures.delivery_time(95)) == (median, most)


def test_every_delivery_has_a_bucket() -> None:
    for outcome in DELIVERED:
        assert figures_of({"sent": 1, outcome.wire_name: 1}).delivery_time(50) is not None


def test_adding_loses_nothing_whichever_comes_first() -> None:
    one = figures_of({"sent": 10, "delayed_general": 2, "delivered_later": 1}, {"delayed_then_delivered": 2})
    other = figures_of({"sent": 5, "delayed_ip_failure": 1}, {"delayed_then_bounced": 1})

    assert add(one, other) == add(other, one)
    assert add(one, other) == DelayCounts(
        15, 3, 2, 1, 0, {"General": 2, "IPFailure": 1}, {"delivered_later": 1}
    )
    assert add(one, NO_DELAYS) == one


def test_the_simulator_and_own_domains_are_not_shown() -> None:
    hours = [
        delayed_mail("2026-11-22T14", 9, 9, provider=name) for name in ("simulator", "own_domains", "gmail")
    ]
    assert [view.provider for view in view_providers(hours, [], NOW)] == ["gmail"]


def test_configuration_sets_have_cells_of_their_own_and_are_added_by_provider() -> None:
    figures = BalanceCounts(
        counts={
            "newsletter": {"gmail": {"sent": 3, "delayed_general": 1}},
            "receipts": {"gmail": {"sent": 5}, "yahoo": {"sent": 7}},
        },
        followed={"newsletter": {"gmail": {"delayed_still_open": 1}}},
    )

    cells = {(name, provider): (each.sends, each.delayed) for name, provider, each in delay_cells(figures)}
    assert cells == {
        ("newsletter", "gmail"): (3, 1),
        ("receipts", "gmail"): (5, 0),
        ("receipts", "yahoo"): (7, 0),
    }
    together = delays_by_provider([figures])["gmail"]
    assert (together.sends, together.delayed, together.still_open) == (8, 1, 1)


def test_recent_is_the_last_24_send_hours_and_usual_the_week_before_yesterday() -> None:
    hours = [
        delayed_mail("2026-11-21T16", 1000),  # 24 hours before the current one: over
        delayed_mail("2026-11-21T17", 100, 10),
        delayed_mail("2026-11-22T16", 20, 5),
    ]
    days = days_of(delayed_mail(f"2026-11-{day}T10", 1 << place) for place, day in enumerate(range(12, 23)))

    (view,) = view_providers(hours, days, NOW)

    assert (view.recent.sends, view.recent.delayed) == (120, 15)
    # The 14th to the 20th: places 2 to 8.
    assert view.usual.sends == 4 + 8 + 16 + 32 + 64 + 128 + 256
    assert view.title == "Microsoft"


def test_providers_come_by_volume_and_one_that_got_nothing_today_comes_last() -> None:
    hours = [
        delayed_mail("2026-11-22T14", 5, provider="yahoo"),
        delayed_mail("2026-11-22T14", 50, provider="gmail"),
    ]

    views = view_providers(hours, usual_week(900), NOW)

    assert [view.provider for view in views] == ["gmail", "yahoo", "microsoft"]
    assert views[-1].recent == NO_DELAYS


def test_mail_that_is_known_by_its_outcome_alone_is_in_no_share_of_delays() -> None:
    """Gmail: 20 sends of which 5 are delayed still, and 30 deliveries without a send."""
    hours = [
        delayed_mail("2026-11-22T14", 40, provider="yahoo"),
        mail_by_outcome(
            "2026-11-22T14",
            {"sent": 20, "delayed_general": 5, "delivered_within_10s": 15 + 30},
            {"delayed_still_open": 5, "sent_without_outcome": 5, "outcome_without_send": 30},
            provider="gmail",
        ),
    ]

    gmail, yahoo = view_providers(hours, [], NOW)

    assert (gmail.sends, gmail.recent.sends, yahoo.sends) == (50, 20, 40)
    assert gmail.recent.share is not None
    assert gmail.recent.share.value == 0.25
    assert gmail.to_json()["ends"] == {"sends": 50, "delivered": 45, "bounced": 0, "waiting": 5}


def test_the_order_of_hours_and_days_changes_nothing() -> None:
    hours = [delayed_mail(f"2026-11-22T{hour}", hour, 1) for hour in range(10, 16)]
    days = usual_week(100, 3)
    assert view_providers(hours, days, NOW) == view_providers(hours[::-1], days[::-1], NOW)


def test_a_view_as_json_holds_every_figure() -> None:
    hour = mail_by_outcome(
        "2026-11-22T14",
        {"sent": 8, "delayed_ip_failure": 2, "delivered_within_10s": 4, "delivered_within_1h": 1},
        {"delayed_then_delivered": 1, "delayed_still_open": 1},
        provider="microsoft",
    )

    (view,) = view_providers([hour], [], NOW)

    view_json = json.loads(json.dumps(view.to_json()))
    assert view_json["provider"] == "microsoft"
    assert view_json["recent"] == {
        "sends": 8,
        "delayed": 2,
        "delayed_share": 0.25,
        "delay_types": {"IPFailure": 2},
        "delayed_then_delivered": 1,
        "delayed_then_bounced": 0,
        "delayed_still_open": 1,
        "deliveries": {
            "delivered_within_10s": 4,
            "delivered_within_1m": 0,
            "delivered_within_10m": 0,
            "delivered_within_1h": 1,
            "delivered_within_6h": 0,
            "delivered_later": 0,
        },
        "p50": {"within_seconds": 10, "title": "within 10 s"},
        "p95": {"within_seconds": 3600, "title": "within 1 h"},
    }
    assert (view_json["usual"]["delayed_share"], view_json["usual"]["p50"]) == (None, None)


def test_an_hour_of_which_nothing_is_reported_shows_nothing() -> None:
    hour = mail_by_outcome("2026-11-22T14", {})
    empty = HourBalance(hour.sender_hour)
    assert view_providers([empty], [], NOW) == []
