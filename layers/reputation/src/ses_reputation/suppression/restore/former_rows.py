"""The rows of a file of addresses, whatever it is written in: CSV, TSV, lines or an array of JSON.

Rows are numbered by the line that they end at, or by their place in an array, so that a person finds them.
Nothing here prints what they say.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import ListUnreadableError

_DELIMITERS = ",;\t"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class FileText:
    """A file as text, and what was mended in it: a mark of the byte order, and lines that end with CR LF."""

    text: str
    marks: int
    carriage_returns: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of CSV, as its cells, or an object of JSON, as its fields; both are empty on a blank line."""

    line: int
    cells: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


def read_text(body: bytes) -> FileText:
    """Decode a file. Raises ListUnreadableError where it is neither UTF-8 nor marked UTF-16."""
    encoding = "utf-16" if body.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise ListUnreadableError(
            f"The file is not UTF-8 (byte {error.start}). Save it as `CSV UTF-8`, and import that."
        ) from None
    is_marked = body.startswith((codecs.BOM_UTF8, *_UTF_16))
    return FileText(text.replace("\r\n", "\n").replace("\r", "\n"), int(is_marked), text.count("\r\n"))


def read_rows(text: str) -> Iterator[FileRow]:
    """Yield the rows of a file. Raises ListUnreadableError."""
    text = text.removesuffix("\n")
    if text.lstrip()[:1] not in {"[", "{"}:
        return _csv_rows(text)
    document = _parse(text)
    return _json_lines(text) if document is None else _document_rows(document)


def _csv_rows(text: str) -> Iterator[FileRow]:
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    try:
        for cells in reader:
            yield FileRow(reader.line_num, cells if any(cell.strip() for cell in cells) else ())
    except csv.Error as error:
        raise ListUnreadableError(f"Line {reader.line_num} is no CSV ({error}).") from None


def _json_lines(text: str) -> Iterator[FileRow]:
    for number, line in enumerate(text.split("\n"), 1):
        yield _json_row(number, _parse(line)) if line.strip() else FileRow(number)


def _document_rows(document: Any) -> Iterator[FileRow]:
    """Yield the objects of an array, or of the array that an object holds, as the AWS CLI prints lists."""
    if isinstance(document, dict):
        document = next((value for value in document.values() if isinstance(value, list)), [document])
    return (_json_row(number, each) for number, each in enumerate(document, 1))


def _json_row(number: int, parsed: Any) -> FileRow:
    """Return what is no object as one that says nothing: it is counted with those without an address."""
    return FileRow(number, fields=parsed if isinstance(parsed, dict) and parsed else {"": ""})


def _parse(text: str) -> Any:
    """Return what a text says, or None where it is no JSON."""
    try:
        return parse_json(text)
    except ValueError:
        return None
