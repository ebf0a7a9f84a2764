"""Balances as commands print them for people."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from console.reports.tables import draw_balances, draw_coverage, draw_delays
from console.terminal.screen import print_heading, print_indented, print_line
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.ledger.posting import Posted
from ses_reputation.rollup.rebuilding import Found, RebuildOutcome
from ses_reputation.wording import count


def print_hours(screen: Console, hours: Sequence[HourBalance]) -> None:
    """Print balances, which feed reported them, and delays; `hours` are sorted, at least one."""
    print_heading(screen, "Balances", _describe(hours))
    screen.print(draw_balances(hours))
    print_heading(screen, "Which feed reported it", "The identity owner's topics, the sender's, or both.")
    screen.print(draw_coverage(hours))
    delays = draw_delays(hours)
    if delays.row_count:
        print_heading(screen, "Delays", "By mailbox provider, with what became of the delayed mail.")
        screen.print(delays)


def _describe(hours: Sequence[HourBalance]) -> str:
    sent = [hour.sender_hour.send_hour for hour in hours]
    span = f"{min(sent)} to {max(sent)}" if min(sent) < max(sent) else min(sent)
    late = sum(hour.late for hour in hours)
    lateness = f" {late:,} of them arrived more than 90 days after the mail." if late else ""
    return f"Each fact once, whichever feeds reported it. Mail of {span} (UTC).{lateness}"


def describe_found(found: Found) -> dict[str, Any]:
    """Return as JSON how many account-hours were found, and how many whose pages have expired."""
    return {"hours": len(found.shards), "expired": len(found.expired)}


def print_outcome(screen: Console, found: Found, outcome: RebuildOutcome, *, is_dry: bool) -> None:
    """Print what was found, and what became of it; what failed, each with its cause."""
    hours, days = count(len(found.shards), "account-hour"), count(len(found.account_days), "account-day")
    if is_dry:
        print_indented(screen, f"Would compute the balances of {hours}, on {days}. Nothing was changed.", 0)
    else:
        posted, left = outcome.ended[Posted.POSTED], outcome.ended.total() - outcome.ended[Posted.POSTED]
        written = f"{count(posted, 'balance')} and {count(outcome.days_written, 'day balance')} written"
        print_indented(screen, f"Computed {hours}: {written}, {count(left)} right already.", 0)
    if found.expired:
        left_out = count(len(found.expired), "account-hour")
        print_indented(screen, f"Left as before: {left_out}, whose facts have expired.", 0)
    for what, cause in outcome.failed.items():
        print_line(screen, f"Failed: {what}: {cause}")
