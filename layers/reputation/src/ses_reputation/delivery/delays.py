"""Delivery delays by mailbox provider: the earliest sign of throttling, which no AWS product shows.

SES reports delays through event publishing only: mail without a sender's feed shows none here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from ses_reputation.delivery.ends import NO_ENDS, MailEnds, ends_by_provider
from ses_reputation.feedback.outcomes import DELAY_OUTCOMES, Outcome
from ses_reputation.hours import ONE_DAY, Day, day_of, hours_back
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import Rate, plain_value, rate_of
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.rate_counts import NOT_RATED, counts_of_cell
from ses_reputation.tallies import group_pairs
from ses_reputation.wording import provider_title

RECENT_HOURS = 24
USUAL_DAYS = 7
# A deferral that began yesterday is not to be compared with itself.
_DAYS_LEFT_OUT = 1
OTHER_DELAY_TYPE = "other"
"""Stands for delay types that SES added after this version."""
DELAY_TYPES: Mapping[str, str] = {outcome.wire_name: name for name, outcome in DELAY_OUTCOMES.items()} | {
    Outcome.DELAYED_OTHER.wire_name: OTHER_DELAY_TYPE
}
"""SES's own names of delay types by outcome."""


class DeliveryTime(NamedTuple):
    """How long a delivery took at most, in seconds: its bucket's upper bound; None for what took longest."""

    within_seconds: int | None
    title: str


_BUCKETS: Mapping[str, DeliveryTime] = {
    Outcome.DELIVERED_WITHIN_10S.wire_name: DeliveryTime(10, "within 10 s"),
    Outcome.DELIVERED_WITHIN_1M.wire_name: DeliveryTime(60, "within 1 min"),
    Outcome.DELIVERED_WITHIN_10M.wire_name: DeliveryTime(600, "within 10 min"),
    Outcome.DELIVERED_WITHIN_1H.wire_name: DeliveryTime(3_600, "within 1 h"),
    Outcome.DELIVERED_WITHIN_6H.wire_name: DeliveryTime(21_600, "within 6 h"),
    Outcome.DELIVERED_LATER.wire_name: DeliveryTime(None, "over 6 h"),
}
_ENDS = ("delayed_then_delivered", "delayed_then_bounced", "delayed_still_open")


