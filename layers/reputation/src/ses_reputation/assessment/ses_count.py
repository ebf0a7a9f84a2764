"""The rate of an account whose bounces alone are reported: over the sends that SES itself counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ses_reputation.findings.ses_comparison import SES_KEEPS
from ses_reputation.hours import ONE_DAY, Day, Hour, day_of, hour_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.day_balance import CountedDay, DayBalance
from ses_reputation.rollup.entities import EntityKind, SenderIdentity
from ses_reputation.rollup.rate_counts import (
    EVERYTHING,
    NO_COUNTS,
    Breakdown,
    Dimension,
    RateCounts,
    Slice,
    total_counts,
)
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.tallies import group_by, total

_COUNTED_BY_SES = Slice(Dimension.COUNTED_BY_SES)
# Where the ledger knows so much of what SES counted, its own figures say more.
_KNOWN_WELL = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of some mail by hour: what is in a rate, and what is not."""

    rated: Mapping[Hour, RateCounts] = field(default_factory=dict)
    unrated: Mapping[Hour, RateCounts] = field(default_factory=dict)


def evaluate_by_ses_count(
    evaluations: Mapping[Measure, Evaluation],
    history: History,
    statistics: SendStatistics | None,
    previous: Mapping[Measure, Standing],
    rules: StandingRules,
) -> dict[Measure, Evaluation]:
    """Return evaluations of an entity, its bounces over SES's own count of sends where that is what is known.

    So it is for an account whose bounces are in no rate, where SES counted more than twice the mail that the
    ledger knows, in the two weeks that SES keeps (`GetSendStatistics`). SES's count is of the whole account:
    it says nothing of an identity. It holds mail to the simulator and to own domains, too, so the rate is
    rather too low. It says nothing of providers, so complaints, which are rated by mail to some of them, stay
    counts.
    """
    bounces = evaluations[Measure.BOUNCES]
    if statistics is None or history.entity.kind is not EntityKind.ACCOUNT or not bounces.basis.unrated:
        return dict(evaluations)
    counted = _counted_by_ses(history, statistics)
    if counted is None:
        return dict(evaluations)
    found = evaluate_standing(counted, previous, rules)[Measure.BOUNCES]
    senders = bounces.by_senders or bounces
    return {**evaluations, Measure.BOUNCES: replace(found, causes=(), slices=(), by_senders=senders)}


def _counted_by_ses(history: History, statistics: SendStatistics) -> History | None:
    """Return an account's mail with the sends that SES counted in place of those that the ledger knows."""
    if history.now - statistics.read_at > ONE_DAY:
        return None
    first, last = hour_of(history.now - SES_KEEPS), hour_of(min(statistics.read_at, history.now))
    # The hour of the reading is not over: SES has yet to count the rest of it.
    attempts = {
        hour: each.delivery_attempts for hour, each in statistics.hours.items() if first <= hour < last
    }
    parts = (_known_since(history.days, day_of(first)), history.closed.once(_known_since, day_of(first)))
    rated = total_counts(pair for part in parts for pair in part.rated.items())
    unrated = total_counts(pair for part in parts for pair in part.unrated.items())
    known = sum(rated.get(hour, NO_COUNTS).sends for hour in attempts)
    if known >= _KNOWN_WELL * sum(attempts.values()):
        return None
    tables = {
        hour: _table(number, rated.get(hour, NO_COUNTS).plus(unrated.get(hour, NO_COUNTS)))
        for hour, number in attempts.items()
    }
    return History(history.entity, _days_of(history, tables), history.now)


def _known_since(days: Iterable[DayBalance], first: Day) -> _Known:
    hours = [pair for day in days if day.day >= first for pair in day.hours.items()]
    return _Known(
        total_counts((hour, table.get(EVERYTHING, NO_COUNTS)) for hour, table in hours),
        total_counts((hour, _unrated(table)) for hour, table in hours),
    )


def _unrated(table: Breakdown) -> RateCounts:
    return total((each for part, each in table.items() if part.kind is Dimension.UNRATED), NO_COUNTS)


def _table(attempts: int, known: RateCounts) -> Breakdown:
    counts = RateCounts(attempts, known.hard_bounces, sent=attempts, bounced=known.bounced)
    return {EVERYTHING: counts, _COUNTED_BY_SES: RateCounts(sends=attempts)}


def _days_of(history: History, tables: Mapping[Hour, Breakdown]) -> list[CountedDay]:
    sender = SenderIdentity(history.entity.name, history.entity.region, "")
    return [
        CountedDay(
            sender,
            day,
            total_counts(pair for hour in hours for pair in tables[hour].items()),
            {hour: tables[hour] for hour in sorted(hours)},
            BalanceCounts(),
        )
        for day, hours in group_by(tables, day_of).items()
    ]
