"""What assessments ask of the ledger's table, in memory; tests/contract holds it to the real one.

It keeps rows as the real one writes them, so that nothing is remembered that could not be stored.
`FaultyCalls` stands before it, or before any other store, and cuts calls off.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ses_reputation.errors import UnavailableError
from ses_reputation.hours import Day
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import POSTINGS, balance_partition, time_of_posting
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.rows import account_days_of_row, balances_of_rows
from ses_reputation.ledger.shards import Shard
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.outbox import ClaimedTransition
from ses_reputation.rollup.day_balance import AccountDayBalance
from ses_reputation.rollup.day_rows import days_of_rows, head_of_row, pieces_of
from ses_reputation.rollup.day_store import DayWrite, PostingsPage
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity
from ses_reputation.rollup.keys import (
    AccountDay,
    day_partition,
    detail_partition,
    sender_key,
    sender_of_key,
)
from ses_reputation.standing.keys import STANDINGS, transitions_partition
from ses_reputation.standing.rows import (
    row_of_state,
    row_of_transition,
    state_of_row,
    statistics_of_row,
    transition_of_row,
)
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statistics.decision_rows import readable_decisions
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.diagnosis_rows import diagnoses_of_row
from ses_reputation.statistics.keys import DECISIONS, DIAGNOSES, SENDERS, STATISTICS
from ses_reputation.statistics.send_statistics import SendStatistics
from tests.support.posted_rows import rows_of_posting


class InMemoryAssessments:
    """`rows` by partition and sort key; `keys_per_page` is how many postings a page of the index names."""

    def __init__(self, keys_per_page: int = 1_000) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.rolled_up_to: datetime | None = None
        self.stored_before: Day | None = None
        self.writes = 0
        self._posted: dict[Shard, dict[str, tuple[BalanceCounts, int]]] = {}
        self._keys_per_page = keys_per_page

    def post(self, balance: Balance) -> None:
        """Write the mail of some identities in an account-hour, beside that of others, as posting does."""
        own = self._posted.setdefault(balance.shard, {})
        own |= {identity: (figures, balance.pages) for identity, figures in balance.figures.items()}
        figures = {identity: of_identity for identity, (of_identity, _) in own.items()}
        pages = sum(pages for _, pages in own.values())
        whole = replace(balance, pieces=pack_figures(figures), pages=pages)
        for row in rows_of_posting(whole):
            self.put(row)

    def read_watermark(self) -> datetime | None:
        return self.rolled_up_to

    def advance_watermark(self, rolled_up_to: datetime) -> None:
        self.rolled_up_to = max(self.rolled_up_to or rolled_up_to, rolled_up_to)

    def read_stored_before(self) -> Day | None:
        return self.stored_before

    def advance_stored_before(self, day: Day) -> None:
        self.stored_before = max(self.stored_before or day, day)

    def postings_since(self, since: datetime, until: datetime) -> Iterator[PostingsPage]:
        runs = [
            (time_of_posting(sk), account_days_of_row(row))
            for (pk, sk), row in sorted(self.rows.items())
            if pk.startswith(f"{POSTINGS}#")
        ]
        found = [(at, days) for at, days in runs if since <= at and at.date() <= until.date()]
        for start in range(0, len(found), self._keys_per_page):
            page = found[start : start + self._keys_per_page]
            days = frozenset(AccountDay(*each) for _, of_run in page for each in of_run)
            yield PostingsPage(days, page[-1][0])

    def senders(self) -> list[SenderIdentity]:
        return [sender_of_key(row["sk"]["S"]) for row in self._partition(SENDERS)]

    def register(self, sender: SenderIdentity) -> None:
        self.put({"pk": {"S": SENDERS}, "sk": {"S": sender_key(sender)}})

    def unregister(self, sender: SenderIdentity) -> None:
        self.rows.pop((SENDERS, sender_key(sender)), None)

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        rows = self._partition(balance_partition(account, region), first_day, f"{last_day}~")
        return list(balances_of_rows(rows))

    def read_days(self, account: str, region: str, first_day: str, last_day: str) -> list[AccountDayBalance]:
        detail = self._partition(detail_partition(account, region), first_day, f"{last_day}~")
        return list(days_of_rows(self._day_rows(account, region, first_day, last_day), detail))

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> list[AccountDayBalance]:
        return list(days_of_rows(self._day_rows(account, region, first_day, last_day), None))

    def write_day(self, balance: AccountDayBalance, *, is_whole: bool = True) -> DayWrite:
        account, region, day = balance.account_day
        row = self.rows.get((day_partition(account, region), day))
        stored = head_of_row(row) if row else None
        if stored and stored.pages > balance.pages:
            return DayWrite.OUTDATED
        pieces = pieces_of(balance, stored)
        if pieces.head == stored and is_whole:
            return DayWrite.UNCHANGED
        for piece in pieces.rows_unlike(stored if is_whole else None):
            self.put(piece)
        self.put(pieces.head.to_row())
        return DayWrite.WRITTEN

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        return {state.entity: state for state in map(state_of_row, self._partition(STANDINGS))}

    def save(self, state: EntityState, transitions: Sequence[Transition]) -> bool:
        stored = self.rows.get((STANDINGS, state.entity.key))
        if (int(stored["version"]["N"]) if stored else 0) != state.version - 1:
            return False
        self.put(row_of_state(state))
        for transition in transitions:
            self.put(row_of_transition(transition))
        return True

    def read_statistics(self) -> list[SendStatistics]:
        return [statistics_of_row(row) for row in self._partition(STATISTICS)]

    def read_decisions(self) -> list[SesDecision]:
        return list(readable_decisions(self._partition(DECISIONS)))

    def read_diagnoses(self) -> list[PlaceDiagnoses]:
        return [diagnoses_of_row(row) for row in self._partition(DIAGNOSES)]

    def transitions(self, entity: ReputationEntity, limit: int) -> list[Transition]:
        rows = list(self._partition(transitions_partition(entity)))
        return [transition_of_row(row) for row in rows[::-1][:limit]]

    def claim(
        self, entity: ReputationEntity, transition_id: str, at: datetime, lease: timedelta
    ) -> ClaimedTransition | None:
        row = self.rows.get((transitions_partition(entity), transition_id))
        if not row or "notified_at" in row or ("claimed_until" in row and row["claimed_until"] > at):
            return None
        self.put(row | {"claimed_until": at + lease})
        return ClaimedTransition(transition_of_row(row), set(row.get("channels", ())))

    def mark_published(
        self, entity: ReputationEntity, transition_id: str, channel: Channel, at: datetime, *, is_last: bool
    ) -> None:
        row = self.rows.get((transitions_partition(entity), transition_id))
        if row:
            done = {"notified_at": at} if is_last else {}
            self.put(row | {"channels": (*row.get("channels", ()), channel), **done})

    def is_published(self, entity: ReputationEntity, transition_id: str) -> bool:
        row = self.rows.get((transitions_partition(entity), transition_id))
        return row is None or "notified_at" in row

    def put(self, row: dict[str, Any]) -> None:
        self.writes += 1
        self.rows[row["pk"]["S"], row["sk"]["S"]] = row

    def _day_rows(self, account: str, region: str, first_day: str, last_day: str) -> Iterator[dict[str, Any]]:
        return self._partition(day_partition(account, region), first_day, f"{last_day}~")

    def _partition(self, pk: str, first: str = "", last: str = "~") -> Iterator[dict[str, Any]]:
        # Another thread may write meanwhile; a tuple is taken in one step.
        keys = [key for key in tuple(self.rows) if key[0] == pk and first <= key[1] <= last]
        return (self.rows[key] for key in sorted(keys))


class Announced:
    """Takes what is announced, but for the transitions that it refuses, and in channels that are deaf."""

    channels: Collection[Channel] = tuple(Channel)

    def __init__(self, *refused: Transition, deaf: Collection[Channel] = ()) -> None:
        self.heard: dict[Channel, list[Transition]] = {channel: [] for channel in Channel}
        self.refused = refused
        self.deaf = deaf

    def publish(self, transition: Transition, channel: Channel) -> None:
        if transition in self.refused or channel in self.deaf:
            raise UnavailableError("InternalError")
        self.heard[channel].append(transition)

    @property
    def published(self) -> list[Transition]:
        """What people heard."""
        return self.heard[Channel.ALERT]


class CrashError(BaseException):
    """The function was cut off: nothing in it may go on."""


class FaultyCalls:
    """Counts the calls of all objects that it is put before, and cuts one off as `fault` says.

    fault: `before` or `after` the call does its work, after which nothing else does any; or `unavailable`:
    that call fails, as it does where AWS throttles.
    """

    def __init__(self, number: int = 0, fault: str = "") -> None:
        self.calls: list[str] = []
        self._number = number
        self._fault = fault
        self._is_dead = False

    def before(self, stands_behind: Any) -> Any:
        """An object that does what the one behind it does, unless its call is the one to be cut off."""
        return _Faulty(self, stands_behind)

    def call(self, name: str, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._is_dead:
            raise CrashError
        self.calls.append(name)
        if len(self.calls) != self._number:
            return work(*args, **kwargs)
        if self._fault == "unavailable":
            raise UnavailableError("ThrottlingException")
        self._is_dead = True
        if self._fault == "after":
            work(*args, **kwargs)
        raise CrashError


class _Faulty:
    def __init__(self, faults: FaultyCalls, stands_behind: Any) -> None:
        self._faults = faults
        self._stands_behind = stands_behind

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._stands_behind, name)
        return partial(self._faults.call, name, found) if callable(found) else found
