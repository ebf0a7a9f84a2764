"""Rows of a snapshot on standard output, one at a time: a list of millions is never held."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from console.terminal.csv_rows import print_csv
from console.terminal.screen import FORMAT_VERSION
from ses_reputation.suppression.forgotten import show_address
from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line
from ses_reputation.suppression.snapshot.manifest import Manifest

_encode = json.JSONEncoder().encode


def describe_manifest(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as it is stored, and its key."""
    return {"key": manifest.run.manifest_key} | manifest.to_json()


def write_csv(rows: Iterable[SuppressedDestination], *, is_raw: bool) -> None:
    """Write rows as CSV; unless they are raw, as a spreadsheet may open them."""
    print_csv(_csv_rows(rows), is_raw=is_raw)


def write_ndjson(rows: Iterable[SuppressedDestination]) -> None:
    """Write rows as the parts of a snapshot have them: a JSON object a line."""
    for row in rows:
        _write_line(encode_line(row))


def write_json_document(manifest: Manifest, rows: Iterable[SuppressedDestination]) -> None:
    """Write one JSON document: the manifest, and all rows."""
    head = _encode({"format_version": FORMAT_VERSION, "snapshot": describe_manifest(manifest)})
    _write_line(f'{head.removesuffix("}")}, "rows": [')
    _write_elements(map(encode_line, rows))
    print("]}")


def write_blog_array(rows: Iterable[SuppressedDestination]) -> None:
    """Write the array that a script makes of `list_suppressed_destinations` by `json.dumps(.., default=str)`.

    That is what scripts do that loop over the operation and print what they gathered. Fields come in the
    order of the API's model (SES v2, SuppressedDestinationSummary), and times as Python's `str` has them,
    here always in UTC.
    """
    print("[")
    _write_elements(_encode(_summary_of(row)) for row in rows)
    print("]")


def _write_elements(elements: Iterable[str]) -> None:
    """Write elements of an array, a line each: no comma behind the last."""
    waiting = None
    for element in elements:
        if waiting is not None:
            _write_line(f"{waiting},")
        waiting = element
    if waiting is not None:
        _write_line(waiting)


def _write_line(text: str) -> None:
    # The one control that JSON leaves as it is.
    print(text.replace("\x7f", r"\u007f"))


def _summary_of(row: SuppressedDestination) -> dict[str, str]:
    time = row.last_update_time.replace("T", " ").replace("Z", "+00:00")
    return {"EmailAddress": show_address(row.email_address), "Reason": row.reason, "LastUpdateTime": time}


def _csv_rows(rows: Iterable[SuppressedDestination]) -> Iterator[tuple[str, ...]]:
    yield "EmailAddress", "Reason", "LastUpdateTime"
    for row in rows:
        yield show_address(row.email_address), row.reason, row.last_update_time
