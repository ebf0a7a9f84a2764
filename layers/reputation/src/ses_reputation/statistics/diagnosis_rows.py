"""Diagnoses as items of the ledger's table, as DynamoDB's low-level API writes them."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from ses_reputation.aws.dynamodb import Row
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.keys import DIAGNOSES
from ses_reputation.stored_json import FORMAT, plain_text, read_as, reading


def row_of_diagnoses(diagnoses: PlaceDiagnoses) -> dict[str, Any]:
    """Return an account and Region's diagnoses as an item; packed, since their names repeat."""
    return {
        "pk": {"S": DIAGNOSES},
        "sk": {"S": f"{diagnoses.account}#{diagnoses.region}"},
        "diagnoses": {"B": zlib.compress(plain_text(diagnoses).encode())},
        "format": {"N": str(FORMAT)},
    }


def diagnoses_of_row(row: Row) -> PlaceDiagnoses:
    """Return the diagnoses in an item. Raises StateError."""
    with reading(row):
        return read_as(PlaceDiagnoses, _as_today(json.loads(zlib.decompress(bytes(row["diagnoses"]["B"])))))


def _as_today(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return diagnoses with the fields that those of before lack, until the next run of the checks."""
    found = [{"subject": "", "found_at": None, **each} for each in plain["found"]]
    lacking: dict[str, Any] = {"resume_after": "", "round_began_at": None, "set_pools": {}, "pool_kinds": {}}
    return {**lacking, **plain, "found": found}
