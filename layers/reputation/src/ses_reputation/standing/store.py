"""What assessments keep in the ledger's table, and how far they have come.

Everything can be asked again: what is written twice is the same, and a state is replaced only by the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.ledger.keys import balance_partition
from ses_reputation.ledger.posting import Balance
from ses_reputation.ledger.rows import balance_of_row
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.day_rows import days_of_rows, rows_of_day
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.keys import (
    STANDINGS,
    WATERMARK,
    account_day_of_balance,
    day_partition,
    sender_key,
    sender_of_key,
    transitions_partition,
)
from ses_reputation.rollup.rolling_up import PostingsPage
from ses_reputation.standing.rows import (
    row_of_state,
    row_of_transition,
    state_of_row,
    statistics_of_row,
    transition_of_row,
)
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statistics.keys import SENDERS, STATISTICS
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.stored_json import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_IN_A_TRANSACTION = 100
_KEYS_PER_PAGE = 1_000
# Somebody else was writing: whoever reads again finds out what.
_LOST = {"ConditionalCheckFailed", "TransactionConflict"}
_NOTHING: Mapping[str, int] = {}


class AssessmentTable:
    """The ledger's table as assessments and their readers see it.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read. Balances
    and day balances are read eventually consistent: the next assessment reads what was posted lately again.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read_watermark(self) -> datetime | None:
        """Return the time up to which all posted balances are folded into days; None before the first."""
        row = self._get(*WATERMARK)
        return datetime.fromisoformat(row["rolled_up_to"]["S"]) if row else None

    def advance_watermark(self, rolled_up_to: datetime) -> None:
        """Say up to when posted balances are folded; it never goes back."""
        self._update(
            WATERMARK,
            "SET rolled_up_to = :to",
            "attribute_not_exists(rolled_up_to) OR rolled_up_to < :to",
            {":to": rolled_up_to},
        )

    def touched(self, since: datetime, until: datetime) -> Iterator[PostingsPage]:
        """Yield the account-days of balances posted from `since` to the end of `until`'s day, as posted."""
        for day in _days(since, until):
            for answer in self._answers(
                IndexName="by_posting",
                KeyConditionExpression="posted_on = :day AND posted_at >= :since",
                ExpressionAttributeValues={":day": {"S": day}, ":since": {"S": _text(since)}},
                PaginationConfig={"PageSize": _KEYS_PER_PAGE},
            ):
                if keys := answer["Items"]:
                    touched = frozenset(
                        account_day_of_balance(key["pk"]["S"], key["sk"]["S"]) for key in keys
                    )
                    yield PostingsPage(touched, datetime.fromisoformat(keys[-1]["posted_at"]["S"]))

    def senders(self) -> list[SenderIdentity]:
        """Return all senders that were ever registered, sorted."""
        return [sender_of_key(row["sk"]["S"]) for row in self._partition(SENDERS)]

    def register(self, sender: SenderIdentity) -> None:
        """Remember that a sender has day balances."""
        with translating_aws_errors():
            self._client.put_item(
                TableName=self._table, Item={"pk": {"S": SENDERS}, "sk": {"S": sender_key(sender)}}
            )

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        """Return the balances of an account in one Region from one UTC day to another, by hour."""
        partition = balance_partition(account, region)
        return [balance_of_row(row) for row in self._between(partition, first_day, last_day)]

    def read_days(self, sender: SenderIdentity, first_day: str, last_day: str) -> list[DayBalance]:
        """Return a sender's day balances from one UTC day to another, oldest first."""
        return list(days_of_rows(self._between(day_partition(sender), first_day, last_day)))

    def write_day(self, day: DayBalance) -> bool:
        """Write a day balance unless the stored one says the same or was computed from more pages; tell
        whether it was written."""
        if day in self.read_days(day.sender, day.day, day.day):
            return False
        own, *pieces = rows_of_day(day)
        condition, values = "attribute_not_exists(pages) OR pages <= :pages", {":pages": day.pages}
        return self._put_together(self._put_of(own, condition, values), pieces)

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        """Return what is remembered of each entity, read consistently."""
        states = map(state_of_row, self._partition(STANDINGS, ConsistentRead=True))
        return {state.entity: state for state in states}

    def save(self, state: EntityState, transitions: Sequence[Transition]) -> bool:
        """Store an entity's next state and the transitions to it, all or nothing; tell whether it was stored.

        It is not where the stored state is another than the one before: somebody else assessed the entity.
        """
        rows = [row_of_transition(each) for each in transitions]
        condition, values = ("version = :before", {":before": state.version - 1})
        if state.version == 1:
            condition, values = ("attribute_not_exists(version)", {})
        # No entity is known to have as many; if one has, the last are stored whether the state is or not.
        for row in rows[_MOST_IN_A_TRANSACTION - 1 :]:
            self._put_together(self._put_of(row), ())
        conditional = self._put_of(row_of_state(state), condition, values)
        return self._put_together(conditional, rows[: _MOST_IN_A_TRANSACTION - 1])

    def read_statistics(self) -> list[SendStatistics]:
        """Return the last reading of what SES counted, of each account and Region that was read."""
        return [statistics_of_row(row) for row in self._partition(STATISTICS)]

    def transition(self, entity: ReputationEntity, transition_id: str) -> Transition | None:
        """Return one transition of an entity."""
        row = self._get(transitions_partition(entity), transition_id)
        return transition_of_row(row) if row else None

    def transitions(self, entity: ReputationEntity, limit: int) -> list[Transition]:
        """Return an entity's transitions, newest first, at most `limit`."""
        rows = self._partition(
            transitions_partition(entity), ScanIndexForward=False, PaginationConfig={"MaxItems": limit}
        )
        return [transition_of_row(row) for row in rows]

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> Transition | None:
        """Return a transition to whoever may tell it; None where it was told or another is about to.

        Who claims it and does not tell it within the lease, was cut off: then the next may.
        """
        row = self._update(
            (transitions_partition(entity), transition_id),
            "SET claimed_until = :until",
            "attribute_exists(pk) AND attribute_not_exists(published_at)"
            " AND (attribute_not_exists(claimed_until) OR claimed_until <= :at)",
            {":at": at, ":until": at + lease},
        )
        return transition_of_row(row) if row else None

    def mark_published(self, entity: ReputationEntity, transition_id: str, at: datetime) -> None:
        """Remember that a transition was told, whoever did and whatever state the entity has by now."""
        self._update(
            (transitions_partition(entity), transition_id),
            "SET published_at = :at",
            "attribute_exists(pk) AND attribute_not_exists(published_at)",
            {":at": at},
        )

    def is_published(self, entity: ReputationEntity, transition_id: str) -> bool:
        """Tell whether there is nothing left to tell of a transition: it was told, or is gone."""
        row = self._get(transitions_partition(entity), transition_id)
        return row is None or "published_at" in row

    def _get(self, pk: str, sk: str) -> Row | None:
        with translating_aws_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(pk, sk), ConsistentRead=True)
        return answer.get("Item")

    def _between(self, pk: str, first_day: str, last_day: str) -> Iterator[Row]:
        # `~` sorts after all that follows a day in a key.
        return self._rows(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": pk},
                ":first": {"S": first_day},
                ":last": {"S": f"{last_day}~"},
            },
        )

    def _partition(self, pk: str, **options: Any) -> Iterator[Row]:
        return self._rows(
            KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": pk}}, **options
        )

    def _rows(self, **query: Any) -> Iterator[Row]:
        return (row for answer in self._answers(**query) for row in answer["Items"])

    def _answers(self, **query: Any) -> Iterator[Any]:
        with translating_aws_errors():
            yield from self._client.get_paginator("query").paginate(TableName=self._table, **query)

    def _put_together(self, first: Mapping[str, Any], rows: Sequence[Row]) -> bool:
        """Put an item under its condition with others, all or none; tell whether they were."""
        if not rows:
            return self._unless_lost(self._client.put_item, **first) is not None
        puts = [{"Put": put} for put in (first, *map(self._put_of, rows))]
        return self._unless_lost(self._client.transact_write_items, TransactItems=puts) is not None

    def _put_of(self, row: Row, condition: str = "", values: Mapping[str, int] = _NOTHING) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": row}
        if condition:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = {name: {"N": str(value)} for name, value in values.items()}
        return put

    def _update(
        self, key: tuple[str, str], change: str, condition: str, times: Mapping[str, datetime]
    ) -> Row | None:
        """Change an item and return it as it is then; None where the condition does not hold."""
        answer = self._unless_lost(
            self._client.update_item,
            TableName=self._table,
            Key=_key(*key),
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeValues={name: {"S": _text(time)} for name, time in times.items()},
            ReturnValues="ALL_NEW",
        )
        return answer["Attributes"] if answer else None

    def _unless_lost(self, call: Callable[..., Any], **request: Any) -> Any | None:
        with translating_aws_errors():
            try:
                return call(**request)
            except ClientError as error:
                if _is_lost(error):
                    return None
                raise


def _is_lost(error: ClientError) -> bool:
    """Tell whether a write was refused because somebody else's came first."""
    response: Mapping[str, Any] = error.response
    codes = {reason.get("Code") for reason in response.get("CancellationReasons", ())}
    return bool(_LOST & {response["Error"]["Code"].removesuffix("Exception"), *codes})


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _days(first: datetime, last: datetime) -> Iterator[str]:
    day = first.astimezone(UTC).date()
    while day <= last.astimezone(UTC).date():
        yield day.isoformat()
        day += timedelta(days=1)
