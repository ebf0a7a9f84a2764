"""`ses-reputation ledger post` and `rebuild`: balances and day balances, computed again from the journal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Annotated

import typer

from console.options import (
    FirstHourOption,
    JsonOption,
    LastHourOption,
    StackOption,
    check_accounts,
    check_span,
)
from console.reports.ledger.balances import describe_found, print_outcome
from console.stack.connection import Connection, connect
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.rollup.rebuilding import (
    Found,
    RebuildOutcome,
    Scope,
    find_shards,
    post_again,
    roll_up_days_again,
)

app = typer.Typer(help="Compute balances again from the facts that are kept.", no_args_is_help=True)
# Each waits for DynamoDB most of the time.
_AT_ONCE = 8

AccountsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        callback=check_accounts,
        help="A sending account; repeatable. Default: all.",
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be computed.")]


@app.command("post")
def post_hours(
    stack: StackOption = None,
    account: AccountsOption = None,
    first: FirstHourOption = None,
    last: LastHourOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Post hours whose balance is missing, or counts less than their pages hold; no balance gets lower.

    The whole table is read through to find them. It may be stopped at any time, and run again. Exits with 1
    if something could not be posted.
    """
    _run(stack, _scope(account, first, last), is_rebuild=False, is_dry=dry_run, is_json=json)


@app.command("rebuild")
def rebuild_hours(
    stack: StackOption = None,
    account: AccountsOption = None,
    first: FirstHourOption = None,
    last: LastHourOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Replace balances and day balances by what the journal's pages add up to, also where that is less.

    Hours whose pages have expired keep their balances. The pipeline may go on meanwhile: what it posts stays.
    The whole table is read through. Exits with 1 if something could not be rebuilt.
    """
    _run(stack, _scope(account, first, last), is_rebuild=True, is_dry=dry_run, is_json=json)


def _scope(accounts: list[str] | None, first: str | None, last: str | None) -> Scope:
    check_span(first, last)
    return Scope(frozenset(accounts or ()), first or "", last or "")


def _run(stack: str | None, scope: Scope, *, is_rebuild: bool, is_dry: bool, is_json: bool) -> None:
    connection = connect(stack)
    narrator = Narrator(open_screen(on_stderr=True))
    found = _find(narrator, connection, scope, is_rebuild=is_rebuild)
    outcome = RebuildOutcome() if is_dry else _compute(narrator, connection, found, is_rebuild=is_rebuild)
    if is_json:
        print_json({**describe_found(found), "dry_run": is_dry, **outcome.to_json()})
    else:
        print_outcome(open_screen(), found, outcome, is_dry=is_dry)
    if outcome.failed:
        raise typer.Exit(1)


def _find(narrator: Narrator, connection: Connection, scope: Scope, *, is_rebuild: bool) -> Found:
    with narrator.step("Read the table for hours with pages") as step:
        return find_shards(
            connection.shards, scope, datetime.now(UTC), is_rebuild=is_rebuild, on_read=step.advance_to
        )


def _compute(narrator: Narrator, connection: Connection, found: Found, *, is_rebuild: bool) -> RebuildOutcome:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        with narrator.step("Compute their balances", len(found.shards)) as step:
            outcome = post_again(
                connection.balances, found, pool, is_rebuild=is_rebuild, on_segment=step.advance_to
            )
        with narrator.step("Add up their days"):
            roll_up_days_again(connection.assessments, found, outcome, pool, is_rebuild=is_rebuild)
    return outcome
