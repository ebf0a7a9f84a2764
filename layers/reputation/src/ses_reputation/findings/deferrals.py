"""Providers that defer an identity's mail: detected within the hour, by comparison with the week before.

Mail counts in the hour it was sent in, so the latest hour is incomplete: more of its mail may yet be delayed,
and its share of delays mostly grows. It may therefore open a finding, but never resolve one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ses_reputation.delivery.delays import (
    NO_DELAYS,
    DelayCounts,
    delay_cells,
    delays_between,
    sum_delays,
    usual_period,
)
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import (
    OTHER_NAMES,
    Detection,
    DetectionState,
    FindingKind,
    name_most,
)
from ses_reputation.hours import hours_back
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import Rate
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.tallies import group_pairs, total_by_key

# The latest hours that hold so many sends are evaluated, at most a day; fewer than the least are too few.
_RECENT_SENDS, _LEAST_SENDS, _MOST_HOURS = 200, 50, 24
# Hours that must be calm together before a finding resolves: else a deferral that comes and goes within two
# hours would be many findings.
_CALM_HOURS = 3
# Sends that an hour needs to begin a deferral, or to end its run.
_SENDS_OF_AN_HOUR = 20
# A share of mail, at the least, and at the most however much is usual; and where nothing is known as usual.
_LEAST_SHARE, _MOST_SHARE, _SHARE_OF_UNKNOWN = 0.05, 0.5, 0.1
_TIMES_USUAL = 2
# A share below this part of the limit is calm.
_CALM_PART = 0.5


class ProviderHour(NamedTuple):
    """What one mail stream, `sending account/configuration set`, sent to a provider in an hour."""

    hour: str
    mail_stream: str
    delays: DelayCounts


@dataclass(frozen=True, slots=True)
class DeferralPeriod:
    """Hours of mail to one provider, from the first (`2026-11-22T10`) to the last; is_over: the last is."""

    first_hour: str
    last_hour: str
    is_over: bool
    figures: DelayCounts


@dataclass(frozen=True, slots=True)
class DeferralEvidence:
    """What a provider deferred in the latest hours, and what it deferred in the week before.

    limit: the share of delays that fires. mail_streams: delayed dispatches by mail stream.
    """

    identity: str
    provider: str
    since: str
    period: DeferralPeriod
    usual: DelayCounts
    limit: float
    mail_streams: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; `recent` and `usual` as DelayCounts returns them.

        is_usual_known: the week before holds enough mail to compare with.
        """
        return {
            "identity": self.identity,
            "provider": self.provider,
            "since": self.since,
            "first_hour": self.period.first_hour,
            "last_hour": self.period.last_hour,
            "is_last_hour_over": self.period.is_over,
            "share_needed": self.limit,
            "recent": self.period.figures.to_json(),
            "usual": self.usual.to_json(),
            "is_usual_known": _is_known(self.usual),
            "delayed_by_sender": self._delayed_by_sender(),
        }

    def _delayed_by_sender(self) -> dict[str, int]:
        named, others = name_most(self.mail_streams)
        delayed = {name: self.mail_streams[name] for name in named}
        rest = sum(self.mail_streams[name] for name in others)
        return {**delayed, OTHER_NAMES: rest} if others else delayed


def detect(mail: EntityMail) -> list[Detection]:
    """Return a detection of each provider that an identity sends to; none for an account.

    FIRING: the least share of delays that the latest mail is compatible with (Wilson, 95 %) has reached the
    limit. The limit is 5 %, or twice the largest share that the provider's own week before is compatible
    with, or 10 % where that week is not known. CLEAR: less than half the limit for three hours, or no mail
    for a day. A deferral that lasts a week becomes usual, but half of all mail always reaches the limit.
    """
    if mail.entity.kind is not EntityKind.IDENTITY:
        return []
    recent = _hours_by_provider(mail.hours, hours_back(mail.now, 1)[0])
    usual = mail.sum_up(delays_between, *usual_period(mail.now))
    return [
        _detect_at(provider, mail, recent.get(provider, ()), usual.get(provider, NO_DELAYS))
        for provider in sorted(recent.keys() | usual.keys())
    ]


def _hours_by_provider(hours: Iterable[HourBalance], last_hour: str) -> dict[str, list[ProviderHour]]:
    return group_pairs(
        (provider, ProviderHour(sent.send_hour, f"{sent.sending_account}/{name}", delays))
        for balance in hours
        if (sent := balance.sender_hour).send_hour <= last_hour
        for name, provider, delays in delay_cells(balance.figures)
    )


