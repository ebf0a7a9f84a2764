"""What the rollup keeps in the ledger's table: the watermark, the registry of senders, and day balances."""

from collections.abc import Iterator
from datetime import datetime

from ses_reputation.aws.dynamodb import ItemStore, time_text, time_value
from ses_reputation.hours import Day, day_of, days_between, start_of
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import balance_partition, postings_partition, time_of_posting
from ses_reputation.ledger.rows import FROM_NO_FEWER_PAGES, account_days_of_row
from ses_reputation.ledger.store import read_balances
from ses_reputation.rollup.day_balance import AccountDayBalance
from ses_reputation.rollup.day_rows import days_of_rows, head_of_row, pieces_of
from ses_reputation.rollup.day_store import DayWrite, PostingsPage
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import (
    STORED_DAYS,
    WATERMARK,
    AccountDay,
    day_partition,
    detail_partition,
    sender_key,
    sender_of_key,
)
from ses_reputation.statistics.keys import SENDERS


class RollupTable(ItemStore):
    """The ledger's table as the rollup sees it: balances that were posted, and the days made of them.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read. Balances
    and day balances are read eventually consistent: the next assessment reads what was posted lately again.
    """

    def read_watermark(self) -> datetime | None:
        """Return the time up to which all posted balances are rolled up into days; None before the first."""
        row = self._items.get(*WATERMARK)
        return datetime.fromisoformat(row["rolled_up_to"]["S"]) if row else None

    def advance_watermark(self, rolled_up_to: datetime) -> None:
        """Say up to when posted balances are rolled up; it never goes back."""
        self._items.update(
            WATERMARK,
            "SET rolled_up_to = :to",
            "attribute_not_exists(rolled_up_to) OR rolled_up_to < :to",
            {":to": time_value(rolled_up_to)},
        )

    def read_stored_before(self) -> Day | None:
        """Return the day before which all days are stored; None before the first rollup."""
        row = self._items.get(*STORED_DAYS)
        return day_of(datetime.fromisoformat(row["stored_before"]["S"])) if row else None

    def advance_stored_before(self, day: Day) -> None:
        """Say before which day all days are stored; it never goes back."""
        self._items.update(
            STORED_DAYS,
            "SET stored_before = :day",
            "attribute_not_exists(stored_before) OR stored_before < :day",
            {":day": time_value(start_of(day))},
        )

    def postings_since(self, since: datetime, until: datetime) -> Iterator[PostingsPage]:
        """Yield the account-days of balances posted from `since` to the end of `until`'s day, as posted."""
        for day in days_between(since, until):
            for answer in self._items.pages(
                KeyConditionExpression="pk = :run AND sk >= :since",
                ExpressionAttributeValues={
                    ":run": {"S": postings_partition(day)},
                    ":since": {"S": time_text(since)},
                },
            ):
                if runs := answer["Items"]:
                    days = frozenset(AccountDay(*each) for run in runs for each in account_days_of_row(run))
                    yield PostingsPage(days, time_of_posting(runs[-1]["sk"]["S"]))

    def senders(self) -> list[SenderIdentity]:
        """Return all senders that are registered, sorted."""
        return [sender_of_key(row["sk"]["S"]) for row in self._items.partition(SENDERS)]

    def register(self, sender: SenderIdentity) -> None:
        """Remember that a sender has day balances."""
        self._items.put({"pk": {"S": SENDERS}, "sk": {"S": sender_key(sender)}})

    def unregister(self, sender: SenderIdentity) -> None:
        """Forget a sender that has no mail any more."""
        self._items.delete(SENDERS, sender_key(sender))

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        """Return the balances of an account in one Region from one UTC day to another, by hour."""
        partition = balance_partition(account, region)
        return read_balances(self._items, partition, first_day, last_day)

    def read_days(self, account: str, region: str, first_day: str, last_day: str) -> list[AccountDayBalance]:
        """Return an account's day balances in one Region from one UTC day to another, oldest first.

        Raises HalfWrittenError, an UnavailableError, where one is not whole.
        """
        totals = self._items.between(day_partition(account, region), first_day, last_day)
        detail = self._items.between(detail_partition(account, region), first_day, last_day)
        return list(days_of_rows(totals, detail))

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> list[AccountDayBalance]:
        """Return the same without hours and figures, which are most of what a day takes."""
        totals = self._items.between(day_partition(account, region), first_day, last_day)
        return list(days_of_rows(totals, None))

    def pages_of_day(self, account_day: AccountDay) -> int:
        """Return of how many pages the stored balance of an account-day is; 0 where there is none."""
        row = self._items.get(day_partition(account_day.account, account_day.region), account_day.day)
        return head_of_row(row).pages if row else 0

    def write_day(
        self, balance: AccountDayBalance, *, is_whole: bool = True, replaced_pages: int = 0
    ) -> DayWrite:
        """Write what changed of an account-day, unless the stored one was computed from more pages.

        is_whole: False of a stored one that was found half written: all of it is written. replaced_pages: of
        how many pages the stored one may be all the same.
        """
        most = max(balance.pages, replaced_pages)
        row = self._items.get(
            day_partition(balance.account_day.account, balance.account_day.region), balance.account_day.day
        )
        stored = head_of_row(row) if row else None
        if stored and stored.pages > most:
            return DayWrite.OUTDATED
        pieces = pieces_of(balance, stored)
        if pieces.head == stored and is_whole:
            return DayWrite.UNCHANGED
        for row in (*pieces.rows_unlike(stored if is_whole else None), pieces.head.to_row()):
            if not self._items.put_together(row, (), FROM_NO_FEWER_PAGES, {":most": most}):
                return DayWrite.OUTDATED
        return DayWrite.WRITTEN
