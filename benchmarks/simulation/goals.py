"""The goals that the rule and the detectors are held to, and what was found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.simulation.compared import BEFORE, CHOSEN, VOLUMES, Mark
from benchmarks.simulation.recording import Figures
from benchmarks.simulation.sending import Sending

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: what, of which mail, what was found and its limit, as text, and whether it is held."""

    what: str
    where: str
    found: str
    limit: str
    is_held: bool


def goals(figures: Figures) -> list[Goal]:
    """Return every goal, from recorded figures.

    False alarms are held to the goal by their mean, in the worst case of sending and volume; delays by their
    median.
    """
    parts = (_steady, _new, _bounce_jump, _spike, _complaint_jump, _new_sender, _deferrals, _reconciled)
    return [goal for part in parts for goal in part(figures)]


def _steady(figures: Figures) -> Iterator[Goal]:
    for mark in Mark:
        rows = _rows(figures["steady"], mark=mark, part=0.8)
        row = max(rows, key=lambda row: row["by_rule"][CHOSEN]["mean"])
        spread = row["by_rule"][CHOSEN]
        found = f"{spread['mean']:.2f} on average ({between(spread)})"
        yield Goal(
            "false worsenings a year, true rate 80 % of the mark",
            f"{mark}; worst: {row['a_day']:,} a day, {row['sending']}",
            found,
            "1",
            spread["mean"] <= 1,
        )


def _new(figures: Figures) -> Iterator[Goal]:
    for mark in Mark:
        row = max(_rows(figures["new"], mark=mark), key=lambda row: row["by_rule"][CHOSEN])
        share = row["by_rule"][CHOSEN]
        where = f"{mark}; worst: {row['a_day']:,} a day"
        what = "new senders told falsely in 4,000 sends, at half the mark"
        yield Goal(what, where, f"{share:.2%}", "1 %", share <= 0.01)


def _bounce_jump(figures: Figures) -> Iterator[Goal]:
    for a_day in VOLUMES:
        (row,) = _jumps(figures, Mark.BOUNCE_REVIEW, a_day)
        spread, before = row["by_rule"][CHOSEN], row["by_rule"][BEFORE]
        limit = 1.2 * before["median"]
        where, found = f"{a_day:,} a day", f"{between(spread)} h"
        text = f"{limit:,.0f} h (1.2 x {before['median']:,.0f} h)"
        yield Goal("bounces 1 to 6 %: review", where, found, text, _is_within(spread, limit))


def _spike(figures: Figures) -> Iterator[Goal]:
    for row in _rows(figures["spikes"], sending=Sending.RHYTHM, a_day=2_000):
        yield _within("bounces 1 to 6 %: finding of the rise", row, 6)


def _complaint_jump(figures: Figures) -> Iterator[Goal]:
    (told,) = _jumps(figures, Mark.COMPLAINT_WATCH, 10_000)
    (review,) = _jumps(figures, Mark.COMPLAINT_REVIEW, 10_000)
    spread = told["by_rule"][CHOSEN]
    found = f"{between(spread)} h; review: {between(review['by_rule'][CHOSEN])} h"
    what = "complaints 0.02 to 0.2 %: told (watch)"
    yield Goal(what, "10,000 a day", found, "18 h", _is_within(spread, 18))


def _new_sender(figures: Figures) -> Iterator[Goal]:
    for row in _rows(figures["new senders"], mark=Mark.BOUNCE_WATCH):
        spread, where = row["by_rule"][CHOSEN], f"{row['a_day']:,} a day"
        found, what = f"{between(spread)} sends", "new sender, 20 % bounces: told"
        yield Goal(what, where, found, "150 sends", _is_within(spread, 150))


def _deferrals(figures: Figures) -> Iterator[Goal]:
    for a_day in VOLUMES:
        rows = _rows(figures["false deferrals"], a_day=a_day)
        row = max(rows, key=lambda row: row["a_year"]["mean"])
        where = f"{a_day:,} a day; worst: {row['unevenness']}"
        spread = row["a_year"]
        found = f"{spread['mean']:.1f} on average ({between(spread)})"
        what = "deferral findings a year, healthy uneven delays"
        yield Goal(what, where, found, "2", spread["mean"] <= 2)
    for a_day, limit in ((10_000, 2), (200, 12)):
        for row in _rows(figures["deferrals"], a_day=a_day):
            yield _within("half of all mail deferred: found", row, limit)


def _reconciled(figures: Figures) -> Iterator[Goal]:
    rows = figures["reconciliation"]
    found, compared = (sum(row[name] for row in rows) for name in ("with_findings", "comparisons"))
    accounts = sum(row["accounts"] for row in rows)
    where = f"{accounts} accounts, {compared:,} comparisons"
    what = "accounts with a reconciliation finding, nothing lost"
    yield Goal(what, where, str(found), "0", found == 0)


def _within(what: str, row: Row, limit: float) -> Goal:
    spread = row["hours"]
    is_held = _is_within(spread, limit)
    return Goal(what, f"{row['a_day']:,} a day", f"{between(spread)} h", f"{limit} h", is_held)


def _is_within(spread: Row, limit: float) -> bool:
    return spread["median"] is not None and spread["median"] <= limit


def _jumps(figures: Figures, mark: Mark, a_day: int) -> list[Row]:
    rows = _rows(figures["jumps"], sending=Sending.RHYTHM, a_day=a_day)
    return [row for row in rows if row["jump"]["mark"] == mark]


def _rows(rows: Iterable[Row], **fields: object) -> list[Row]:
    return [row for row in rows if all(row[name] == each for name, each in fields.items())]


def between(spread: Row) -> str:
    """Return the median and the 90th percentile; a dash for what did not happen within the time."""
    return " / ".join(number(spread[name]) for name in ("median", "ninetieth"))


def number(figure: float | None, digits: int = 1) -> str:
    """Return a figure as tables show it: whole from 10 on, a dash where there is none."""
    if figure is None:
        return "-"
    return f"{figure:,.0f}" if figure >= 10 or figure == int(figure) else f"{figure:.{digits}f}"
