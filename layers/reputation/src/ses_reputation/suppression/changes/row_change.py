"""One difference between two snapshots of a list, and the line that stands for it."""

import json
from enum import StrEnum
from typing import Any, NamedTuple

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.changes.cause import ChangeCause
from ses_reputation.suppression.forgotten import address_in, name_address

# `json.dumps` would make an encoder for each line.
_encode = json.JSONEncoder(separators=(",", ":")).encode


class ChangeKind(StrEnum):
    """How the rows of one address differ. A later time alone is no change: SES renews it at each bounce."""

    ADDED = "added"
    REMOVED = "removed"
    REASON_CHANGED = "reason_changed"


class RowChange(NamedTuple):
    """One address whose rows differ.

    `reason` and `previous_reason` are "" where there is no row. `last_update_time` is that of the row that is
    there now; of a removed one, that of the row that was.
    """

    email_address: str
    kind: ChangeKind
    reason: str
    previous_reason: str
    last_update_time: str


def change_to_json(change: RowChange, cause: ChangeCause) -> dict[str, Any]:
    """Return a change and its cause as JSON values, with the field names of the SES API."""
    name, address = name_address(change.email_address)
    return {
        name: address,
        "Change": change.kind,
        "Reason": change.reason or None,
        "PreviousReason": change.previous_reason or None,
        "LastUpdateTime": change.last_update_time,
        "Cause": cause.to_json(),
    }


def encode_change(change: RowChange, cause: ChangeCause) -> str:
    """Encode one line of NDJSON, in ASCII and without its end."""
    return _encode(change_to_json(change, cause))


def decode_change(line: str) -> tuple[RowChange, ChangeCause]:
    """Decode what `encode_change` made; raises ValueError, KeyError or TypeError on anything else."""
    fields: dict[str, Any] = parse_json(line)
    change = RowChange(
        address_in(fields),
        ChangeKind(fields["Change"]),
        fields["Reason"] or "",
        fields["PreviousReason"] or "",
        fields["LastUpdateTime"],
    )
    return change, ChangeCause.from_json(fields["Cause"])
