"""A statement whose curves move: a delegate mails a bad list. By chance, but the same in each run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from ses_reputation.hours import day_of, hours_back
from ses_reputation.rates.rates import Rate, rate_of
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.statement.view.entity import EntityView
from ses_reputation.statement.view.mail import Sparkline
from ses_reputation.statement.view.rates import HeadroomView, view_rate
from ses_reputation.statement.view.statement import DelegateView, Statement, TimelineEvent
from tests.support.statements import (
    DELEGATE,
    NOW,
    OWNER,
    make_advice,
    make_delegate,
    make_entity,
    make_measure,
    make_series,
    make_slice,
    make_statement,
)

_DAYS = tuple(day_of(NOW - timedelta(days=back)) for back in range(89, -1, -1))
_HOURS = tuple(reversed(hours_back(NOW, 48)))
_INCIDENT = 86
"""The day of the import, by its place among the days: 2026-11-24."""


_SLICES = (
    ("sending_account", DELEGATE, f"sending account {DELEGATE}", 3_680, 598),
    ("sending_account", OWNER, f"sending account {OWNER}", 6_320, 43),
    ("configuration_set", f"{DELEGATE}/import", f"configuration set import of {DELEGATE}", 3_120, 589),
    ("configuration_set", f"{DELEGATE}/news", f"configuration set news of {DELEGATE}", 560, 9),
    ("tag", f"{DELEGATE}/campaign=winter", f"campaign winter of {DELEGATE}", 2_900, 571),
    ("configuration_set", f"{OWNER}/receipts", f"configuration set receipts of {OWNER}", 2_000, 0),
    ("provider", "microsoft", "mail to Microsoft", 2_950, 311),
    ("provider", "gmail", "mail to Gmail", 4_100, 190),
)


# A standing is left a tenth below its mark: 641 are 1.8 % of 35,611, and 4.5 % of 14,244.
_HEADROOM = (
    HeadroomView(Standing.WATCH, 0.02, 0, 25_612, "25,612 clean sends lead out of WATCH"),
    HeadroomView(Standing.REVIEW, 0.05, 0, 4_245, "4,245 clean sends lead out of REVIEW"),
    HeadroomView(Standing.PAUSE, 0.1, 359, 0, "359 more hard bounces reach PAUSE (10 %)"),
)


def draw(random: Random, mails: int, share: float) -> int:
    """Return how many of so many mails bounced, by chance."""
    return sum(random.random() < share for _ in range(mails))


def incident() -> Statement:
    """An owner one of whose delegates mailed a bought list on 2026-11-24."""
    domain, account = _domain(), make_entity(EntityKind.ACCOUNT, OWNER)
    made = make_statement(domain, account, delegates=_delegates())
    return replace(made, timeline=_timeline(domain))


def _timeline(domain: EntityView) -> tuple[TimelineEvent, ...]:
    at, changed = datetime(2026, 11, 24, 14, 5, tzinfo=UTC), "standing_changed"
    fell = f"{domain.title} fell to"
    lines: tuple[tuple[datetime, str, str, Standing | None, bool | None], ...] = (
        (at + timedelta(days=1), changed, f"{fell} review by its bounces, 6.41 %", Standing.REVIEW, True),
        (at, changed, f"{fell} watch by its bounces, 2.61 %", Standing.WATCH, True),
        (at - timedelta(days=41), "finding_resolved", "Yahoo accepts the mail again", None, False),
        (at - timedelta(days=43), "finding_opened", "Yahoo defers 31.20 % of the mail", None, True),
    )
    return tuple(
        TimelineEvent(when, kind, domain.id, domain.title, title, standing, is_worse)
        for when, kind, title, standing, is_worse in lines
    )


def _domain() -> EntityView:
    random = Random(14)
    sends = [int(random.gauss(1_150, 90) * (0.35 if day % 7 in {2, 3} else 1)) for day in range(90)]
    sends[_INCIDENT:] = [2_400, 3_100, 2_900, 1_300]
    shares = [0.004] * _INCIDENT + [0.069, 0.083, 0.058, 0.037]
    bounced = [draw(random, mails, share) for mails, share in zip(sends, shares, strict=True)]
    hourly = [int(sends[-3 if hour < 14 else -2 if hour < 38 else -1] / 24) for hour in range(48)]
    hourly_bounced = [draw(random, mails, 0.058 if hour < 38 else 0.037) for hour, mails in enumerate(hourly)]
    entity = make_entity(EntityKind.IDENTITY, "example.com", Standing.REVIEW)
    slices = [make_slice(*each, 641) for each in _SLICES]
    slices = [replace(each, standing=Standing.PAUSE) if "import" in each.name else each for each in slices]
    return replace(
        entity,
        headline=f"Delegate Agency North ({DELEGATE}) sends example.com to REVIEW by its bounces since "
        "2026-11-25 14:05 UTC: 6.41 % of 10,000 sends; 359 more hard bounces reach PAUSE (10 %).",
        since=datetime(2026, 11, 25, 14, 5, tzinfo=UTC),
        bounces=replace(
            make_measure(Measure.BOUNCES, Standing.REVIEW, Rate(641, 10_000), slices),
            headroom=_HEADROOM,
            since=datetime(2026, 11, 25, 14, 5, tzinfo=UTC),
        ),
        days=make_series(_DAYS, sends, bounced),
        hours=make_series(_HOURS, hourly, hourly_bounced),
        advice=make_advice(
            f"Have account {DELEGATE} stop configuration set import until its list is clean: providers and "
            "blocklists remember example.com, whoever sends with it.",
            "Most of these mailboxes do not exist: look for an old, bought or guessed list, an import, or a "
            "form that takes any address.",
            "Draft the policy that no longer lets it send: "
            f"`ses-reputation authorize revoke example.com --delegate {DELEGATE} --stack ses-reputation`.",
        ),
    )


def _delegates() -> list[DelegateView]:
    random = Random(13)
    made = [_delegate(random, DELEGATE, "Agency North", Standing.PAUSE, 120, 0.162)]
    names = {OWNER: "", "444455556667": "Agency South", "444455556668": "Invoices", "444455556669": ""}
    for account, name in names.items():
        made.append(_delegate(random, account, name, Standing.HEALTHY, random.randrange(20, 400), 0.005))
    made.append(
        replace(
            make_delegate("444455556670", "", Standing.HEALTHY), sends=40, bounces=view_rate(rate_of(1, 40))
        )
    )
    return made


def _delegate(
    random: Random, account: str, name: str, standing: Standing, daily: int, share: float
) -> DelegateView:
    sends = [random.randrange(daily // 2, daily * 2) for _ in range(30)]
    calm = 26 if standing is Standing.PAUSE else 30
    bounced = [draw(random, mails, share if day >= calm else 0.005) for day, mails in enumerate(sends)]
    if standing is Standing.PAUSE:
        sends[26:] = [920, 1_100, 980, 680]
        bounced[26:] = [149, 190, 161, 98]
    total, hard = sum(sends), sum(bounced)
    return replace(
        make_delegate(account, name, standing, total, hard),
        bounces=view_rate(Rate(598, 3_680) if standing is Standing.PAUSE else rate_of(hard, total)),
        share_of_hard_bounces=hard / 760,
        sparkline=Sparkline(_DAYS[-30:], tuple(sends), tuple(bounced), (0,) * 30),
    )