@dataclass(frozen=True, slots=True)
class DelayCounts:
    """What a period of mail came to, in dispatches.

    sends: eligible ones, as rates count them. delayed: dispatches that were delayed at least once; delivered,
    bounced and still_open say how that ended. types: delayed dispatches by SES's delay type; one that was
    delayed in two ways stands twice. deliveries: by time taken (`delivered_within_1m`), delayed or not.
    """

    sends: int = 0
    delayed: int = 0
    delivered: int = 0
    bounced: int = 0
    still_open: int = 0
    types: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> Rate | None:
        """Delayed dispatches of all sends; None where no send is known."""
        return rate_of(self.delayed, self.sends)

    def delivery_time(self, percent: int) -> DeliveryTime | None:
        """Return the time within which `percent` of the deliveries were made; None without deliveries.

        It is known by bucket only: this is the upper bound of the bucket that holds the delivery in question.
        """
        wanted, made = sum(self.deliveries.values()) * percent, 0
        for bucket, time in _BUCKETS.items():
            made += self.deliveries.get(bucket, 0)
            if made and made * 100 >= wanted:
                return time
        return None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: the numbers by name, `delayed_share` (0..1 or null), and `p50` and `p95` as
        `{"within_seconds": 60, "title": "within 1 min"}` or null."""
        return {
            "sends": self.sends,
            "delayed": self.delayed,
            "delayed_share": plain_value(self.share),
            "delay_types": dict(sorted(self.types.items(), key=lambda each: (-each[1], each[0]))),
            "delayed_then_delivered": self.delivered,
            "delayed_then_bounced": self.bounced,
            "delayed_still_open": self.still_open,
            "deliveries": {bucket: self.deliveries.get(bucket, 0) for bucket in _BUCKETS},
            "p50": _time_as_json(self.delivery_time(50)),
            "p95": _time_as_json(self.delivery_time(95)),
        }


NO_DELAYS = DelayCounts()


@dataclass(frozen=True, slots=True)
class ProviderView:
    """Mail to one provider: recent, of the last 24 hours; usual, of the 7 whole days before yesterday.

    ends: what became of the recent mail.
    """

    provider: str
    recent: DelayCounts
    usual: DelayCounts
    ends: MailEnds = NO_ENDS

    @property
    def sends(self) -> int:
        """All recent mail: more outcomes than sends are known where Send events are lost, or there are none.

        Delays are no share of it: SES reports them to a sender's feed only, as it does sends.
        """
        return max(self.recent.sends, sum(self.ends))

    @property
    def title(self) -> str:
        """The provider as people know it."""
        return provider_title(self.provider)

    def to_json(self) -> dict[str, Any]:
        """Return `{"provider": "microsoft", "recent": {...}, "usual": {...}, "ends": {...}}`.

        recent, usual: see `DelayCounts.to_json`. ends: the parts by name, and `sends`, of which they are.
        """
        return {
            "provider": self.provider,
            "recent": self.recent.to_json(),
            "usual": self.usual.to_json(),
            "ends": {"sends": self.sends, **self.ends._asdict()},
        }


def view_providers(
    hours: Iterable[HourBalance], days: Iterable[DayBalance], now: datetime
) -> list[ProviderView]:
    """Return mail by provider, most first, without the mailbox simulator and own domains.

    hours: sender-hours of today and yesterday; days: day balances back to the eighth day before today.
    """
    latest = set(hours_back(now, RECENT_HOURS))
    figures = [hour.figures for hour in hours if hour.sender_hour.send_hour in latest]
    recent, usual, ends = delays_by_provider(figures), usual_delays(days, now), ends_by_provider(figures)
    views = [
        ProviderView(
            provider,
            recent.get(provider, NO_DELAYS),
            usual.get(provider, NO_DELAYS),
            ends.get(provider, NO_ENDS),
        )
        for provider in recent.keys() | usual.keys()
    ]
    return sorted(views, key=lambda view: (-view.sends, -view.usual.sends, view.provider))


def usual_delays(days: Iterable[DayBalance], now: datetime) -> dict[str, DelayCounts]:
    """Return what is usual, by provider: the 7 whole days before yesterday, as far as they are given."""
    return delays_between(days, *usual_period(now))


def usual_period(now: datetime) -> tuple[Day, Day]:
    """Return the first of the days that are taken as usual, and the day after the last; now: aware UTC."""
    until = now - _DAYS_LEFT_OUT * ONE_DAY
    return day_of(until - USUAL_DAYS * ONE_DAY), day_of(until)


def delays_between(days: Iterable[DayBalance], first: Day, after: Day) -> dict[str, DelayCounts]:
    """Return the delays of days from one to the day before another, by provider."""
    return delays_by_provider(day.figures for day in days if first <= day.day < after)


def delays_by_provider(figures: Iterable[BalanceCounts]) -> dict[str, DelayCounts]:
    """Return the delays in figures by provider, without the mailbox simulator and own domains."""
    by_provider = group_pairs(
        (provider, delays) for each in figures for _, provider, delays in delay_cells(each)
    )
    return {provider: sum_delays(own) for provider, own in by_provider.items()}


def sum_delays(counts: Sequence[DelayCounts]) -> DelayCounts:
    """Return several counts together, as `tallies.total` does at four times the price."""
    if len(counts) == 1:
        return counts[0]
    types: dict[str, int] = {}
    deliveries: dict[str, int] = {}
    sends = delayed = delivered = bounced = still_open = 0
    for each in counts:
        sends, delayed, delivered = sends + each.sends, delayed + each.delayed, delivered + each.delivered
        bounced, still_open = bounced + each.bounced, still_open + each.still_open
        for name, number in each.types.items():
            types[name] = types.get(name, 0) + number
        for name, number in each.deliveries.items():
            deliveries[name] = deliveries.get(name, 0) + number
    return DelayCounts(sends, delayed, delivered, bounced, still_open, types, deliveries)


def delay_cells(figures: BalanceCounts) -> Iterator[tuple[str, str, DelayCounts]]:
    """Yield each configuration set and provider with its delays, without the simulator and own domains."""
    for name, providers in figures.counts.items():
        followed = figures.followed.get(name, {})
        for provider, outcomes in providers.items():
            if provider not in NOT_RATED:
                yield name, provider, _delays_of(provider, outcomes, followed.get(provider, {}))


def _delays_of(provider: str, outcomes: Mapping[str, int], followed: Mapping[str, int]) -> DelayCounts:
    types = {DELAY_TYPES[each]: number for each, number in outcomes.items() if each in DELAY_TYPES}
    delivered, bounced, still_open = (followed.get(end, 0) for end in _ENDS)
    # The ends nearly always divide the delayed; one both delivered and bounced stands twice, one complained
    # about without a delivery not at all. The delay types bound what the union of them can be.
    known = max([delivered + bounced + still_open, *types.values()])
    return DelayCounts(
        counts_of_cell(provider, outcomes).sends,
        min(known, sum(types.values())),
        delivered,
        bounced,
        still_open,
        types,
        {bucket: outcomes[bucket] for bucket in _BUCKETS if bucket in outcomes},
    )


def _time_as_json(time: DeliveryTime | None) -> dict[str, Any] | None:
    return time._asdict() if time else None


def count_open_mail(hours: Iterable[HourBalance]) -> dict[str, int]:
    """Return how many dispatches of some hours are `delayed` still, and how many `without_outcome` yet."""
    names = {"delayed": "delayed_still_open", "without_outcome": "sent_without_outcome"}
    found = dict.fromkeys(names, 0)
    for hour in hours:
        for providers in hour.followed.values():
            for figures in providers.values():
                for name, figure in names.items():
                    found[name] += figures.get(figure, 0)
    return found
