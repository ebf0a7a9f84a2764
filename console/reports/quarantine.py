"""Quarantined messages as commands print them."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from console.terminal.screen import make_table
from console.terminal.wording import number
from ses_reputation.quarantine.record import PREFIX, QuarantineRecord


def print_keys(screen: Console, keys: Sequence[str]) -> None:
    """Print keys, a line each, and how many there are of each reason."""
    for key in keys:
        screen.print(key, markup=False, soft_wrap=True)
    table = make_table("reason", "messages")
    for reason, messages in sorted(Counter(describe_key(key)["reason"] for key in keys).items()):
        table.add_row(reason, number(messages))
    screen.print()
    screen.print(table if keys else "The quarantine is empty.")


def print_record(screen: Console, key: str, record: QuarantineRecord) -> None:
    """Print a message in full: its key, what is known of it, and its body as it came.

    The certificate is for programs: `--json` prints it.
    """
    for name, value in {"key": key, **record.to_json()}.items():
        if name not in {"body", "certificate"}:
            screen.print(f"{name:<15} {value}", markup=False, soft_wrap=True)
    screen.print()
    screen.print(record.body, markup=False, soft_wrap=True)


def describe_key(key: str) -> dict[str, str]:
    """Return a key with the reason and the day that it names."""
    reason, day, _ = key.removeprefix(PREFIX).split("/", 2)
    return {"key": key, "reason": reason, "day": day}
