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

# Numbers of latest hours that may fire, a day at most; fewer sends than the least are too few to tell.
_SPANS, _LEAST_SENDS, _MOST_HOURS = (1, 2, 3, 4, 6, 8, 12, 16, 24), 50, 24
# The latest hours that hold so many sends are shown, and may be calm.
_RECENT_SENDS = 200
# Hours that must be calm together before a finding resolves: else a deferral that comes and goes within two
# hours would be many findings.
_CALM_HOURS = 3
# Sends that an hour needs to begin a deferral, or to end its run.
_SENDS_OF_AN_HOUR = 20
# A share of mail that a long time needs at the least, and where nothing is known as usual. Healthy delays are
# uneven: single hours of many times the usual share come by themselves, days of them do not. The figures were
# chosen by simulation (docs/adr/0042-deferrals-and-mail-that-stops.md).
_LEAST_SHARE, _SHARE_OF_UNKNOWN, _TIMES_USUAL = 0.08, 0.1, 2
_MORE_FOR_AN_HOUR = 4
# However much is usual, so much is a deferral; of one hour, twice as much would have to be.
_MOST_SHARE = 0.5
# A share below this part of the usual limit is calm.
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

    def covers(self, hour: str) -> bool:
        """Return whether an hour is one of them."""
        return self.first_hour <= hour <= self.last_hour


