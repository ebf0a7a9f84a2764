"""What the rollup keeps in the ledger's table: the watermark, the registry of senders, and day balances."""

from collections.abc import Iterator
from datetime import datetime

from ses_reputation.aws.dynamodb import ItemStore, time_text
from ses_reputation.hours import days_between
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import balance_partition, postings_partition, time_of_posting
from ses_reputation.ledger.rows import FROM_NO_FEWER_PAGES, account_days_of_row, balances_of_rows
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.day_rows import days_of_rows, rows_of_day
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import (
    WATERMARK,
    AccountDay,
    day_partition,
    sender_key,
    sender_of_key,
)
from ses_reputation.rollup.rolling_up import PostingsPage
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
            {":to": rolled_up_to},
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
        """Return all senders that were ever registered, sorted."""
        return [sender_of_key(row["sk"]["S"]) for row in self._items.partition(SENDERS)]

    def register(self, sender: SenderIdentity) -> None:
        """Remember that a sender has day balances."""
        self._items.put({"pk": {"S": SENDERS}, "sk": {"S": sender_key(sender)}})

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        """Return the balances of an account in one Region from one UTC day to another, by hour."""
        partition = balance_partition(account, region)
        return list(balances_of_rows(self._items.between(partition, first_day, last_day)))

    def read_days(self, sender: SenderIdentity, first_day: str, last_day: str) -> list[DayBalance]:
        """Return a sender's day balances from one UTC day to another, oldest first."""
        return list(days_of_rows(self._items.between(day_partition(sender), first_day, last_day)))

    def write_day(self, day: DayBalance) -> bool:
        """Write a day balance unless the stored one says the same or was computed from more pages.

        Return whether it was written.
        """
        if day in self.read_days(day.sender, day.day, day.day):
            return False
        own, *pieces = rows_of_day(day)
        return self._items.put_together(own, pieces, FROM_NO_FEWER_PAGES, {":pages": day.pages})
