"""Tables of balances: a row for each identity, the total, and what became of delays."""

import io

from rich.table import Table

from console.reports.message_tally import MessageTally
from console.reports.tables import draw_balances, draw_coverage, draw_delays, draw_messages
from console.terminal.screen import Screen
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.hour_balance import gather_hours
from tests.support.balances import posted_balance

AGENCY = ("444455556666", "us-east-1", "example.com", "2026-11-22T10")
ABROAD = ("444455556666", "eu-west-1", "example.org", "2026-11-22T10")
HOURS = gather_hours(
    [
        posted_balance(
            SenderHour(*AGENCY),
            counts={
                "news": {
                    "gmail": {"sent": 1_200, "delivered_within_10s": 1_100, "delayed_mailbox_full": 2},
                    "microsoft": {"bounced_permanent_no_email": 9, "delayed_ip_failure": 40},
                }
            },
            followed={"news": {"microsoft": {"delayed_then_delivered": 30, "delayed_still_open": 10}}},
            coverage={
                "news": {"delivered": {"both": 1_000, "sender_only": 100}, "bounced": {"owner_only": 9}}
            },
        ),
        posted_balance(SenderHour(*ABROAD), counts={"news": {"gmail": {"sent": 5, "rejected": 5}}}),
    ]
)


def rows_of(table: Table) -> list[list[str]]:
    """The printed rows, word by word."""
    screen = Screen(file=io.StringIO(), width=100)
    screen.print(table)
    assert isinstance(screen.file, io.StringIO)
    return [line.split() for line in screen.file.getvalue().splitlines()]


def test_identities_are_listed_under_their_account_and_region_above_the_total() -> None:
    rows = rows_of(draw_balances(sorted(HOURS, key=lambda hour: hour.sender_hour)))

    assert ["444455556666", "eu-west-1"] in rows
    assert ["example.org", "5", "-", "-", "-", "-", "-", "-", "5"] in rows
    assert ["example.com", "1,200", "1,100", "9", "-", "-", "42", "-", "-"] in rows
    assert ["together", "1,205", "1,100", "9", "-", "-", "42", "-", "5"] in rows


def test_in_one_region_the_account_stands_alone() -> None:
    assert ["444455556666"] in rows_of(draw_balances([h for h in HOURS if h.sender_hour == AGENCY]))


def test_coverage_is_listed_by_kind_and_feed() -> None:
    assert rows_of(draw_coverage(HOURS))[-3:] == [
        ["delivered", "1,000", "-", "100"],
        ["bounced", "-", "9", "-"],
        ["complained", "-", "-", "-"],
    ]


def test_the_provider_that_delays_most_comes_first() -> None:
    assert rows_of(draw_delays(HOURS))[-2:] == [
        ["Microsoft", "40", "30", "-", "10"],
        ["Gmail", "2", "-", "-", "-"],
    ]


def test_without_delays_there_is_no_row() -> None:
    assert draw_delays([hour for hour in HOURS if hour.sender_hour == ABROAD]).row_count == 0


def test_messages_are_listed_by_what_became_of_them() -> None:
    tally = MessageTally(8, 3, {"open": 2, "click": 1}, {"unreadable": 1}, 1)

    assert rows_of(draw_messages(tally))[1:] == [
        ["journaled", "3"],
        ["ignored", "click", "1"],
        ["ignored", "open", "2"],
        ["quarantined", "unreadable", "1"],
        ["failed", "1"],
        ["together", "8"],
    ]
