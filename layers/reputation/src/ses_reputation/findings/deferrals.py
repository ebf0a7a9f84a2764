"""Providers that defer an identity's mail: found within the hour, and compared with what is usual there.

Mail is booked to the hour it was sent in, so the latest hour is incomplete: of its mail more may yet be
delayed, and its share of delays mostly grows. It may therefore open a finding, but never resolve one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ses_reputation.delivery.delays import (
    NO_DELAYS,
    DelayCounts,
    delay_cells,
    hours_back,
    usual_delays,
)
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.notifications.texts.deferrals import describe_deferral, tell_figures, what_to_do
from ses_reputation.rates.rates import Rate
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind, ReputationEntity

# The latest hours that hold so many sends are judged, at most a day; fewer than the least say nothing.
_RECENT_SENDS, _LEAST_SENDS, _MOST_HOURS = 200, 50, 24
# Hours that must be calm together before a finding resolves: else one that comes and goes would be many.
_CALM_HOURS = 3
# Sends that an hour needs to begin a deferral, or to break its run.
_SENDS_OF_AN_HOUR = 20
# A share of mail, at the least, and at the most however much is usual; and where nothing is known as usual.
_LEAST_SHARE, _MOST_SHARE, _SHARE_OF_UNKNOWN = 0.05, 0.5, 0.1
_TIMES_USUAL = 2
# What is below this part of the limit is calm.
_CALM_PART = 0.5


class HourOfMail(NamedTuple):
    """What one mail_stream, `sending account/configuration set`, sent to a provider in an hour."""

    hour: str
    mail_stream: str
    delays: DelayCounts


@dataclass(frozen=True, slots=True)
class HoursOfMail:
    """Hours of mail to one provider, from its first (`2026-11-22T10`) to its last; `is_over` if that hour
    is."""

    first_hour: str
    last_hour: str
    is_over: bool
    figures: DelayCounts


def find_deferrals(
    entity: ReputationEntity, hours: Sequence[HourBalance], days: Iterable[DayBalance], now: datetime
) -> list[Detection]:
    """Return a detection of each provider that an identity sends to; none for an account's entity.

    hours: the identity's sender-hours of today and yesterday; days: its day balances back to the eighth day
    before today; now: an aware UTC time. FIRING: the least share of delays that the latest mail can stand for
    (Wilson, 95 %) has reached the limit, which is 5 %, or twice the most that the provider's own week can
    stand for, or 10 % where that week is not known. CLEAR: less than half the limit for three hours, or no
    mail for a day. What lasts a week becomes usual, but half of all mail is a deferral whatever is usual.
    """
    if entity.kind is not EntityKind.IDENTITY:
        return []
    mail = _mail_by_provider(hours, hours_back(now, 1)[0])
    usual = usual_delays(days, now)
    return [
        _sight(entity, provider, mail.get(provider, ()), usual.get(provider, NO_DELAYS), now)
        for provider in sorted(mail.keys() | usual.keys())
    ]


def _mail_by_provider(hours: Iterable[HourBalance], last_hour: str) -> dict[str, list[HourOfMail]]:
    mail: dict[str, list[HourOfMail]] = {}
    for hour in hours:
        if hour.sender_hour.send_hour <= last_hour:
            for name, provider, delays in delay_cells(hour.figures):
                told = HourOfMail(
                    hour.sender_hour.send_hour, f"{hour.sender_hour.sending_account}/{name}", delays
                )
                mail.setdefault(provider, []).append(told)
    return mail


def _sight(
    entity: ReputationEntity,
    provider: str,
    mail: Iterable[HourOfMail],
    usual: DelayCounts,
    now: datetime,
) -> Detection:
    by_hour, limit = _by_hour(mail), _limit(usual)
    period, state = _judge(by_hour, limit, now)
    since = _since(by_hour, period, limit, now) if state is DetectionState.FIRING else ""
    mail_streams = _mail_streams(mail, period)
    return Detection(
        FindingKind.PROVIDER_DEFERRAL,
        provider,
        state,
        since,
        describe_deferral(entity.name, provider, period.figures, state, since, now),
        tell_figures(period.figures, _span(period), usual if _is_known(usual) else None, mail_streams),
        _evidence(entity, provider, period, usual, limit, mail_streams),
        what_to_do(period.figures) if state is not DetectionState.CLEAR else (),
    )


def _by_hour(mail: Iterable[HourOfMail]) -> dict[str, DelayCounts]:
    by_hour: dict[str, DelayCounts] = {}
    for hour, _, delays in mail:
        by_hour[hour] = by_hour[hour].plus(delays) if hour in by_hour else delays
    return by_hour


def _is_known(usual: DelayCounts) -> bool:
    return usual.sends >= _RECENT_SENDS


def _limit(usual: DelayCounts) -> float:
    if not _is_known(usual) or usual.share is None:
        return _SHARE_OF_UNKNOWN
    return min(max(_LEAST_SHARE, _TIMES_USUAL * usual.share.interval[1]), _MOST_SHARE)


def _judge(
    by_hour: Mapping[str, DelayCounts], limit: float, now: datetime
) -> tuple[HoursOfMail, DetectionState]:
    """Return the state, and the period that shows it: whole hours, or with the current one if only that
    tells."""
    names = hours_back(now, _MOST_HOURS + 1)
    current, whole = _latest(by_hour, names[:-1], is_over=False), _latest(by_hour, names[1:], is_over=True)
    for period in (whole, current):
        if _is_at(limit, period.figures):
            return period, DetectionState.FIRING
    calm = _latest(by_hour, names[1:], is_over=True, least_hours=_CALM_HOURS)
    shown = whole if whole.figures.sends else current
    return shown, DetectionState.CLEAR if _is_calm(
        limit, calm.figures, current.figures
    ) else DetectionState.INCONCLUSIVE


def _latest(
    by_hour: Mapping[str, DelayCounts], names: Sequence[str], *, is_over: bool, least_hours: int = 1
) -> HoursOfMail:
    """Return the latest hours that hold the sends to judge by, or all of `names` (latest first)."""
    figures = NO_DELAYS
    for number, name in enumerate(names, start=1):
        figures = figures.plus(by_hour.get(name, NO_DELAYS))
        if number >= least_hours and figures.sends >= _RECENT_SENDS:
            return HoursOfMail(name, names[0], is_over, figures)
    return HoursOfMail(names[-1], names[0], is_over, figures)


def _is_at(limit: float, figures: DelayCounts) -> bool:
    share = figures.share
    return share is not None and figures.sends >= _LEAST_SENDS and share.interval[0] >= limit


def _is_calm(limit: float, figures: DelayCounts, current: DelayCounts) -> bool:
    if not figures.sends and not figures.delayed:
        return not current.sends and not current.delayed
    return figures.sends >= _LEAST_SENDS and _is_below(limit * _CALM_PART, figures.share)


def _is_below(limit: float, share: Rate | None) -> bool:
    return share is not None and float(share.value) < limit


def _since(by_hour: Mapping[str, DelayCounts], period: HoursOfMail, limit: float, now: datetime) -> str:
    """Return the first hour of the unbroken run of deferring hours up to now.

    Hours with few sends do not break it, nor do those between calm and deferring, nor the current one. Where
    no hour tells by itself, it is the first of the period in which mail was delayed.
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


