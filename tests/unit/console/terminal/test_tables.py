"""Tables on narrow screens: no name and no number is cut."""

import io

import pytest

from console.terminal.screen import Screen
from console.terminal.tables import make_table, stack_lines


def drawn(columns: int) -> list[str]:
    table = make_table("entity", "hard bounces", "window")
    table.add_row(
        stack_lines("account 444455556666", "  us-east-1"), stack_lines("6.40 %", "236 of 3,690"), "-"
    )
    table.add_row("identity a.example", "", "3,690 sends")
    table.caption = "All of it."
    screen = Screen(file=io.StringIO(), width=columns)
    screen.print(table)
    assert isinstance(screen.file, io.StringIO)
    return [line.rstrip() for line in screen.file.getvalue().splitlines()]


def test_a_screen_that_has_room_gets_a_table() -> None:
    assert drawn(60)[:4] == [
        "                             hard",
        "entity                    bounces      window",
        "account 444455556666       6.40 %           -",
        "  us-east-1          236 of 3,690",
    ]


@pytest.mark.parametrize("columns", [36, 38])
def test_a_narrow_screen_gets_one_line_for_each_cell(columns: int) -> None:
    assert drawn(columns) == [
        "account 444455556666, us-east-1",
        "  hard bounces 6.40 %, 236 of 3,690",
        "  window       -",
        "identity a.example",
        "  window       3,690 sends",
        "All of it.",
    ]


def test_a_name_is_broken_before_rows_are_torn_apart() -> None:
    # 14 for the name, 12 and 11 for the numbers, and blanks between.
    assert drawn(39)[1].split() == ["entity", "bounces", "window"]
