"""Our sends and bounces against what SES counted itself, for one account in one Region."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.ses_comparison import Compared, Reconciliation, compare_hours, sum_hours
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.wording import count, moment, moment_of, percent

LEAST_SENDS = 200
"""Sends that SES must have counted for shares to be judged: ten that are missing are then the 5 %."""
_WINDOWS = (24, 7 * 24)
# Shares below or above which something is wrong, and between which nothing is. Notifications are lost now and
# then, so a little may be missing; nothing harmless explains a surplus.
_GAP, _SURPLUS = Fraction(95, 100), Fraction(102, 100)
_LEAST_CLEAR, _MOST_CLEAR = Fraction(98, 100), Fraction(101, 100)
# An hour with fewer sends says nothing of when it began.
_SENDS_OF_AN_HOUR = 20


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
    hours = compare_hours(statistics, days, now)
    return sum_hours(statistics, hours, min(hours), max(hours)) if hours else None


def find_reconciliation_gap(
    entity: ReputationEntity, statistics: SendStatistics | None, days: Iterable[DayBalance], now: datetime
) -> list[Detection]:
    """Return the detection of what the ledger of an account lacks; none for other entities, or without a
    reading.

    The last 24 hours are judged, or the last week where SES counted fewer than 200 sends in a day: then 5 %
    are ten mails and more, which are not lost by chance, and an outage shows within the day. FIRING: the
    ledger holds less than 95 % of the sends that SES counted, or more than 102 %, which means double counting
    or mail of another account. CLEAR: 98 to 101 %.
    """
    if entity.kind is not EntityKind.ACCOUNT or statistics is None:
        return []
    if statistics.place != (entity.name, entity.region):
        return []
    hours = compare_hours(statistics, days, now)
    judged = _judged_stretch(statistics, hours)
    return [_sight(judged, hours)] if judged else []


def _judged_stretch(statistics: SendStatistics, hours: Mapping[str, Compared]) -> Reconciliation | None:
    """Return the shortest of the latest periods that holds enough, else the longest."""
    names = sorted(hours, reverse=True)
    judged = None
    for most in _WINDOWS if names else ():
        judged = sum_hours(statistics, hours, names[min(most, len(names)) - 1], names[0])
        if judged.compared.ses.delivery_attempts >= LEAST_SENDS:
            break
    return judged


def _judge(judged: Reconciliation) -> DetectionState:
    share, attempts = judged.share, judged.compared.ses.delivery_attempts
    if share is None:
        return DetectionState.INCONCLUSIVE if judged.compared.ledger.sent else DetectionState.CLEAR
    if _LEAST_CLEAR <= share <= _MOST_CLEAR:
        return DetectionState.CLEAR
    is_found = attempts >= LEAST_SENDS and not _GAP <= share <= _SURPLUS
    return DetectionState.FIRING if is_found else DetectionState.INCONCLUSIVE


def _sight(judged: Reconciliation, hours: Mapping[str, Compared]) -> Detection:
    kind, state, share = FindingKind.RECONCILIATION_GAP, _judge(judged), judged.share
    if state is not DetectionState.FIRING or share is None:
        return Detection(kind, "", state, figures=_figures(judged))
    account = f"account {judged.account} in {judged.region}"
    return Detection(
        kind,
        "",
        state,
        _since(judged, hours),
        f"The ledger holds {percent(share, 1)} of what SES counted for {account}",
        _figures(judged),
        judged.as_json(),
        _advice(judged, is_surplus=share > 1),
    )


def _since(judged: Reconciliation, hours: Mapping[str, Compared]) -> str:
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
    return began or judged.first_hour


def _figures(judged: Reconciliation) -> tuple[tuple[str, str], ...]:
    ledger, ses = judged.compared
    return (
        ("sends", f"{count(ledger.sent)} in the ledger, {count(ses.delivery_attempts)} counted by SES"),
        (
            "bounces",
            f"{count(ledger.bounced)} of this mail in the ledger; SES counted {count(ses.bounces)} in this "
            "time, whenever their mail was sent",
        ),
        ("hours of sending", f"{moment_of(judged.first_hour)} to {moment_of(judged.last_hour)}"),
        ("SES was asked", moment(judged.read_at)),
    )


def _advice(judged: Reconciliation, *, is_surplus: bool) -> tuple[str, ...]:
    if is_surplus:
        return (
            "The ledger holds more than SES counted: see whether an archive was replayed that holds mail of "
            "another account or Region.",
            "See whether the role that reads SES's statistics is in the account it is named for.",
        )
    return (
        f"See whether all mail of {judged.account} names a configuration set whose event destination "
        "selects SEND: mail without one is counted by SES, and told by nobody.",
        "See whether the account sends with identities that the ledger does not know: `aws sesv2 "
        f"list-email-identities --region {judged.region}`, and `ses-reputation feeds`.",
        "See whether feedback waits in the queue, in the dead-letter queue, or in quarantine "
        "(`ses-reputation quarantine list`).",
    )
