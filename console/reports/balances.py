"""Balances as commands print them for people."""

from collections.abc import Sequence

from rich.console import Console

from console.reports.tables import draw_balances, draw_coverage, draw_delays
from console.terminal.screen import count, print_heading
from ses_reputation.ledger.hour_balance import HourBalance


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
    return f"Distinct facts of {count(len(hours), 'sender-hour')}, {span} (UTC).{lateness}"
