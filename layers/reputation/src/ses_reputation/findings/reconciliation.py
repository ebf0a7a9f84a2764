"""Our sends against what SES counted itself, for one account in one Region."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.ses_comparison import (
    Compared,
    Reconciliation,
    compare_hours,
    first_day_kept,
    hours_since,
    reports_sends,
    sum_around,
    sum_hours,
)
from ses_reputation.hours import Day, Hour, day_of
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.rollup.rate_counts import RateCounts
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.tallies import group_by

LEAST_SENDS = 200
"""Sends that one side must hold before shares are evaluated: ten that are missing are then the 5 %."""
_WINDOWS = (24, 7 * 24)
# Shares below or above which something is wrong, and between which nothing is. Notifications are lost now and
# then, so a little may be missing; nothing harmless explains a surplus (docs/adr/0021-what-reports-prove.md).
_GAP, _SURPLUS = Fraction(95, 100), Fraction(102, 100)
_LEAST_CLEAR, _MOST_CLEAR = Fraction(98, 100), Fraction(101, 100)
# An hour with fewer sends does not date the gap.
_SENDS_OF_AN_HOUR = 20


def detect(mail: EntityMail) -> list[Detection]:
    """Return the detection of what the ledger of an account lacks.

    None for an identity, without a reading of the account's statistics, while no hour can be compared, and
    for an account of which no feed reports sends. What SES counted is compared with the mail that is known to
    be sent, by a Send event or by its outcome.
    The last 24 hours are evaluated, or the last week where neither side holds 200 sends in a day: 5 % are ten
    mails or more, which are not lost by chance, and an outage shows within the day. FIRING: the ledger knows
    less than 95 % of the sends that SES counted, or more than 102 %, which means double counting, mail of
    another account or forged mail. Either must be so wherever SES put the mail of the first and last hour,
    in the last 24 hours or in the week. CLEAR: 98 to 101 %.
    """
    entity, statistics = mail.entity, mail.statistics
    if entity.kind is not EntityKind.ACCOUNT or statistics is None:
        return []
    if statistics.place != (entity.name, entity.region) or not reports_sends(mail.history):
        return []
    # Of a year of days this unpacks the two weeks that SES keeps, no more.
    first = first_day_kept(statistics, mail.now)
    ledger = mail.sum_up(hours_since, first)
    is_older_known = min(mail.history.totals, default=first) < first
    hours = compare_hours(statistics, ledger, mail.now, is_older_known=is_older_known)
    periods = [_Period(each, sum_around(statistics, ledger, each)) for each in _latest(statistics, hours)]
    return [_detect_in(periods, hours)] if periods else []


def reconcile(
    statistics: SendStatistics | None, days: Iterable[DayBalance], now: datetime
) -> Reconciliation | None:
    """Compare the ledger with the latest reading of SES's statistics; None where nothing can be compared.

    days: day balances of the account in its Region, those of others are left out; now: aware UTC. The
    period begins two weeks before the reading, which is what SES keeps, or after the first hour that the
    ledger knows, if that is later: in its first hour a feed mostly begins midway. It ends with the latest
    whole hour that was over an hour before the reading (and before `now`).
    """
    if statistics is None:
        return None
    _, hours = _compare(statistics, days, now)
    return sum_hours(statistics, hours, min(hours), max(hours)) if hours else None


class ReconciledDay(NamedTuple):
    """The comparison of a UTC day, as far as it was compared.

    is_apart: whether the ledger holds less than 95 % or more than 102 % of it, wherever SES put the mail of
    its first and last hour; never of a day on which neither side holds 200 sends.
    """

    day: Day
    held: Reconciliation
    is_apart: bool


def reconcile_days(
    statistics: SendStatistics, days: Iterable[DayBalance], now: datetime
) -> list[ReconciledDay]:
    """Return each day of what `reconcile` compares, oldest first."""
    ledger, hours = _compare(statistics, days, now)
    return [
        _reconciled_day(day, statistics, ledger, sum_hours(statistics, hours, min(names), max(names)))
        for day, names in group_by(hours, day_of).items()
    ]


def _reconciled_day(
    day: Day, statistics: SendStatistics, ledger: Mapping[Hour, RateCounts], held: Reconciliation
) -> ReconciledDay:
    period = _Period(held, sum_around(statistics, ledger, held))
    return ReconciledDay(day, held, period.is_gap or period.is_surplus)


def _compare(
    statistics: SendStatistics, days: Iterable[DayBalance], now: datetime
) -> tuple[dict[Hour, RateCounts], dict[Hour, Compared]]:
    """Return the hours of the ledger, and those that can be compared with what SES counted."""
    own = [day for day in days if (day.sender.account, day.sender.region) == statistics.place]
    first = first_day_kept(statistics, now)
    ledger = hours_since(own, first)
    is_older_known = any(day.day < first for day in own)
    return ledger, compare_hours(statistics, ledger, now, is_older_known=is_older_known)


class _Period(NamedTuple):
    """The comparison of a period, and of what lies an hour around it."""

    held: Reconciliation
    around: Compared

    @property
    def is_judged(self) -> bool:
        """Return whether either side holds enough sends."""
        return max(self.held.compared.ledger.sends, self.held.compared.ses.delivery_attempts) >= LEAST_SENDS

    @property
    def is_gap(self) -> bool:
        """Return whether mail is missing wherever SES put that of the first and last hour."""
        attempts = self.held.compared.ses.delivery_attempts
        return attempts >= LEAST_SENDS and self.around.ledger.known < _GAP * attempts

    @property
    def is_surplus(self) -> bool:
        """Return whether there is too much wherever SES put it; of mail that SES is sure to count."""
        sends = self.held.compared.ledger.sends
        return sends >= LEAST_SENDS and sends > _SURPLUS * self.around.ses.delivery_attempts


def _detect_in(periods: Sequence[_Period], hours: Mapping[str, Compared]) -> Detection:
    kind, longest = FindingKind.RECONCILIATION_GAP, periods[-1]
    latest = next((each for each in periods if each.is_judged), longest)
    state = _classify(latest, longest)
    if state is DetectionState.INCONCLUSIVE:
        return Detection(kind, "", state)
    since = _since(latest.held, hours) if state is DetectionState.FIRING else ""
    return Detection(kind, "", state, since, latest.held)


def _latest(statistics: SendStatistics, hours: Mapping[str, Compared]) -> list[Reconciliation]:
    """Return the comparisons of the latest periods, shortest first."""
    names = sorted(hours, reverse=True)
    firsts = dict.fromkeys(names[min(most, len(names)) - 1] for most in _WINDOWS if names)
    return [sum_hours(statistics, hours, first, names[0]) for first in firsts]


def _classify(latest: _Period, longest: _Period) -> DetectionState:
    ledger, ses = latest.held.compared
    if _LEAST_CLEAR * ses.delivery_attempts <= ledger.known <= _MOST_CLEAR * ses.delivery_attempts:
        return DetectionState.CLEAR
    is_firing = (ledger.known < _GAP * ses.delivery_attempts and (latest.is_gap or longest.is_gap)) or (
        ledger.known > _SURPLUS * ses.delivery_attempts and (latest.is_surplus or longest.is_surplus)
    )
    return DetectionState.FIRING if is_firing else DetectionState.INCONCLUSIVE


def _since(latest: Reconciliation, hours: Mapping[str, Compared]) -> str:
    """Return the first hour of the latest run of hours that are as far out; small hours do not break it."""
    began = ""
    for name in sorted(hours, reverse=True):
        known, attempts = hours[name].ledger.known, hours[name].ses.delivery_attempts
        if max(known, attempts) < _SENDS_OF_AN_HOUR:
            continue
        if not _GAP * attempts <= known <= _SURPLUS * attempts:
            began = name
        elif began:
            break
    return began or latest.first_hour
