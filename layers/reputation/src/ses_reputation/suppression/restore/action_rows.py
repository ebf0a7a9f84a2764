"""Actions as items of the ledger's table, as DynamoDB's low-level API writes them.

The sort key begins with the time, so a span of time is one query. Neither key holds an address.
"""

from datetime import datetime
from typing import Any

from ses_reputation.aws.dynamodb import Row, time_text
from ses_reputation.json_text import parse_json
from ses_reputation.stored_json import FORMAT, fields_of, plain_text, read_as, reading
from ses_reputation.suppression.restore.actions import SuppressionAction
from ses_reputation.suppression.targets import Target

_APART = ("target", "at", "id")


def action_partition(account: str, region: str) -> str:
    """Return the partition key of the actions on all lists of an account and Region, its tenants' too."""
    return f"SUPPRESSION#{account}#{region}"


def action_sort_key(at: datetime, action_id: str = "") -> str:
    """Return the sort key of an action, or what the keys of all actions at that time begin with."""
    return f"ACTION#{time_text(at)}#{action_id}"


def row_of_action(action: SuppressionAction) -> dict[str, Any]:
    """Return an action as an item."""
    return {
        "pk": {"S": action_partition(action.target.account, action.target.region)},
        "sk": {"S": action_sort_key(action.at, action.id)},
        "tenant": {"S": action.target.tenant},
        "action": {"S": plain_text(fields_of(action, *_APART))},
        "format": {"N": str(FORMAT)},
    }


def action_of_row(row: Row) -> SuppressionAction:
    """Return the action in an item. Raises StateError."""
    with reading(row):
        _, account, region = row["pk"]["S"].split("#")
        _, at, action_id = row["sk"]["S"].split("#")
        return read_as(
            SuppressionAction,
            parse_json(row["action"]["S"]),
            target=Target(account, region, row["tenant"]["S"]),
            at=datetime.fromisoformat(at),
            id=action_id,
        )
