"""`ses-reputation replay`: the user's archived notifications, on this machine or into a deployed ledger."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from console.commands.backfill import BackfillOptions, run_backfill
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.accounting import describe_gap
from console.local_stack.announce import keep_running
from console.local_stack.stack import Parties, run_local_stack
from console.options import JsonOption, KeepOption, check_account, check_accounts, check_domains
from console.replay.report import print_replay
from console.replay.run import assess_now, find_foreign_accounts, look_through, name_parties, replay_files
from console.stack.running_stack import refuse_second_stack
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.feedback.archive import ArchiveDefaults


# Typer makes an option of every parameter.
def run_replay(  # noqa: PLR0913, PLR0917
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
    sending_account: Annotated[
        str | None,
        typer.Option(
            metavar="ACCOUNT", callback=check_account, help="Who sent the mail of events that do not say it."
        ),
    ] = None,
    stack: Annotated[
        str | None, typer.Option(metavar="NAME", help="Count them in this deployed stack's ledger instead.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --stack: do not ask.")] = False,
    json: JsonOption = False,
    keep: KeepOption = False,
) -> None:
    """Put archived notifications through the whole stack on this machine, and show what becomes of them.

    Reads SNS messages and bare SES events in whatever they are kept: SQS messages, Lambda, EventBridge and
    Firehose events, CloudWatch Logs, Lambda destinations; as single JSON documents, arrays or NDJSON. Only
    topics of the accounts named are believed; events without an envelope are taken as your own. With --stack
    they are counted in a deployed ledger, with your credentials and on your word, and only for the accounts
    that are registered there. Exits with 1 if any message failed, or is not accounted for.
    """
    if stack:
        if owner or delegate or own_domain or keep:
            raise typer.BadParameter("--owner, --delegate, --own-domain and --keep do not go with --stack.")
        run_backfill(paths, BackfillOptions(stack, sending_account or "", is_json=json, is_sure=yes))
        return
    if keep:
        refuse_second_stack()
    parties = Parties(tuple(owner or ()), tuple(delegate or ()), tuple(own_domain or ()))
    _replay_here(paths, parties, sending_account or "", is_json=json, is_kept=keep)


def _replay_here(
    paths: Sequence[Path], named: Parties, sending_account: str, *, is_json: bool, is_kept: bool
) -> None:
    narrator = Narrator(open_screen(on_stderr=True))
    defaults = ArchiveDefaults(sending_account=sending_account)
    files, survey = look_through(narrator, paths, defaults)
    parties = name_parties(named.owners, named.delegates, named.own_domains, survey)
    with run_local_stack(narrator, SesStandIn(parties.ledger_account), parties) as local:
        replayed = replay_files(narrator, local, files, survey.messages, defaults)
        if is_json:
            print_json(replayed.to_json())
        else:
            print_replay(open_screen(), replayed, find_foreign_accounts(local))
        tally = replayed.contents.tally
        if not tally.is_conserved:
            narrator.screen.print(f"Error: {describe_gap(tally)}", style="bold red", soft_wrap=True)
        if is_kept:
            assess_now(narrator, local)
            keep_running(narrator.screen, local)
    if tally.failed or not tally.is_conserved:
        raise typer.Exit(1)
