"""Which archives were journaled into a ledger, by whom and when: the provenance of what no queue brought."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ses_reputation.aws.dynamodb import ItemTable, Row, time_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PARTITION = "BACKFILLS"


@dataclass(frozen=True, slots=True)
class BackfillRecord:
    """A backfill: whose credentials journaled how much, from when (aware UTC), for mail of which hours.

    ended_at: None while it runs, and where it was cut off.
    """

    begun_at: datetime
    who: str
    files: int
    messages: int
    first_hour: str
    last_hour: str
    journaled: int = 0
    ended_at: datetime | None = None


class BackfillTable:
    """The records of backfills in the ledger's table. Raises UnavailableError where DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._items = ItemTable(client, table)

    def keep(self, record: BackfillRecord) -> None:
        """Store a record in place of what was stored when it began."""
        self._items.put(_row_of(record))

    def records(self) -> Iterator[BackfillRecord]:
        """Yield all records, the oldest first."""
        return map(_record_of, self._items.partition(_PARTITION))


def _row_of(record: BackfillRecord) -> Row:
    texts = {
        "pk": _PARTITION,
        "sk": f"{time_text(record.begun_at)}#{record.who}",
        "begun_at": time_text(record.begun_at),
        "who": record.who,
        "first_hour": record.first_hour,
        "last_hour": record.last_hour,
        **({"ended_at": time_text(record.ended_at)} if record.ended_at else {}),
    }
    numbers = {"files": record.files, "messages": record.messages, "journaled": record.journaled}
    return {
        **{name: {"S": text} for name, text in texts.items()},
        **{name: {"N": str(number)} for name, number in numbers.items()},
    }


def _record_of(row: Row) -> BackfillRecord:
    return BackfillRecord(
        datetime.fromisoformat(row["begun_at"]["S"]),
        row["who"]["S"],
        int(row["files"]["N"]),
        int(row["messages"]["N"]),
        row["first_hour"]["S"],
        row["last_hour"]["S"],
        int(row["journaled"]["N"]),
        datetime.fromisoformat(row["ended_at"]["S"]) if "ended_at" in row else None,
    )
