"""Our sends against what SES counted itself, for one account in one Region."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.ses_comparison import (
    Compared,
    Reconciliation,
    compare_hours,
    first_day_kept,
    hours_since,
    sum_hours,
)
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.statistics.send_statistics import SendStatistics

LEAST_SENDS = 200
"""Sends that SES must have counted before shares are evaluated: ten that are missing are then the 5 %."""
_WINDOWS = (24, 7 * 24)
# Shares below or above which something is wrong, and between which nothing is. Notifications are lost now and
# then, so a little may be missing; nothing harmless explains a surplus.
_GAP, _SURPLUS = Fraction(95, 100), Fraction(102, 100)
_LEAST_CLEAR, _MOST_CLEAR = Fraction(98, 100), Fraction(101, 100)
# An hour with fewer sends does not date the gap.
_SENDS_OF_AN_HOUR = 20


def detect(mail: EntityMail) -> list[Detection]:
    """Return the detection of what the ledger of an account lacks.

    None for an identity, without a reading of the account's statistics, or while no hour can be compared.
    The last 24 hours are evaluated, or the last week where SES counted fewer than 200 sends in a day: then
    5 % are ten mails or more, which are not lost by chance, and an outage shows within the day. FIRING: the
    ledger holds less than 95 % of the sends that SES counted, or more than 102 %, which means double counting
    or mail of another account. CLEAR: 98 to 101 %.
    """
    entity, statistics = mail.entity, mail.statistics
    if entity.kind is not EntityKind.ACCOUNT or statistics is None:
        return []
    if statistics.place != (entity.name, entity.region):
        return []
    # Of a year of days this unpacks the two weeks that SES keeps, no more.
    first = first_day_kept(statistics, mail.now)
    ledger = mail.sum_up(hours_since, first)
    is_older_known = min(mail.history.totals, default=first) < first
    hours = compare_hours(statistics, ledger, mail.now, is_older_known=is_older_known)
    latest = _latest(statistics, hours)
    return [_detect_in(latest, hours)] if latest else []


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
    own = [day for day in days if (day.sender.account, day.sender.region) == statistics.place]
    first = first_day_kept(statistics, now)
    is_older_known = any(day.day < first for day in own)
    hours = compare_hours(statistics, hours_since(own, first), now, is_older_known=is_older_known)
    return sum_hours(statistics, hours, min(hours), max(hours)) if hours else None


def _detect_in(latest: Reconciliation, hours: Mapping[str, Compared]) -> Detection:
    kind, state = FindingKind.RECONCILIATION_GAP, _classify(latest)
    if state is DetectionState.INCONCLUSIVE:
        return Detection(kind, "", state)
    since = _since(latest, hours) if state is DetectionState.FIRING else ""
    return Detection(kind, "", state, since, latest)


def _latest(statistics: SendStatistics, hours: Mapping[str, Compared]) -> Reconciliation | None:
    """Return the shortest of the latest periods that holds enough sends, else the longest."""
    names = sorted(hours, reverse=True)
    latest = None
    for most in _WINDOWS if names else ():
        latest = sum_hours(statistics, hours, names[min(most, len(names)) - 1], names[0])
        if latest.compared.ses.delivery_attempts >= LEAST_SENDS:
            break
    return latest


def _classify(latest: Reconciliation) -> DetectionState:
    share, attempts = latest.share, latest.compared.ses.delivery_attempts
    if share is None:
        return DetectionState.INCONCLUSIVE if latest.compared.ledger.sent else DetectionState.CLEAR
    if _LEAST_CLEAR <= share <= _MOST_CLEAR:
        return DetectionState.CLEAR
    is_firing = attempts >= LEAST_SENDS and not _GAP <= share <= _SURPLUS
    return DetectionState.FIRING if is_firing else DetectionState.INCONCLUSIVE


def _since(latest: Reconciliation, hours: Mapping[str, Compared]) -> str:
    """Return the first hour of the latest run of hours that are as far out; small hours do not break it."""
    began = ""
    for name in sorted(hours, reverse=True):
        share, attempts = hours[name].share, hours[name].ses.delivery_attempts
        if share is None or attempts < _SENDS_OF_AN_HOUR:
            continue
        if not _GAP <= share <= _SURPLUS:
            began = name
        elif began:
            break
    return began or latest.first_hour
