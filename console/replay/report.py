"""What `replay` prints for people."""

from collections.abc import Mapping

from rich.console import Console

from console.replay.run import Replayed
from console.reports.ledger.balances import print_hours
from console.reports.tables import draw_messages
from console.terminal.screen import print_heading, print_indented, print_line

_MOST_UNSENT = 20


def print_replay(screen: Console, replayed: Replayed, foreign_accounts: Mapping[str, int]) -> None:
    """Print what became of the messages, then the balances."""
    tally, hours = replayed.contents.tally, replayed.contents.hours
    print_heading(
        screen,
        "Messages",
        "Each ends as exactly one of these. Failed ones are left in a queue, or never got into one.",
    )
    screen.print(draw_messages(tally))
    print_indented(
        screen,
        "The archive's own signatures were not checked, since certificates of SNS do not stay published: "
        "each envelope was signed anew for this run.",
        0,
    )
    _print_unsent(screen, replayed)
    _print_foreign(screen, foreign_accounts)
    if hours:
        print_hours(screen, hours)
    else:
        screen.print("\nNothing was journaled, so there are no balances.")


def _print_unsent(screen: Console, replayed: Replayed) -> None:
    for each in replayed.unsendable[:_MOST_UNSENT]:
        text = f"Not sent: {each.path}, message {each.position}: {each.why}"
        print_line(screen, text)
    rest = len(replayed.unsendable) - _MOST_UNSENT
    if rest > 0:
        screen.print(f"and {rest:,} more that were not sent (--json names them all)")


def _print_foreign(screen: Console, accounts: Mapping[str, int]) -> None:
    if accounts:
        named = ", ".join(f"{account} ({number:,})" for account, number in sorted(accounts.items()))
        screen.print()
        print_indented(
            screen,
            f"Some came from topics of accounts that are not registered: {named}. If these are yours, name "
            "them with --owner or --delegate.",
            0,
        )