@dataclass(frozen=True, slots=True)
class DeferralEvidence:
    """What a provider deferred in the latest hours, and what it deferred in the week before.

    limit: the share of delays that fires in this period. mail_streams: delayed dispatches by mail stream.
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

    FIRING: in the latest 1, 2, 3, 4, 6, 8, 12, 16 or 24 hours the least share of delays that the mail is
    compatible with (Wilson, 95 %) has reached the limit. Where mail is spread over many hours the limit is
    8 %, or twice the largest share that the provider's own week before is compatible with, or 10 % where that
    week is not known. Spread over n hours it is 1 + 4 / n times as much: 40 % of one hour's mail, 24 % of two
    hours', 16 % of four. So a large sender hears within hours, and not of single uneven ones. More than
    three hours fire only while the latest are at 8 % themselves. CLEAR: less than half the 8 % for three
    hours, or no mail for a day. A deferral that lasts a week becomes usual, but half of all mail, and all of
    an hour's, always reaches the limit.
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
    of_hours, lasting = group_pairs((each.hour, each.delays) for each in hours), _limit(usual)
    by_hour = {hour: sum_delays(delays) for hour, delays in of_hours.items()}
    period, state = _classify(by_hour, lasting, mail.now)
    since = _since(by_hour, period, lasting, mail.now) if state is DetectionState.FIRING else ""
    limit = _limit_of(period, by_hour, lasting)
    evidence = DeferralEvidence(
        mail.entity.name, provider, since, period, usual, limit, _delayed_by_stream(hours, period)
    )
    return Detection(FindingKind.PROVIDER_DEFERRAL, provider, state, since, evidence)


def _is_known(usual: DelayCounts) -> bool:
    return usual.sends >= _RECENT_SENDS


def _limit(usual: DelayCounts) -> float:
    """Return the share that fires if it lasts."""
    if not _is_known(usual) or usual.share is None:
        return _SHARE_OF_UNKNOWN
    return max(_LEAST_SHARE, _TIMES_USUAL * usual.share.interval[1])


def _limit_of(period: DeferralPeriod, by_hour: Mapping[str, DelayCounts], lasting: float) -> float:
    """Return the share that fires in a period: the fewer hours its mail is spread over, the more."""
    hours = _spread([by_hour[name].sends for name in by_hour if period.covers(name)])
    return min(lasting * (1 + _MORE_FOR_AN_HOUR / hours), _MOST_SHARE * (1 + 1 / hours))


def _spread(sends: Sequence[int]) -> float:
    """Return how many hours of equal mail are as uneven as these together: 1 where one has nearly all.

    400 and 400 are two hours, 400 and 40 are 1.2.
    """
    return max(1.0, sum(sends) ** 2 / max(1, sum(each * each for each in sends)))


def _classify(
    by_hour: Mapping[str, DelayCounts], lasting: float, now: datetime
) -> tuple[DeferralPeriod, DetectionState]:
    """Return the state, and the period that shows it: whole hours, or with the current one if only that
    fires."""
    names = hours_back(now, _MOST_HOURS + 1)
    calm = _latest(by_hour, names[1:], is_over=True, least_hours=_CALM_HOURS)
    is_lasting = not _is_below(min(lasting, _MOST_SHARE), calm.figures.share)
    # A day that had a deferral shows it when it is over, too: a long span fires while it lasts.
    spans = [hours for hours in _SPANS if is_lasting or hours <= _CALM_HOURS]
    for latest, is_over in ((names[1:], True), (names[:-1], False)):
        periods = [_period(by_hour, latest[:hours], is_over=is_over) for hours in spans]
        firing = [each for each in periods if _is_at(_limit_of(each, by_hour, lasting), each.figures)]
        if firing:
            return _with_enough_sends(firing), DetectionState.FIRING
    whole, current = _latest(by_hour, names[1:], is_over=True), _latest(by_hour, names[:-1], is_over=False)
    shown = whole if whole.figures.sends else current
    is_calm = _is_calm(min(lasting, _MOST_SHARE), calm.figures, current.figures)
    return shown, DetectionState.CLEAR if is_calm else DetectionState.INCONCLUSIVE


def _with_enough_sends(periods: Sequence[DeferralPeriod]) -> DeferralPeriod:
    """Return the first of the periods, shortest first, that shows the share well; or the longest."""
    return next((each for each in periods if each.figures.sends >= _RECENT_SENDS), periods[-1])


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
    return _period(by_hour, names[:taken], is_over=is_over)


def _period(by_hour: Mapping[str, DelayCounts], names: Sequence[str], *, is_over: bool) -> DeferralPeriod:
    """Return the figures of hours in a row, named latest first."""
    figures = sum_delays([by_hour[name] for name in names if name in by_hour])
    return DeferralPeriod(names[-1], names[0], is_over, figures)


def _is_at(limit: float, figures: DelayCounts) -> bool:
    share = figures.share
    return share is not None and figures.sends >= _LEAST_SENDS and share.interval[0] >= limit


def _is_calm(limit: float, figures: DelayCounts, current: DelayCounts) -> bool:
    if not figures.sends and not figures.delayed:
        return not current.sends and not current.delayed
    return figures.sends >= _LEAST_SENDS and _is_below(limit * _CALM_PART, figures.share)


def _is_below(limit: float, share: Rate | None) -> bool:
    return share is not None and float(share.value) < limit


def _since(by_hour: Mapping[str, DelayCounts], period: DeferralPeriod, lasting: float, now: datetime) -> str:
    """Return the first hour of the unbroken run of deferring hours up to now.

    Hours with few sends do not break it, nor do those between calm and deferring, nor the current one. Where
    no hour is deferring by itself, it is the first of the period in which mail was delayed.
    """
    began, least = "", min(lasting, _MOST_SHARE)
    for name in sorted(by_hour, reverse=True):
        figures = by_hour[name]
        if figures.sends < _SENDS_OF_AN_HOUR:
            continue
        if _is_below(least * _CALM_PART, figures.share) and name != hours_back(now, 1)[0]:
            break
        if not _is_below(least, figures.share):
            began = name
    return began or min(name for name in by_hour if by_hour[name].delayed and period.covers(name))


def _delayed_by_stream(mail: Iterable[ProviderHour], period: DeferralPeriod) -> dict[str, int]:
    """Return the delayed dispatches of a period by mail stream."""
    return total_by_key(
        (each.mail_stream, each.delays.delayed)
        for each in mail
        if each.delays.delayed and period.covers(each.hour)
    )
