"""The rows that could not be stored are named exactly, row by row."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import JournalTable, read_balances
from tests.support.in_memory.dynamodb import InMemoryDynamoDB, client_error
from tests.support.pages import WHOLE, page_of
from tests.support.posted_rows import rows_of_balance


def writing(client: Any) -> JournalTable:
    return JournalTable(client, "ledger", sleep=lambda _: None)


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=60), st.frozensets(st.integers(1, 80)))
def test_a_row_is_stored_or_named(numbers: list[int], refusals: frozenset[int]) -> None:
    """Rows may repeat: two halves of a full page can hold the same facts."""
    client = InMemoryDynamoDB(refusals.__contains__)
    unstored = writing(client).write([page_of(number) for number in numbers])

    stored = {sort for partition, sort in client.items if partition == journal_key(WHOLE)}
    assert all(
        page_of(number).sort_key in stored for place, number in enumerate(numbers) if place not in unstored
    )


def test_two_rows_of_one_key_that_find_no_room_are_both_named() -> None:
    client = InMemoryDynamoDB(lambda _: True)

    assert writing(client).write([page_of(1), page_of(2), page_of(1)]) == dict.fromkeys(
        range(3), "UnprocessedItems"
    )


class Failing(InMemoryDynamoDB):
    """Fails as it is asked to, from the second call on."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.calls = 0

    def batch_write_item(self, **named: Any) -> Any:
        self.calls += 1
        if self.calls == 2:
            raise self.error
        return super().batch_write_item(**named)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (
            client_error("ProvisionedThroughputExceededException", "BatchWriteItem"),
            "ProvisionedThroughputExceededException",
        ),
        (client_error("AccessDeniedException", "BatchWriteItem"), "AccessDeniedException"),
        (EndpointConnectionError(endpoint_url="https://dynamodb.example"), "EndpointConnectionError"),
    ],
)
def test_a_call_that_fails_names_its_rows_and_no_others(error: Exception, cause: str) -> None:
    unstored = writing(Failing(error)).write([page_of(number) for number in range(60)])

    assert unstored == dict.fromkeys(range(25, 50), cause)


class _Torn:
    """Items of which the first reads find a piece of another posting."""

    def __init__(self, torn_reads: int) -> None:
        figures = {
            f"customer-{number:04}.example": BalanceCounts({"news": {"gmail": {"sent": number}}})
            for number in range(1_000)
        }
        shard = Shard(Segment(AccountHour("444455556666", "us-east-1", "2026-11-20T14")))
        self.balance = Balance(
            shard, pack_figures(figures, at_least=2), 3, 1.0, datetime(2026, 11, 20, 15, tzinfo=UTC)
        )
        self._reads_left = torn_reads

    def between(self, pk: str, first: str, last: str) -> list[dict[str, Any]]:
        own, *pieces = rows_of_balance(self.balance)
        if self._reads_left:
            self._reads_left -= 1
            pieces[0] = {**pieces[0], "digest": {"B": b"of-other"}}
        return [own, *pieces]


def test_a_balance_that_is_being_written_is_read_again() -> None:
    items: Any = _Torn(torn_reads=3)
    slept: list[float] = []

    assert read_balances(items, "BALANCE#444455556666#us-east-1", "0", "9", slept.append) == [items.balance]
    assert slept == [0.5, 0.5, 0.5]


def test_a_balance_that_stays_half_written_is_an_error() -> None:
    items: Any = _Torn(torn_reads=4)

    with pytest.raises(UnavailableError, match=r"^BalanceBeingWritten$"):
        read_balances(items, "BALANCE#444455556666#us-east-1", "0", "9", lambda _: None)


def test_rows_for_which_there_is_no_time_are_named_and_not_tried() -> None:
    dynamodb = InMemoryDynamoDB()
    moments = iter([True])

    rows = [page_of(number) for number in range(60)]
    unstored = writing(dynamodb).write(rows, lambda: next(moments, False))

    assert unstored == dict.fromkeys(range(25, 60), "no time was left")
    assert len(dynamodb.items) == 25
