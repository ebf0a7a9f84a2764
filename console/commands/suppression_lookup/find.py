"""`ses-reputation suppression find` and `history`: an address in all lists."""

from typing import Annotated

import typer

from console.commands.suppression_lookup.options import AddressArgument, known_lists
from console.options import JsonOption, StackOption
from console.reports.ledger.entries import print_entries
from console.reports.suppression_lookup.address import describe_answer, describe_unnamed, print_answers
from console.reports.suppression_lookup.history import describe_history, print_history
from console.stack.clock import current_time
from console.stack.connection import connect
from console.terminal.screen import open_screen, print_json, print_line, print_title
from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.suppression.forgotten import is_hidden
from ses_reputation.suppression.lookup.address_history import trace_address
from ses_reputation.suppression.lookup.find import ListAnswer, find_address
from ses_reputation.suppression.lookup.newest_run import read_newest_run
from ses_reputation.suppression.lookup.run_history import open_history

_DELAY_DAYS = 3


def find_suppressed(address: AddressArgument, stack: StackOption = None, json: JsonOption = False) -> None:
    """Say in which lists an address is, since when, and what the ledger knows of mail to it.

    All spellings are found. The latest snapshots are read; SES is not asked. Exit code 1 where a list is
    unknown: it has no snapshot that can be read, so nobody knows what is on it. So it is where the tenants of
    an account could not be listed.
    """
    connection = connect(stack)
    unread = read_newest_run(connection.snapshots)
    spelling = connection.forgotten.read().hide(address)
    answers = find_address(connection.snapshots, known_lists(connection, unread), spelling, unread)
    found = connection.read_entries(normalise_address(address), "", _DELAY_DAYS)
    entries = sorted(found, key=lambda entry: (entry["occurred_at"], entry["outcome"], entry["feed"]))
    if json:
        described, unnamed = list(map(describe_answer, answers)), describe_unnamed(unread)
        asked = {"address": address, "is_forgotten": is_hidden(spelling)}
        print_json({**asked, "lists": described, "tenants_unknown": unnamed, "entries": entries})
    else:
        screen = open_screen()
        print_answers(screen, address, answers, unread, current_time())
        if is_hidden(spelling):
            print_line(screen, "The ledger has forgotten this person: snapshots have a hash in its place.")
        print_title(screen, "What the ledger has of mail to it")
        print_entries(screen, entries)
    if unread.tenants or any(each.answer is ListAnswer.UNKNOWN for each in answers):
        raise typer.Exit(1)


def show_history(
    address: AddressArgument,
    stack: StackOption = None,
    most: Annotated[
        int, typer.Option("--snapshots", min=1, max=1_000, help="How many runs of each list to look at.")
    ] = 100,
    json: JsonOption = False,
) -> None:
    """Show what became of an address in each list, from snapshot to snapshot: listed, renewed, removed."""
    connection = connect(stack)
    store = connection.snapshots
    spelling = connection.forgotten.read().hide(address)
    histories = [
        (target, trace_address(open_history(store, target, spelling), most))
        for target in known_lists(connection, read_newest_run(store))
    ]
    if json:
        described = [describe_history(target, history) for target, history in histories]
        print_json({"address": address, "lists": described})
    else:
        print_history(open_screen(), address, histories)
