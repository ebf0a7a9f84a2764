"""A ledger in memory that is journaled to and posted, at a time that a test sets."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.ledger.balance import BalanceCounts, FiguresByIdentity, tally
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.pages import FactRun, Page, is_urgent, touched_digits
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.posting import PostingOutcome, PostingRun, post_requested
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.rows import balances_of_rows
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import BalanceTable, JournalTable
from tests.support.in_memory.dynamodb import InMemoryDynamoDB, client_error
from tests.support.pages import SOURCE, WHOLE

# Longer than a third of the age of any hour here.
LONGEST_WAIT = timedelta(days=1)
WINDOW = timedelta(seconds=60)


def sent(*dispatches: int) -> list[FactRun]:
    """Runs of mail of which nothing more is known."""
    return [FactRun(SOURCE, Outcome.SENT, 3, array("Q", dispatches))] if dispatches else []


class FailingDynamoDB(InMemoryDynamoDB):
    """Fails calls as `failing` says: by the name of the call, a pattern of the keys that it asks for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.failing: dict[str, str] = {}
        self.queried: list[str] = []

    def refuse(self, call: str, key: str) -> None:
        if fnmatchcase(key, self.failing.get(call, "")):
            raise client_error("Throttled", call)

    def paginate(self, **query: Any) -> Any:
        key = query["ExpressionAttributeValues"][":pk"]["S"]
        self.queried.append(key)
        self.refuse("query", key)
        return super().paginate(**query)

    def put_item(self, **request: Any) -> Any:
        self.refuse("put_item", _key_of(request["Item"]))
        return super().put_item(**request)

    def update_item(self, **request: Any) -> Any:
        self.refuse("update_item", _key_of(request["Key"]))
        return super().update_item(**request)


class Ledger:
    """A ledger in memory, and what was put off in it; `now` is what its clock says."""

    def __init__(self, now: datetime, **options: Any) -> None:
        self.now = now
        self.dynamodb = FailingDynamoDB(clock=lambda: self.now, **options)
        client: Any = self.dynamodb
        self.store = BalanceTable(client, "ledger")
        self._journal = JournalTable(client, "ledger")
        self.waiting: list[tuple[Shard, datetime]] = []
        self.hidden: list[tuple[str, datetime]] = []
        self.missed: list[PostingRequest] = []
        self.refuses_messages = False
        self._records = 0

    def put_off(self, shard: Shard, due_at: datetime, now: datetime) -> None:
        assert now == self.now < due_at
        self.waiting.append((shard, due_at))

    def hide(self, message: PostingRequest, now: datetime) -> None:
        assert now == self.now < message.changed_at
        self.hidden.append((message.record, message.changed_at))

    def make_up(self, missed: Sequence[PostingRequest]) -> frozenset[Shard]:
        if self.refuses_messages:
            return frozenset(request.shard for request in missed)
        self.missed += missed
        return frozenset()

    def journal(self, *pages: Page) -> list[PostingRequest]:
        """Write pages; return what the stream requests then."""
        assert self._journal.write(pages) == {}
        return [self._request(page) for page in pages]

    def _request(self, page: Page) -> PostingRequest:
        self._records += 1
        sort_key = page.sort_key
        return PostingRequest(
            page.shard, self.now, str(self._records), touched_digits(sort_key), is_urgent(sort_key)
        )

    def message(self, shard: Shard, due_at: datetime) -> PostingRequest:
        """What a message that was put off requests."""
        self._records += 1
        return PostingRequest(shard, due_at, str(self._records), is_waiting=True)

    def missed_message(self, missed: PostingRequest) -> PostingRequest:
        """What the message requests that takes the place of a request of the stream."""
        self._records += 1
        return replace(missed, record=str(self._records), is_missed=True)

    def post(self, requests: Iterable[PostingRequest]) -> PostingOutcome:
        return post_requested(self.store, self, requests, PostingRun(lambda: self.now, WINDOW, LONGEST_WAIT))

    def stands_since(
        self,
        posted_at: datetime,
        *dispatches: int,
        pages: int = 1,
        read_units: float = 1.0,
        shard: Shard = WHOLE,
    ) -> None:
        """Store a balance of sends, as an earlier posting did."""
        balance = Balance(shard, pack_figures(tally(sent(*dispatches))), pages, read_units, posted_at)
        assert self.store.write_balance(balance, None)

    def balances(self) -> dict[Shard, Balance]:
        """What readers see."""
        rows = [row for key, row in sorted(self.dynamodb.items.items()) if key[0].startswith("BALANCE#")]
        return {balance.shard: balance for balance in balances_of_rows(rows)}

    def figures_of(self, shard: Shard = WHOLE) -> FiguresByIdentity:
        """The figures that readers see of a shard."""
        return self.balances()[shard].figures

    def sends(self) -> dict[str, int]:
        """Sends by identity, over all that readers see."""
        found: Counter[str] = Counter()
        for balance in self.balances().values():
            for identity, figures in balance.figures.items():
                found[identity] += _sends_of(figures)
        return dict(found)


def _key_of(item: dict[str, Any]) -> str:
    return f"{item['pk']['S']} {item['sk']['S']}"


def _sends_of(figures: BalanceCounts) -> int:
    return sum(cell.get("sent", 0) for cells in figures.counts.values() for cell in cells.values())
