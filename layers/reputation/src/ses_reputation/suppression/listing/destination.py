"""One suppressed destination, and the line that stands for it in every part."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from ses_reputation.hours import format_timestamp

# Made once: json.dumps would make an encoder for each line.
_encode_json = json.JSONEncoder(separators=(",", ":")).encode


class SuppressedDestination(NamedTuple):
    """A row of the suppression list. Rows sort by their fields as they stand: by address, the older first.

    A named tuple, because merging compares millions of them; `last_update_time` is aware UTC; `reason` is
    BOUNCE, COMPLAINT, or whatever SES adds.
    """

    email_address: str
    last_update_time: datetime
    reason: str


def encode_line(row: SuppressedDestination) -> bytes:
    """Encode one NDJSON line with the field names of the SES API; the time is full ISO 8601 UTC."""
    time = format_timestamp(row.last_update_time, "auto")
    fields = {"EmailAddress": row.email_address, "Reason": row.reason, "LastUpdateTime": time}
    return _encode_json(fields).encode() + b"\n"


def decode_line(line: bytes) -> SuppressedDestination:
    """Decode what `encode_line` made; raises ValueError or KeyError on anything else."""
    fields = json.loads(line.decode())
    time = datetime.fromisoformat(fields["LastUpdateTime"])
    return SuppressedDestination(fields["EmailAddress"], time, fields["Reason"])


def settle_repeats(rows: Iterable[SuppressedDestination]) -> Iterator[tuple[SuppressedDestination, int]]:
    """Yield each address of sorted rows once, with how many rows it had.

    The latest update wins; of two at the same moment, the reason that sorts last (COMPLAINT over BOUNCE).
    """
    for _, repeats in groupby(rows, key=lambda row: row.email_address):
        same = list(repeats)
        yield same[-1], len(same)
