"""What `replay --stack` prints before it asks, and after it has journaled."""

from collections.abc import Sequence

from rich.console import Console

from console.replay.backfill import BackfillTally
from console.replay.backfill_store import BackfillRecord
from console.terminal.screen import print_heading, print_indented, print_line
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.shell_words import shell_option
from ses_reputation.wording import count

_MOST_REFUSALS = 20
_MOST_BACKFILLS = 5
_MOST_UNREADABLE = 20


def print_plan(screen: Console, tally: BackfillTally, before: Sequence[BackfillRecord]) -> None:
    """Print what an archive holds for the ledger, on whose word it rests, and which backfills there were."""
    print_heading(screen, "What the archive holds", "Read with the settings of the stack's own function.")
    _print_tally(screen, tally, "to be journaled")
    _print_refusals(screen, tally)
    enveloped = tally.received - tally.own - len(tally.unreadable)
    screen.print()
    print_indented(
        screen,
        f"No signature is checked: that messages are genuine rests on your word ({count(enveloped)} in an "
        f"envelope of SNS, {count(tally.own)} without).",
        0,
    )
    for record in before[-_MOST_BACKFILLS:]:
        ended = "" if record.ended_at else ", which was cut off"
        text = (
            f"Earlier backfill: {record.begun_at:%Y-%m-%d %H:%M} UTC by {record.who}, "
            f"{count(record.messages, 'message')} of {record.first_hour} to {record.last_hour}{ended}"
        )
        print_line(screen, text)


def print_backfill(screen: Console, tally: BackfillTally, stack_name: str) -> None:
    """Print what became of the messages."""
    print_heading(screen, "Backfilled", "Each message ends as exactly one of these.")
    _print_tally(screen, tally, "journaled")
    for cause, messages in sorted(tally.failed.items()):
        print_line(screen, f"Not stored: {count(messages, 'message')}: {cause}. Run it again.")
    screen.print("\nThe balances follow within minutes. See them with")
    print_line(screen, f"  ses-reputation balances {shell_option('--stack', stack_name)}")


def _print_tally(screen: Console, tally: BackfillTally, journaled: str) -> None:
    table = make_table("", "", "messages", numbers_from=2)
    table.add_row(journaled, "", number(tally.journaled))
    for kind, messages in sorted(tally.ignored.items()):
        table.add_row("ignored", kind, number(messages))
    for reason, messages in tally.to_json()["refused"].items():
        table.add_row("refused", reason, number(messages))
    if tally.left_out:
        table.add_row("left out", "of hours whose facts have expired", number(tally.left_out))
    table.add_row("failed", "", number(tally.failed.total() + len(tally.unreadable)))
    table.add_row("received", "", number(tally.received))
    screen.print(table)
    for each in tally.unreadable[:_MOST_UNREADABLE]:
        text = f"Not read: {each.path}, message {each.position}: {each.why}"
        print_line(screen, text)


def _print_refusals(screen: Console, tally: BackfillTally) -> None:
    for (reason, explanation), messages in tally.refused.most_common(_MOST_REFUSALS):
        screen.print()
        print_line(screen, f"{reason}: {messages:,}")
        print_indented(screen, explanation)
