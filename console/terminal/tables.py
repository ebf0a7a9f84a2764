"""Tables without rules. Where a screen is too narrow for one, its rows are printed one below the other."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from ses_reputation.visible_text import visible

_INDENT = 2
_UNLIMITED = 10_000
_ROOM_FOR_A_NAME = 14


class PlainTable(Table):
    """A table without rules. Each cell holds one line of text; `stack_lines` makes a cell of several."""

    def __init__(self) -> None:
        super().__init__(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row of cells, or of text."""
        shown = (visible(cell) if isinstance(cell, str) else cell for cell in cells)
        super().add_row(*shown, **options)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as a table if no number is cut then, and names have some room, else row by row."""
        if self.least_width(console, options) <= options.max_width:
            yield from super().__rich_console__(console, options)
            return
        for row in zip(*(column.cells for column in self.columns), strict=True):
            yield from self._draw_row(row)
        if self.caption:
            yield Text(str(self.caption), style="dim")

    def least_width(self, console: Console, options: ConsoleOptions) -> int:
        """Return how many columns it needs: for whole numbers, and an account's id in each name."""

        def width(column: Column) -> int:
            cells = [*column.cells, *([column.header] if self.show_header else [])]
            sizes = [Measurement.get(console, options, cell) for cell in cells]
            widest = max((each.maximum for each in sizes), default=0)
            return widest if column.no_wrap else min(widest, _ROOM_FOR_A_NAME)

        options = options.update(max_width=_UNLIMITED)
        return sum(map(width, self.columns)) + len(self.columns) - 1

    def _draw_row(self, cells: tuple[RenderableType, ...]) -> Iterator[RenderableType]:
        first, *others = cells
        depth = len(str(first)) - len(str(first).lstrip())
        name = _as_line(first)
        name.stylize("bold" if self.show_header else "")
        yield Padding(name, (0, 0, 0, depth))
        lines = Table.grid(padding=(0, 1, 0, 0))
        # Values begin in the same column, whichever of them a row has.
        lines.add_column(min_width=max(len(_heading(each)) for each in self.columns[1:]))
        lines.add_column()
        for column, cell in zip(self.columns[1:], others, strict=True):
            value = _as_line(cell)
            if value.plain:
                lines.add_row(_heading(column) if self.show_header else "", value)
        yield Padding(lines, (0, 0, 0, depth + _INDENT), expand=False)


def make_table(*headings: str, numbers_from: int = 1) -> PlainTable:
    """A plain table whose columns from `numbers_from` on are numbers, their headings one word a line.

    Only the columns before these may wrap where the screen is narrow.
    """
    table = PlainTable()
    table.show_header = any(headings)
    for heading in headings[:numbers_from]:
        table.add_column(heading, overflow="fold")
    for heading in headings[numbers_from:]:
        table.add_column(heading.replace(" ", "\n"), justify="right", no_wrap=True)
    return table


def stack_lines(*lines: str) -> Text:
    """A cell of several lines."""
    return Text("\n".join(map(visible, lines)))


def _heading(column: Column) -> str:
    """Return a column's heading in one line, without the hyphens that divided its words."""
    return str(column.header).replace("-\n", "").replace("\n", " ")


def _as_line(cell: RenderableType) -> Text:
    """Return a cell of text in one line, its lines parted by commas."""
    text = cell if isinstance(cell, Text) else Text(str(cell))
    lines = [line.plain.strip() for line in text.split("\n")]
    return Text(", ".join(filter(None, lines)), style=text.style)
