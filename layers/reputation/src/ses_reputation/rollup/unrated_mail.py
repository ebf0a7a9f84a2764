"""Which mail without Send events is in no rate: where nobody reports what was delivered of it.

A bounce shows that a mail was sent, and so does a delivery. Where both are reported the mail with an outcome
is what a rate is over. Where bounces are reported alone every mail seems to bounce, and only counts can be
shown. An identity has a topic for each of bounces, complaints and deliveries, and none for sends (SES API,
`SetIdentityNotificationTopic`), and an event destination has those types that somebody chose (SES API v2,
`EventDestination.MatchingEventTypes`).
"""

from collections.abc import Iterable, Mapping, Sequence

from ses_reputation.feedback.outcomes import COMPLAINTS, DELIVERED, HARD_BOUNCES, Outcome
from ses_reputation.hours import Hour
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.rate_counts import OUTCOME_WITHOUT_SEND

MOST_BY_CHANCE = 2
"""Bounces and complaints before the first delivery of a day, or after the last, that chance explains."""

_SENT = Outcome.SENT.wire_name
_DELIVERED = frozenset(outcome.wire_name for outcome in DELIVERED)
_ADVERSE = frozenset(outcome.wire_name for outcome in HARD_BOUNCES | COMPLAINTS)
_BY_OWNER = ("owner_only", "both")


def unrated_sets(hours: Sequence[HourBalance]) -> dict[Hour, frozenset[str]]:
    """Return the configuration sets whose mail is in no rate, by hour; of all hours of a sender's day.

    A set's mail of an hour is rated if a Send event came of any, or if it lies between the day's first and
    last hour in which deliveries are reported: of the set's mail, or by the owner's feed, which reports
    deliveries of all mail of an identity or of none. Mail beyond these hours is rated if two of it bounced at
    most. If more did, deliveries began to be reported then (or ceased), and of part of that hour's mail only
    the bounces are known: it is in no rate either. With balances that were posted before
    `outcome_without_send` was counted, nothing is.
    """
    unrated: dict[Hour, set[str]] = {}
    without_sends = {name for hour in hours for name, cells in hour.counts.items() if not _has(cells, _SENT)}
    owners = {hour.sender_hour.send_hour for hour in hours if _owner_reports_deliveries(hour)}
    for name in without_sends:
        for hour in _unrated_hours(name, hours, owners):
            unrated.setdefault(hour, set()).add(name)
    return {hour: frozenset(names) for hour, names in unrated.items()}


def _unrated_hours(name: str, hours: Sequence[HourBalance], owners: set[Hour]) -> set[Hour]:
    of_set = {hour.sender_hour.send_hour: hour for hour in hours if name in hour.counts}
    sent = {at for at, hour in of_set.items() if _has(hour.counts[name], _SENT)}
    delivered = {at for at, hour in of_set.items() if _has(hour.counts[name], *_DELIVERED)}
    reported = owners | sent | delivered
    without = of_set.keys() - sent
    unrated = {at for at in without if not _has(of_set[at].followed.get(name, {}), OUTCOME_WITHOUT_SEND)}
    if not reported:
        return unrated | without
    for edge, beyond in (
        (min(reported), {at for at in without if at < min(reported)}),
        (max(reported), {at for at in without if at > max(reported)}),
    ):
        if sum(_adverse(of_set[at].counts[name]) for at in beyond) > MOST_BY_CHANCE:
            unrated |= beyond | ({edge} & without)
    return unrated


def _owner_reports_deliveries(hour: HourBalance) -> bool:
    return any(feed in kinds.get("delivered", {}) for kinds in hour.coverage.values() for feed in _BY_OWNER)


def _has(cells: Mapping[str, Mapping[str, int]], *figures: str) -> bool:
    return any(cell.get(figure) for cell in cells.values() for figure in figures)


def _adverse(cells: Mapping[str, Mapping[str, int]]) -> int:
    return sum(_sum_of(cell, _ADVERSE) for cell in cells.values())


def _sum_of(cell: Mapping[str, int], figures: Iterable[str]) -> int:
    return sum(cell.get(figure, 0) for figure in figures)
