"""How commands print: steps with their time, progress bars on a terminal, plain text in a pipe."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

FORMAT_VERSION = 1
"""The version of all `--json` output; docs/command-line.md says what a higher one would mean."""

_MOST_COLUMNS = 100
_STEP_COLUMNS = 68


def open_screen(*, on_stderr: bool = False) -> Console:
    """A console of at most 100 columns; in a pipe it writes no control codes."""
    screen = Console(stderr=on_stderr, highlight=False)
    screen.width = min(screen.width, _MOST_COLUMNS)
    return screen


def print_json(fields: dict[str, Any]) -> None:
    """Write one JSON document to standard output, its format version first."""
    print(json.dumps({"format_version": FORMAT_VERSION} | fields, indent=2))


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 message`, `1,234 messages`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


class Step:
    """A step while it runs. `outcome` is what its line says in the end."""

    def __init__(self, progress: Progress, task: TaskID, outcome: str) -> None:
        self.outcome = outcome
        self._progress = progress
        self._task = task

    def advance_to(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the step is."""
        self._progress.update(self._task, completed=done, total=total, text=text or self._current_text())

    def _current_text(self) -> str:
        return str(self._progress.tasks[self._task].fields["text"])


class Narrator:
    """Prints what a command does, step by step, each with the seconds that it took."""

    def __init__(self, screen: Console) -> None:
        self.screen = screen
        self._number = 0

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Step]:
        """Run one step: a bar while it runs, or a spinner where `total` is not known; then one line."""
        self._number += 1
        started_at = time.monotonic()
        with self._bar(total is not None) as progress:
            step = Step(progress, progress.add_task("", total=total, text=escape(text)), text)
            yield step
        seconds = time.monotonic() - started_at
        for line in self._wrap(step.outcome, seconds):
            self.screen.print(line, markup=False, soft_wrap=True)

    def _bar(self, has_total: bool) -> Progress:
        text = TextColumn(f"{self._number:>2}  {{task.fields[text]}}")
        columns = (
            (text, BarColumn(bar_width=20), TaskProgressColumn())
            if has_total
            else (text, SpinnerColumn("line"))
        )
        is_hidden = not self.screen.is_terminal
        return Progress(*columns, TimeElapsedColumn(), console=self.screen, transient=True, disable=is_hidden)

    def _wrap(self, outcome: str, seconds: float) -> Iterator[str]:
        first, *rest = outcome.split("\n")
        yield f"{self._number:>2}  {first:<{_STEP_COLUMNS}}{seconds:>5.1f} s"
        for line in rest:
            yield f"    {line}"


def make_table(*headings: str, numbers_from: int = 1) -> Table:
    """A plain table whose columns from `numbers_from` on are numbers, their headings one word a line.

    Only the columns before these may wrap where the screen is narrow.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.show_header = any(headings)
    for heading in headings[:numbers_from]:
        table.add_column(heading, overflow="fold")
    for heading in headings[numbers_from:]:
        table.add_column(heading.replace(" ", "\n"), justify="right", no_wrap=True)
    return table


def print_heading(screen: Console, title: str, explanation: str) -> None:
    """Print a title, and a sentence that says what follows."""
    screen.print()
    screen.print(title, style="bold")
    screen.print(explanation, style="dim")
    screen.print()


def print_title(screen: Console, title: str) -> None:
    """Print the title of a part, after an empty line."""
    screen.print()
    screen.print(title, style="bold", markup=False)


def print_indented(screen: Console, text: str, columns: int = 2, marker: str = "", style: str = "") -> None:
    """Print a paragraph, without markup, its lines all indented: behind a marker if there is one."""
    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_row(*([marker] if marker else []), Text(text, style=style))
    screen.print(Padding(lines, (0, 0, 0, columns), expand=False))