def _span(period: HoursOfMail) -> str:
    if period.is_over:
        return f"{_clock(period.first_hour)} to {_clock(period.last_hour, ':59')} UTC"
    return f"since {_clock(period.first_hour)} UTC; the last hour is not over, its share mostly grows"


def _clock(hour: str, minute: str = ":00") -> str:
    return f"{hour.replace('T', ' ')}{minute}"


def _mail_streams(mail: Iterable[HourOfMail], period: HoursOfMail) -> list[tuple[str, int]]:
    """Return the delayed dispatches of a period by mail_stream, most first."""
    delayed: dict[str, int] = {}
    for hour, mail_stream, delays in mail:
        if delays.delayed and period.first_hour <= hour <= period.last_hour:
            delayed[mail_stream] = delayed.get(mail_stream, 0) + delays.delayed
    return sorted(delayed.items(), key=lambda each: (-each[1], each[0]))


def _evidence(
    entity: ReputationEntity,
    provider: str,
    period: HoursOfMail,
    usual: DelayCounts,
    limit: float,
    mail_streams: Sequence[tuple[str, int]],
) -> dict[str, Any]:
    return {
        "identity": entity.name,
        "provider": provider,
        "first_hour": period.first_hour,
        "last_hour": period.last_hour,
        "is_last_hour_over": period.is_over,
        "share_needed": limit,
        "recent": period.figures.as_json(),
        "usual": usual.as_json(),
        "delayed_by_sender": dict(mail_streams),
    }
