"""The page of simulated years, written from what is recorded."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.simulation.compared import RULES, VOLUMES, Mark
from benchmarks.simulation.deferrals import Unevenness
from benchmarks.simulation.goals import between, goals, number
from benchmarks.simulation.recording import Figures
from benchmarks.simulation.sending import Sending

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"


def rendered(figures: Figures) -> str:
    """Return the page of recorded figures."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it writes Markdown of our own figures
    )

    def worst(mark: Mark, part: float, a_day: int, rule: str) -> str:
        rows = [
            row
            for row in figures["steady"]
            if (row["mark"], row["part"], row["a_day"]) == (mark, part, a_day)
        ]
        return number(max(row["by_rule"][rule]["mean"] for row in rows), 2)

    def new(mark: Mark, rule: str) -> str:
        return f"{max(row['by_rule'][rule] for row in figures['new'] if row['mark'] == mark):.2%}"

    return environment.get_template("page.md.j2").render(
        figures=figures,
        goals=goals(figures),
        marks=list(Mark),
        volumes=VOLUMES,
        rules=list(RULES),
        sendings=list(Sending),
        unevennesses=list(Unevenness),
        worst=worst,
        new=new,
        jumps=_by_title(figures["jumps"]),
        new_senders=[(mark, list(rows)) for mark, rows in groupby(figures["new senders"], _mark)],
        between=between,
        number=number,
    )


def _mark(row: Mapping[str, Any]) -> str:
    return str(row["mark"])


def _by_title(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    return [(title, list(group)) for title, group in groupby(rows, _title)]


def _title(row: Mapping[str, Any]) -> str:
    jump = row["jump"]
    return f"{jump['before']:.2%} to {jump['after']:.2%}, {jump['mark']}, {row['sending']}"
