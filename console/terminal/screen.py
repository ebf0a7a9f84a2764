"""How commands print: steps with their time, progress bars on a terminal, plain text in a pipe."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column
from rich.text import Text

from ses_reputation.visible_text import visible, visible_lines

FORMAT_VERSION = 1
"""The version of all `--json` output; docs/command-line.md says what a higher one would mean."""

_MOST_COLUMNS = 100
_STEP_COLUMNS = 68
# Its number and its seconds.
_AROUND_STEP = 11
_BEFORE_STEP = 4


class Screen(Console):
    """A console on which text is only text: no markup in it, no emoji codes, and no control but line feeds.

    All that is printed may hold a stranger's words; what is to have a colour gets it as a style.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Let the program end: whoever reads what it prints has read enough."""
        raise BrokenPipeError

    def render_str(self, text: str, **options: Any) -> Text:
        """Turn what is printed, or stands in a table, into Rich's text."""
        return super().render_str(visible_lines(text), **options)


def open_screen(*, on_stderr: bool = False) -> Console:
    """A screen of at most 100 columns; in a pipe it writes no control codes."""
    screen = Screen(stderr=on_stderr)
    screen.width = min(screen.width, _MOST_COLUMNS)
    return screen


def print_json(fields: dict[str, Any]) -> None:
    """Write one JSON document to standard output, its format version first, all of it printable ASCII."""
    text = json.dumps({"format_version": FORMAT_VERSION} | fields, indent=2)
    # The one control that JSON leaves as it is.
    print(text.replace("\x7f", r"\u007f"))


class Step:
    """A step while it runs. `outcome` is what its line says in the end."""

    def __init__(self, progress: Progress, task: TaskID, outcome: str) -> None:
        self.outcome = outcome
        self._progress = progress
        self._task = task

    def advance_to(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the step is."""
        self._progress.update(
            self._task, completed=done, total=total, text=visible(text) or self._current_text()
        )

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
            step = Step(progress, progress.add_task("", total=total, text=visible(text)), text)
            yield step
        seconds = time.monotonic() - started_at
        for line in self._wrap(step.outcome, seconds):
            print_line(self.screen, line)

    def _bar(self, has_total: bool) -> Progress:
        # On a narrow screen the text takes several lines, and what moves stays whole.
        number = TextColumn(f"{self._number:>2} ", markup=False, table_column=_whole_column(3))
        text = TextColumn("{task.fields[text]}", markup=False, table_column=Column())
        columns = (
            (text, BarColumn(bar_width=20), TaskProgressColumn(table_column=_whole_column(4)))
            if has_total
            else (text, SpinnerColumn("line", table_column=_whole_column(1)))
        )
        elapsed = TimeElapsedColumn(table_column=_whole_column(7))
        is_hidden = not self.screen.is_terminal
        return Progress(number, *columns, elapsed, console=self.screen, transient=True, disable=is_hidden)

    def _wrap(self, outcome: str, seconds: float) -> Iterator[str]:
        columns = min(_STEP_COLUMNS, self.screen.width - _AROUND_STEP)
        first, *rest = map(visible, outcome.split("\n"))
        first, *more = _lines_of(first, columns)
        yield f"{self._number:>2}  {first:<{columns}}{seconds:>5.1f} s"
        for text in (" ".join(more), *rest):
            yield from (f"    {line}" for line in _lines_of(text, self.screen.width - _BEFORE_STEP) if line)


def _lines_of(text: str, columns: int) -> list[str]:
    """Return a text's lines, their words whole; at least one."""
    return wrap(text, max(columns, 1), break_long_words=False, break_on_hyphens=False) or [""]


def _whole_column(columns: int) -> Column:
    """A column that is never cut."""
    return Column(no_wrap=True, min_width=columns)


def print_line(screen: Console, text: str, style: str = "") -> None:
    """Print one line, as long as it is."""
    screen.print(visible(text), style=style, soft_wrap=True)


def print_heading(screen: Console, title: str, explanation: str) -> None:
    """Print a title, and a sentence that says what follows."""
    print_title(screen, title)
    print_indented(screen, explanation, 0, style="dim")
    screen.print()


def print_title(screen: Console, title: str) -> None:
    """Print the title of a part, after an empty line."""
    screen.print()
    print_indented(screen, title, 0, style="bold")


def print_indented(screen: Console, text: str, columns: int = 2, marker: str = "", style: str = "") -> None:
    """Print a paragraph, its lines all indented: behind a marker if there is one.

    A word that is longer than a line, such as an ARN, has its own, whole: so it can be copied.
    """
    first = Text(" " * columns + (f"{visible(marker)} " if marker else ""))
    room = max(screen.width - first.cell_len, 1)
    for number, line in enumerate(_lines_of(visible(text), room)):
        before = Text(" " * first.cell_len) if number else first
        screen.print(Text.assemble(before, (line, style)), soft_wrap=True)
