"""One message's story as it is printed."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from console.reports.ledger.entries import print_details, word_feeds
from console.stack.stories.message_story import MessageStory, StoryFact
from console.terminal.screen import print_indented, print_line, print_title
from ses_reputation.tallies import group_by

_HOW_TO_READ = (
    "Sends and deliveries have no time of their own: of these the ledger keeps the hour of the mail, and how "
    "long it took. Recipients of whom nothing adverse was reported are shown if --recipient names them."
)


def print_story(screen: Console, story: MessageStory, quarantined: Sequence[str] | None) -> None:
    """Print a message: who sent it, and what became of it for each recipient; then what is in quarantine."""
    print_line(screen, f"Message {story.message_id}", "bold")
    for origin in story.origins:
        print_indented(screen, _describe(origin))
    for recipient, facts in group_by(story.facts, lambda fact: fact.recipient).items():
        print_title(screen, recipient)
        for fact in facts:
            _print_fact(screen, fact)
    for recipient in story.unknown:
        print_title(screen, recipient)
        print_indented(screen, "Nothing is known of this recipient.")
    screen.print()
    print_indented(screen, _HOW_TO_READ, 0, style="dim")
    if quarantined is not None:
        print_title(screen, "In the quarantine" if quarantined else "Not in the quarantine")
        for key in quarantined:
            print_line(screen, f"  {key}")


def story_to_json(story: MessageStory, quarantined: Sequence[str] | None) -> dict[str, Any]:
    """Return a story as plain JSON; docs/command-line.md says what it holds."""
    by_recipient = group_by(story.facts, lambda fact: fact.recipient)
    return {
        "message_id": story.message_id,
        "sent": [dict(origin) for origin in story.origins],
        "recipients": [
            {"recipient": recipient, "facts": [_fact_to_json(fact) for fact in facts]}
            for recipient, facts in by_recipient.items()
        ],
        "recipients_unknown": list(story.unknown),
        "quarantined": None if quarantined is None else list(quarantined),
    }


def _fact_to_json(fact: StoryFact) -> dict[str, Any]:
    return {
        "outcome": fact.outcome.wire_name,
        "feeds": list(fact.feeds),
        "occurred_at": fact.occurred_at or None,
        "entries": [dict(entry) for entry in fact.entries],
    }


def _describe(origin: Mapping[str, str]) -> str:
    return (
        f"sent by {origin['sending_account']} in {origin['region']} with {origin['identity']}, "
        f"in the hour {origin['send_hour']} (UTC)"
    )


def _print_fact(screen: Console, fact: StoryFact) -> None:
    at = f"{fact.occurred_at}  " if fact.occurred_at else ""
    print_indented(screen, f"{at}{fact.outcome.wire_name}  ({word_feeds(fact.feeds)})")
    print_details(
        screen,
        fact.entries,
        columns=4,
        without={"recipient", "message_id", "sending_account", "region", "identity", "send_hour"},
    )
