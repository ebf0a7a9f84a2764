"""A list of addresses from a former provider, read and counted before anything is done with it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ses_reputation.suppression.errors import ListUnreadableError
from ses_reputation.suppression.restore.former_formats import (
    EntryKind,
    FormerFormat,
    choose_format,
    plain_format,
    plain_name,
)
from ses_reputation.suppression.restore.former_rows import FileRow, read_rows, read_text
from ses_reputation.suppression.restore.plan import BOUNCE, COMPLAINT, REASONS

# RFC 3696, erratum 1690: 64 before the @, 255 after it.
_LONGEST_ADDRESS = 320
_is_address = re.compile(r"[^@\s]+@[^@\s]+").fullmatch
_NAMELESS = plain_format("address", {"address", "reason"})
_RANK = (
    EntryKind.UNKNOWN,
    EntryKind.TEMPORARY,
    EntryKind.UNSUBSCRIBED,
    EntryKind.BOUNCE,
    EntryKind.COMPLAINT,
)


@dataclass(frozen=True, slots=True)
class KindRules:
    """Which reason entries get that SES has no reason for: "" leaves them out."""

    unsubscribed: str = ""
    unknown: str = ""

    def reason_of(self, kind: EntryKind) -> str:
        """Return SES's reason for a kind of entry; "" where it is left out.

        What was temporary always is.
        """
        reasons = {
            EntryKind.BOUNCE: BOUNCE,
            EntryKind.COMPLAINT: COMPLAINT,
            EntryKind.UNSUBSCRIBED: self.unsubscribed,
            EntryKind.UNKNOWN: self.unknown,
        }
        return reasons.get(kind, "")


@dataclass(slots=True)
class FileRepairs:
    """What was put right while reading, each counted: nothing of it changes who is meant."""

    byte_order_marks: int = 0
    carriage_returns: int = 0
    blank_lines: int = 0
    blanks_around: int = 0
    reasons_respelled: int = 0
    domains_in_capitals: int = 0


@dataclass(slots=True)
class FormerList:
    """What a file says. entries: the kind of each address, the most serious where it stands twice.

    unreadable: the lines in which no address stands. repeated: rows whose address stood there before.
    """

    format_name: str = ""
    entries: dict[str, EntryKind] = field(default_factory=dict)
    repairs: FileRepairs = field(default_factory=FileRepairs)
    unreadable: list[int] = field(default_factory=list)
    repeated: int = 0

    @property
    def by_kind(self) -> Counter[EntryKind]:
        """How many addresses there are of each kind."""
        return Counter(self.entries.values())

    def wanted(self, rules: KindRules) -> Iterator[tuple[str, str]]:
        """Yield the addresses that are to be suppressed, with SES's reason for each."""
        for address, kind in self.entries.items():
            reason = rules.reason_of(kind)
            if reason:
                yield address, reason


def read_former_list(body: bytes) -> FormerList:
    """Read a file of addresses. Raises ListUnreadableError where it cannot be one."""
    text = read_text(body)
    found = FormerList(repairs=FileRepairs(text.marks, text.carriage_returns))
    layout: _Layout | None = None
    for row in read_rows(text.text):
        if row.fields:
            _take(found, row.line, row.fields, _shape_of_names(row.fields) or _NAMELESS)
        elif not row.cells:
            found.repairs.blank_lines += 1
        elif layout is None:
            layout = _layout_of(row)
            if not layout.has_header:
                _take(found, row.line, layout.fields_of(row), layout.shape)
        else:
            _take(found, row.line, layout.fields_of(row), layout.shape)
    return found


def stored_spelling(address: str) -> str:
    """Return an address as SES keeps it: without blanks around it, its domain in lower case (F15)."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{domain.lower()}"


def is_address(text: str) -> bool:
    """Whether a text can be an address that SES keeps."""
    return _is_address(text) is not None and len(text) <= _LONGEST_ADDRESS


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the first row of CSV shows: whose list it is, its columns, and whether that row names them."""

    shape: FormerFormat
    columns: Mapping[str, int]
    has_header: bool

    def fields_of(self, row: FileRow) -> dict[str, str]:
        return {name: row.cells[at] for name, at in self.columns.items() if at < len(row.cells)}


def _layout_of(row: FileRow) -> _Layout:
    places = [number for number, cell in enumerate(row.cells) if is_address(cell.strip())]
    if places:
        return _Layout(_NAMELESS, {"address": places[0], "reason": places[0] + 1}, has_header=False)
    columns = {plain_name(cell): number for number, cell in enumerate(row.cells)}
    shape = _shape_of_names(columns)
    if shape is None:
        raise ListUnreadableError(
            f"Line {row.line} has neither an address nor the heading of a column of addresses. Give a file "
            "with a heading such as `email,reason`, or with one address a line."
        )
    return _Layout(shape, columns, has_header=True)


def _shape_of_names(names: Iterable[str]) -> FormerFormat | None:
    return choose_format(frozenset(map(plain_name, names)))


def _take(found: FormerList, line: int, row: Mapping[str, Any], shape: FormerFormat) -> None:
    found.format_name = found.format_name or shape.name
    raw = {plain_name(name): value for name, value in row.items() if isinstance(value, str)}
    fields = {name: cell.strip() for name, cell in raw.items()}
    written = fields.get(shape.address, "")
    if not is_address(written):
        found.unreadable.append(line)
        return
    address = stored_spelling(written)
    _count_repairs(found.repairs, raw, fields, address != written)
    kind = shape.kind_of(fields)
    before = found.entries.get(address)
    found.repeated += before is not None
    found.entries[address] = kind if before is None else max(before, kind, key=_RANK.index)


def _count_repairs(
    repairs: FileRepairs, raw: Mapping[str, str], fields: Mapping[str, str], is_respelled: bool
) -> None:
    repairs.blanks_around += raw != fields
    repairs.domains_in_capitals += is_respelled
    repairs.reasons_respelled += any(
        cell not in REASONS and cell.upper() in REASONS for cell in fields.values()
    )
