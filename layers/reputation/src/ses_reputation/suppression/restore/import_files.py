"""Files as SES's import jobs take them: one JSON object a line, puts and deletes apart.

JSON rather than CSV: an address may hold a comma or a quote, and what SES makes of these in CSV is documented
nowhere. Limits: 100,000 addresses to add and 10,000 to remove an object (SES developer guide, "Using the
Amazon SES account-level suppression list").
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quote

from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.targets import ROOT, Target

IMPORTS_ROOT = f"{ROOT}imports/"
"""What SES may read of the bucket, each account what lies in the folder of its number."""
MOST_RECORDS = {Operation.PUT: 100_000, Operation.DELETE: 10_000}


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An object for one import job. operation: SuppressionListImportAction."""

    key: str
    operation: Operation
    records: int
    body: bytes


def make_import_files(target: Target, action_id: str, changes: Sequence[ListChange]) -> Iterator[ImportFile]:
    """Yield the files of an action, deletes last, one at a time."""
    for operation, most in MOST_RECORDS.items():
        chosen = [change for change in changes if change.operation is operation]
        for number, at in enumerate(range(0, len(chosen), most), 1):
            part = chosen[at : at + most]
            key = f"{import_folder(target)}{action_id}/{operation.lower()}-{number:05d}.ndjson"
            yield ImportFile(key, operation, len(part), _encode(part))


def import_folder(target: Target) -> str:
    """Return the folder of a list's import files. SES lets an account import what lies below its number."""
    return f"{IMPORTS_ROOT}{target.account}/{target.region}/"


def _encode(changes: Iterable[ListChange]) -> bytes:
    return "".join(f"{_record(change)}\n" for change in changes).encode("ascii")


def _record(change: ListChange) -> str:
    reason = f',"reason":{quote(change.reason)}' if change.operation is Operation.PUT else ""
    return f'{{"emailAddress":{quote(change.email_address)}{reason}}}'
