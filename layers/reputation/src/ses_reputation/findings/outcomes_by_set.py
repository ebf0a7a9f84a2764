"""What became of an account's sends: which of them nobody ever told the end of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ses_reputation.findings.feed_coverage.reported import counts_by_set
from ses_reputation.ledger.balance import Counts
from ses_reputation.rollup.day_balance import DayBalance

HORIZON = timedelta(hours=24)
"""After this an outcome is overdue: SES gives up after 12 to 14 hours."""
_MOST_DAYS = 7
# The latest days that hold so many sends are judged: one day of a large sender, a week of a small one.
_ENOUGH_SENDS = 500
_WITHOUT_OUTCOME = "sent_without_outcome"


@dataclass(frozen=True, slots=True)
class SetOutcomes:
    """A configuration set's sends, those without an outcome, and the deliveries that any feed told."""

    sends: int = 0
    without_outcome: int = 0
    deliveries: int = 0

    def plus(self, other: "SetOutcomes") -> "SetOutcomes":
        """Both together."""
        return SetOutcomes(
            self.sends + other.sends,
            self.without_outcome + other.without_outcome,
            self.deliveries + other.deliveries,
        )


@dataclass(frozen=True, slots=True)
class MissingOutcomes:
    """Dispatches of whole UTC days, all of them past the horizon.

    sends: told as sent. without_outcome: of them, those of which neither feed told an end. sets: both by
    configuration set.
    """

    first_day: str
    last_day: str
    sends: int
    without_outcome: int
    sets: Mapping[str, SetOutcomes] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Of the sends, those without an outcome."""
        return self.without_outcome / self.sends

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON: first_day, last_day, sends, without_outcome, and share as a fraction of 1."""
        return {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "sends": self.sends,
            "without_outcome": self.without_outcome,
            "share": self.share,
        }


def missing_outcomes_of(days: Iterable[DayBalance], now: datetime) -> MissingOutcomes | None:
    """Return what became of the sends of the latest days past the horizon; None where nothing was sent.

    They are the latest that hold 500 sends, at most the week before the horizon. now: aware UTC.
    """
    by_day = sets_by_day(days, now)
    sets: dict[str, SetOutcomes] = {}
    judged: list[str] = []
    for day in sorted(by_day, reverse=True):
        judged.append(day)
        for name, account in by_day[day].items():
            sets[name] = sets.get(name, SetOutcomes()).plus(account)
        if sum_sets(sets).sends >= _ENOUGH_SENDS:
            break
    total = sum_sets(sets)
    if not total.sends:
        return None
    return MissingOutcomes(judged[-1], judged[0], total.sends, total.without_outcome, sets)


def sets_by_day(days: Iterable[DayBalance], now: datetime) -> dict[str, dict[str, SetOutcomes]]:
    """Return the sets of each of the seven latest days that ended before the horizon."""
    last = now - HORIZON - timedelta(days=1)
    first = last - timedelta(days=_MOST_DAYS - 1)
    by_day: dict[str, dict[str, SetOutcomes]] = {}
    for day in days:
        if f"{first:%Y-%m-%d}" <= day.day <= f"{last:%Y-%m-%d}":
            sets = by_day.setdefault(day.day, {})
            for name, account in _sets_of(day):
                sets[name] = sets.get(name, SetOutcomes()).plus(account)
    return by_day


def _sets_of(day: DayBalance) -> Iterable[tuple[str, SetOutcomes]]:
    figures = day.figures
    for name, told in counts_by_set(figures):
        lost = _count(figures.followed, name, _WITHOUT_OUTCOME)
        yield name, SetOutcomes(told.sends, lost, told.delivered.total)


def _count(counts: Counts, name: str, figure: str) -> int:
    return sum(cells.get(figure, 0) for cells in counts.get(name, {}).values())


def sum_sets(sets: Mapping[str, SetOutcomes]) -> SetOutcomes:
    """Return all configuration sets together."""
    total = SetOutcomes()
    for account in sets.values():
        total = total.plus(account)
    return total
