"""The warm-up view: each configuration set's mail to each provider, day by day."""

import json
from fractions import Fraction

from ses_reputation.delivery.warm_up import Stream, WarmUpDay, view_warm_up
from ses_reputation.rates.rates import Rate
from tests.support.mail import SENDER, days_of, delayed_mail, mail_by_outcome

SECOND = "777788889999"


def share(rate: Rate | None) -> Fraction | None:
    return rate.value if rate else None


def test_volume_grows_while_delays_shrink() -> None:
    days = days_of(
        [
            delayed_mail("2026-11-20T09", 200, 80, delay_type="sending_deferral"),
            delayed_mail("2026-11-21T09", 400, 60, delay_type="sending_deferral"),
            delayed_mail("2026-11-22T09", 800, 8, delay_type="sending_deferral"),
        ]
    )

    view = view_warm_up(days)

    assert [(each.day, each.sends, share(each.delay_share)) for each in view] == [
        ("2026-11-20", 200, Fraction(40, 100)),
        ("2026-11-21", 400, Fraction(15, 100)),
        ("2026-11-22", 800, Fraction(1, 100)),
    ]
    assert {each.stream for each in view} == {Stream("444455556666", "us-east-1", "newsletter", "microsoft")}


def test_bounces_are_hard_and_soft_but_not_those_of_suppression_lists() -> None:
    outcomes = {
        "sent": 104,
        "bounced_permanent_no_email": 3,
        "bounced_transient_general": 5,
        "bounced_undetermined": 2,
        "bounced_permanent_on_account_suppression_list": 4,
    }

    (view,) = view_warm_up(days_of([mail_by_outcome("2026-11-22T09", outcomes)]))

    assert (view.sends, view.bounced) == (100, 10)
    assert share(view.bounce_share) == Fraction(1, 10)


def test_hours_and_identities_of_a_day_are_added_and_accounts_kept_apart() -> None:
    days = days_of(
        [
            delayed_mail("2026-11-22T09", 10, 1),
            delayed_mail("2026-11-22T10", 20, 2),
            mail_by_outcome(
                "2026-11-22T10",
                {"sent": 70},
                provider="microsoft",
                sender=SENDER._replace(identity="example.org"),
            ),
            delayed_mail("2026-11-22T10", 5, sender=SENDER._replace(account=SECOND)),
        ]
    )

    view = view_warm_up(days)

    assert [(each.stream.account, each.sends, each.delayed) for each in view] == [
        ("444455556666", 100, 3),
        (SECOND, 5, 0),
    ]
    assert view_warm_up(days[::-1]) == view


def test_streams_are_by_set_and_provider_without_simulator_and_own_domains() -> None:
    hours = [
        delayed_mail("2026-11-22T09", 10, provider=provider, name=name)
        for name in ("receipts", "newsletter")
        for provider in ("simulator", "own_domains", "yahoo", "gmail")
    ]

    view = view_warm_up(days for hour in hours for days in days_of([hour]))

    assert [(each.stream.configuration_set, each.stream.provider) for each in view] == [
        ("newsletter", "gmail"),
        ("newsletter", "yahoo"),
        ("receipts", "gmail"),
        ("receipts", "yahoo"),
    ]


def test_a_day_without_known_sends_has_no_shares() -> None:
    (view,) = view_warm_up(days_of([mail_by_outcome("2026-11-22T09", {"bounced_transient_general": 2})]))
    assert (view.bounced, view.bounce_share, view.delay_share) == (2, None, None)


def test_a_day_as_json() -> None:
    day = WarmUpDay(Stream("444455556666", "us-east-1", "newsletter", "gmail"), "2026-11-22", 200, 50, 1)

    assert json.loads(json.dumps(day.to_json())) == {
        "account": "444455556666",
        "region": "us-east-1",
        "configuration_set": "newsletter",
        "provider": "gmail",
        "day": "2026-11-22",
        "sends": 200,
        "delayed": 50,
        "bounced": 1,
        "delay_share": 0.25,
        "bounce_share": 0.005,
    }
