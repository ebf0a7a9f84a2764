"""The quarantine as commands print it: keys, a summary, one message in full, and what a retry did."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from console.actions.retry_quarantined import RetryOutcome
from console.stack.quarantined import QuarantinedMessage, key_parts
from console.terminal.screen import print_heading, print_indented, print_line, print_title
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.quarantine.record import QuarantineRecord
from ses_reputation.shell_words import shell_command, shell_option
from ses_reputation.wording import count

_EXAMPLES = 3
_DAMAGED = "the object cannot be read as a record of the quarantine"
_MOST_REFUSALS = 20
_READ_AS = {
    "journaled": "put back, to be journaled",
    "ignored": "put back, to be ignored",
    "subscription": "put back, to confirm a subscription",
}


def print_keys(screen: Console, keys: Sequence[str]) -> None:
    """Print keys, a line each, and how many there are of each reason."""
    for key in keys:
        print_line(screen, key)
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
            print_line(screen, f"{name:<15} {value}")
    screen.print()
    screen.print(record.body, soft_wrap=True)


def describe_key(key: str) -> dict[str, str]:
    """Return a key with the reason and the day that it names."""
    reason, day = key_parts(key)
    return {"key": key, "reason": reason, "day": day}


@dataclass(slots=True)
class QuarantineGroup:
    """Messages of one reason, topic's account ("" where no topic is known) and day (UTC).

    explanation: of one of them. examples: the keys of up to three.
    """

    reason: str
    account: str
    day: str
    messages: int = 0
    explanation: str = ""
    examples: list[str] = field(default_factory=list)

    def add(self, message: QuarantinedMessage) -> None:
        """Count a message."""
        self.messages += 1
        self.explanation = self.explanation or (message.record.explanation if message.record else _DAMAGED)
        if len(self.examples) < _EXAMPLES:
            self.examples.append(message.key)

    def to_json(self) -> dict[str, Any]:
        """The group as `--json` prints it."""
        return {
            "reason": self.reason,
            "account": self.account,
            "day": self.day,
            "messages": self.messages,
            "explanation": self.explanation,
            "examples": self.examples,
        }


def summarize(messages: Iterable[QuarantinedMessage]) -> list[QuarantineGroup]:
    """Group messages by reason, account and day, sorted by these."""
    groups: dict[tuple[str, str, str], QuarantineGroup] = {}
    for message in messages:
        key = (message.reason, message.account, message.day)
        groups.setdefault(key, QuarantineGroup(*key)).add(message)
    return [groups[key] for key in sorted(groups)]


def print_summary(screen: Console, groups: Sequence[QuarantineGroup], stack: str | None = None) -> None:
    """Print how many messages there are, and of each reason and account an example with its explanation."""
    if not groups:
        screen.print("The quarantine is empty.")
        return
    table = make_table("reason", "account", "day", "messages", numbers_from=3)
    for group in groups:
        names = (group.reason, group.account or "-", group.day)
        table.add_row(*names, number(group.messages))
    screen.print(table)
    print_heading(screen, "Examples", "The latest day of each reason and account. `-` is no known topic.")
    latest = {(group.reason, group.account): group for group in groups}
    for group in latest.values():
        print_line(screen, f"{group.reason}, account {group.account or '-'}")
        print_indented(screen, group.explanation)
        # A command to copy is never broken.
        options = [shell_option("--stack", stack)] if stack else []
        show = shell_command("ses-reputation quarantine show", options, group.examples[0])
        print_line(screen, f"  {' '.join(show)}")


def describe_retry(outcome: RetryOutcome) -> dict[str, Any]:
    """Return what a retry did as `--json` prints it."""
    staying = [
        {
            "reason": refusal[0],
            "explanation": refusal[1],
            "messages": messages,
            "example": outcome.examples[refusal],
        }
        for refusal, messages in outcome.staying.most_common()
    ]
    return {
        "put_back": dict(sorted(outcome.put_back.items())),
        "staying": staying,
        "unreadable": outcome.unreadable,
        "not_sent": dict(sorted(outcome.not_sent.items())),
        "obstacle": outcome.obstacle,
    }


def print_retry(screen: Console, outcome: RetryOutcome) -> None:
    """Print how many messages went back, and why the others stay."""
    table = make_table("", "messages")
    for read_as, messages in sorted(outcome.put_back.items()):
        table.add_row(_READ_AS[read_as], number(messages))
    for code, messages in sorted(outcome.not_sent.items()):
        table.add_row(f"refused by the queue: {code}", number(messages))
    for staying, messages in (
        ("stay in quarantine", outcome.staying.total()),
        ("stay, since the object is damaged", len(outcome.unreadable)),
    ):
        if messages:
            table.add_row(staying, number(messages))
    screen.print(table if table.row_count else "The quarantine has no such message.")
    _print_staying(screen, outcome)


def _print_staying(screen: Console, outcome: RetryOutcome) -> None:
    if outcome.staying:
        print_title(screen, "Why messages stay")
    for (reason, explanation), messages in outcome.staying.most_common(_MOST_REFUSALS):
        print_line(screen, f"{reason}: {messages:,}")
        print_indented(screen, explanation)
    rest = len(outcome.staying) - _MOST_REFUSALS
    if rest > 0:
        screen.print(f"and {count(rest, 'more cause')} (--json names them all)")
