"""`ses-reputation replay`: the user's archived notifications through the whole stack on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.accounting import describe_gap
from console.local_stack.announce import keep_running
from console.local_stack.stack import run_local_stack
from console.options import JsonOption, KeepOption, check_accounts, check_domains
from console.replay.report import print_replay
from console.replay.run import assess_now, find_foreign_accounts, look_through, name_parties, replay_files
from console.terminal.screen import Narrator, open_screen, print_json


def run_replay(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files and folders of JSON, gzip or not.")
    ],
    owner: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT", callback=check_accounts, help="Owner of identities; repeatable."),
    ] = None,
    delegate: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT", callback=check_accounts, help="Sends with them; repeatable."),
    ] = None,
    own_domain: Annotated[
        list[str] | None,
        typer.Option(metavar="DOMAIN", callback=check_domains, help="A domain of yours; repeatable."),
    ] = None,
    json: JsonOption = False,
    keep: KeepOption = False,
) -> None:
    """Put archived notifications through the whole stack on this machine, and show what becomes of them.

    Reads SNS messages, SQS messages, Lambda and EventBridge events, Firehose records and bare SES events, as
    single JSON documents, arrays or NDJSON. Only topics of the accounts named are believed; events without an
    envelope are taken as your own. Exits with 1 if any message failed, or is not accounted for.
    """
    narrator = Narrator(open_screen(on_stderr=True))
    screen = open_screen()
    files, survey = look_through(narrator, paths)
    parties = name_parties(owner or (), delegate or (), own_domain or (), survey)
    with run_local_stack(narrator, SesStandIn(parties.ledger_account), parties) as local:
        replayed = replay_files(narrator, local, files, survey.messages)
        if json:
            print_json(replayed.to_json())
        else:
            print_replay(screen, replayed, find_foreign_accounts(local))
        tally = replayed.contents.tally
        if not tally.is_conserved:
            narrator.screen.print(f"Error: {describe_gap(tally)}", style="bold red", soft_wrap=True)
        if keep:
            assess_now(narrator, local)
            keep_running(narrator.screen, local)
    if tally.failed or not tally.is_conserved:
        raise typer.Exit(1)
