"""`ses-reputation message`: one message's whole story."""

from typing import Annotated

import typer

from console.errors import NotFoundError
from console.options import DelayDaysOption, JsonOption, StackOption, check_hour, check_recipients
from console.reports.ledger.message import print_story, story_to_json
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.stack.quarantined import read_quarantined
from console.stack.stories.message_story import hours_to_search, tell_story
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.wording import count


def check_sent(hour: str | None) -> str | None:
    """Return a UTC hour. Raises BadParameter where it is none, or a day."""
    if hour and "T" not in hour:
        raise typer.BadParameter(f"{hour!r} is a day: give the hour too, such as {hour}T10.")
    return check_hour(hour)


def check_id(message: str) -> str:
    """Return a message id. Raises BadParameter where it is blank."""
    if not message.strip():
        raise typer.BadParameter("That is no message id: give the one that SES gave the message.")
    return message.strip()


# Typer makes an option of every parameter.
def show_message(  # noqa: PLR0913, PLR0917
    message: Annotated[
        str, typer.Argument(metavar="ID", callback=check_id, help="The id that SES gave the message.")
    ],
    stack: StackOption = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            callback=check_recipients,
            help="Look for this recipient too; repeatable. See above.",
        ),
    ] = None,
    sent: Annotated[
        str | None,
        typer.Option(
            metavar="HOUR", callback=check_sent, help="When it was sent (UTC), if no entry says so."
        ),
    ] = None,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="Look for it in all quarantined messages, too.")
    ] = False,
    delay_days: DelayDaysOption = 3,
    json: JsonOption = False,
) -> None:
    """Tell one message's whole story: what became of it for each recipient, as both feeds reported it.

    It prints addresses. Recipients that bounced, complained or were delayed have entries and are found. Of
    others the journal holds fingerprints: name them with --recipient, and with --sent if nobody has an entry.
    """
    connection = connect(stack)
    asked = [normalise_address(each) for each in recipient or ()]
    entries = connection.read_entries("", message, delay_days)
    hours = hours_to_search(connection, sent) if sent and asked else []
    story = tell_story(connection.balances, message, entries, asked, hours, current_time())
    keys = _search_quarantine(connection, message) if quarantine else None
    if not (story.facts or keys):
        raise NotFoundError(
            f"The ledger has no entry of message {message}: nothing adverse was reported of it, or that "
            "expired. --recipient and --sent look for its sends and deliveries, --quarantine for what did "
            "not count."
        )
    if json:
        print_json(story_to_json(story, keys))
    else:
        print_story(open_screen(), story, keys)


def _search_quarantine(connection: Connection, message: str) -> list[str]:
    keys = list(connection.quarantine.keys(""))
    with Narrator(open_screen(on_stderr=True)).step("Read the quarantine", len(keys)) as step:
        read = read_quarantined(connection.quarantine, keys, step.advance_to)
        found = [each.key for each in read if each.record and message in each.record.body]
        step.outcome = f"Read the quarantine: {count(len(keys), 'message')}"
    return found