def _detect_at(
    provider: str, mail: EntityMail, hours: Sequence[ProviderHour], usual: DelayCounts
) -> Detection:
    of_hours, limit = group_pairs((each.hour, each.delays) for each in hours), _limit(usual)
    by_hour = {hour: sum_delays(delays) for hour, delays in of_hours.items()}
    period, state = _classify(by_hour, limit, mail.now)
    since = _since(by_hour, period, limit, mail.now) if state is DetectionState.FIRING else ""
    evidence = DeferralEvidence(
        mail.entity.name, provider, since, period, usual, limit, _delayed_by_stream(hours, period)
    )
    return Detection(FindingKind.PROVIDER_DEFERRAL, provider, state, since, evidence)


def _is_known(usual: DelayCounts) -> bool:
    return usual.sends >= _RECENT_SENDS


def _limit(usual: DelayCounts) -> float:
    if not _is_known(usual) or usual.share is None:
        return _SHARE_OF_UNKNOWN
    return min(max(_LEAST_SHARE, _TIMES_USUAL * usual.share.interval[1]), _MOST_SHARE)


def _classify(
    by_hour: Mapping[str, DelayCounts], limit: float, now: datetime
) -> tuple[DeferralPeriod, DetectionState]:
    """Return the state, and the period that shows it: whole hours, or with the current one if only that
    fires."""
    names = hours_back(now, _MOST_HOURS + 1)
    current, whole = _latest(by_hour, names[:-1], is_over=False), _latest(by_hour, names[1:], is_over=True)
    for period in (whole, current):
        if _is_at(limit, period.figures):
            return period, DetectionState.FIRING
    calm = _latest(by_hour, names[1:], is_over=True, least_hours=_CALM_HOURS)
    shown = whole if whole.figures.sends else current
    is_calm = _is_calm(limit, calm.figures, current.figures)
    return shown, DetectionState.CLEAR if is_calm else DetectionState.INCONCLUSIVE


def _latest(
    by_hour: Mapping[str, DelayCounts], names: Sequence[str], *, is_over: bool, least_hours: int = 1
) -> DeferralPeriod:
    """Return the latest hours that hold enough sends, or all of `names` (latest first)."""
    sends, taken = 0, len(names)
    for number, name in enumerate(names, start=1):
        sends += by_hour[name].sends if name in by_hour else 0
        if number >= least_hours and sends >= _RECENT_SENDS:
            taken = number
            break
    figures = sum_delays([by_hour[name] for name in names[:taken] if name in by_hour])
    return DeferralPeriod(names[taken - 1], names[0], is_over, figures)


def _is_at(limit: float, figures: DelayCounts) -> bool:
    share = figures.share
    return share is not None and figures.sends >= _LEAST_SENDS and share.interval[0] >= limit


def _is_calm(limit: float, figures: DelayCounts, current: DelayCounts) -> bool:
    if not figures.sends and not figures.delayed:
        return not current.sends and not current.delayed
    return figures.sends >= _LEAST_SENDS and _is_below(limit * _CALM_PART, figures.share)


def _is_below(limit: float, share: Rate | None) -> bool:
    return share is not None and float(share.value) < limit


def _since(by_hour: Mapping[str, DelayCounts], period: DeferralPeriod, limit: float, now: datetime) -> str:
    """Return the first hour of the unbroken run of deferring hours up to now.

    Hours with few sends do not break it, nor do those between calm and deferring, nor the current one. Where
    no hour is deferring by itself, it is the first of the period in which mail was delayed.
    """
    began = ""
    for name in sorted(by_hour, reverse=True):
        figures = by_hour[name]
        if figures.sends < _SENDS_OF_AN_HOUR:
            continue
        if _is_below(limit * _CALM_PART, figures.share) and name != hours_back(now, 1)[0]:
            break
        if not _is_below(limit, figures.share):
            began = name
    return began or min(
        name for name in by_hour if by_hour[name].delayed and period.first_hour <= name <= period.last_hour
    )


def _delayed_by_stream(mail: Iterable[ProviderHour], period: DeferralPeriod) -> dict[str, int]:
    """Return the delayed dispatches of a period by mail stream."""
    return total_by_key(
        (each.mail_stream, each.delays.delayed)
        for each in mail
        if each.delays.delayed and period.first_hour <= each.hour <= period.last_hour
    )
