"""Rows as CSV that people open in a spreadsheet, or that programs read raw."""

import csv
import re
import sys
from collections.abc import Iterable, Sequence

from ses_reputation.visible_text import visible

# What Excel, LibreOffice and Google Sheets begin a formula with, also in full width (OWASP, "CSV Injection").
_begins_a_formula = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]").match
_is_number = re.compile(r"[+-]?\d+(\.\d+)?").fullmatch


def print_csv(rows: Iterable[Sequence[str]], *, is_raw: bool = False) -> None:
    """Write rows to standard output; unless they are raw, as a spreadsheet may open them."""
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerows(rows if is_raw else (map(mark_text, row) for row in rows))


def mark_text(cell: str) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe marks as text what would begin a formula.

    Numbers stay numbers. Controls are made visible: such a file is looked at in a terminal, too.
    """
    is_formula = _begins_a_formula(cell) and not _is_number(cell)
    return f"'{visible(cell)}" if is_formula else visible(cell)
