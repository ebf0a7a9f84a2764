"""Simulates, prints which goals are held, writes docs/simulation.md: `python -m benchmarks.simulation`."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.simulation.goals import goals
from benchmarks.simulation.page import PAGE, rendered
from benchmarks.simulation.recording import Figures, read, simulate, write


def main(
    section: Annotated[list[str] | None, typer.Option(help="Simulate only these sections anew.")] = None,
    render: Annotated[bool, typer.Option("--render", help="Simulate nothing.")] = False,
    keep: Annotated[bool, typer.Option("--write", help="Record the figures, and write the page.")] = False,
) -> None:
    """Simulate, and print which goals are held."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    figures = read() if render else {**read(), **simulate(console.print, section or ())}
    if keep:
        write(figures)
        PAGE.write_text(rendered(figures), "utf-8")
    _print_goals(figures, console)


def _print_goals(figures: Figures, console: Console) -> None:
    found = goals(figures)
    table = Table("goal", "of", "found", "at most", "held")
    for goal in found:
        table.add_row(goal.what, goal.where, goal.found, goal.limit, "yes" if goal.is_held else "NO")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
