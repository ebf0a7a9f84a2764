"""`ses-reputation authorize`: who may send with an identity, written down, checked, shown and taken back."""

from collections.abc import Sequence
from pathlib import Path
from time import sleep
from typing import Annotated

import typer
from rich.console import Console

from console.actions.apply_policies import apply_writes, check_revoked, writes_of
from console.actions.draft_revocation import draft_policies
from console.actions.policy_files import read_files
from console.commands.authorization.draft_grant import draft_policies_for
from console.commands.authorization.options import IdentityArgument, ProfileOption, RegionOption
from console.errors import ConsoleError
from console.options import JsonOption, YesOption, check_account, check_region, check_unasked
from console.reports.authorization.lint import findings_to_json, print_findings, print_lint
from console.reports.authorization.policies import (
    applied_to_json,
    policies_to_json,
    print_policies,
    print_writes,
)
from console.reports.authorization.revocation import describe_draft, print_draft
from console.reports.authorization.send_example import example_to_json, print_example
from console.stack.clock import current_time
from console.stack.owned_identity import (
    OwnedIdentity,
    PolicyRead,
    Relatives,
    open_identity,
    parse_arn,
    read_policies,
    read_relatives,
)
from console.terminal.screen import open_screen, print_indented, print_json
from ses_reputation.authorization.applying import PolicyWrite, WriteKind, plan_writes
from ses_reputation.authorization.identity_arn import parse_identity_arn
from ses_reputation.authorization.lint.lint import exit_code, lint_policies
from ses_reputation.authorization.policy_document import read_policy
from ses_reputation.authorization.revocation import Revocation
from ses_reputation.authorization.send_examples import make_example
from ses_reputation.visible_text import visible

app = typer.Typer(
    help="Draft, apply, show, check and revoke what lets others send with an identity.", no_args_is_help=True
)
app.command("draft")(draft_policies_for)
FilesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Policies, one a file, each named as its policy.")
]


@app.command("apply")
def apply_policies(
    identity: IdentityArgument,
    files: FilesArgument,
    region: RegionOption = None,
    profile: ProfileOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Write policies from files to an identity: new ones are created, others of their name replaced.

    Checks them first, and writes nothing where a check finds an error. Asks for confirmation.
    """
    check_unasked(json=json, yes=yes)
    owned, texts = open_identity(identity, region, profile), read_files(files)
    stored, screen = owned.store.read(), open_screen(on_stderr=json)
    findings = lint_policies(owned.arn, texts, current_time(), stored=stored)
    print_findings(screen, findings)
    is_refused = exit_code(findings) > 1
    wanted = {} if is_refused else {name: read_policy(text) for name, text in texts.items()}
    writes = plan_writes(stored, wanted)
    is_written = not is_refused and _write(screen, owned, writes, yes=yes)
    if json:
        print_json(applied_to_json(owned.arn, findings, writes, is_written=is_written))
    if is_refused:
        print_indented(screen, "Nothing was written: mend the errors first.", 0)
        raise typer.Exit(2)


@app.command("show")
def show_policies(
    identity: IdentityArgument,
    region: RegionOption = None,
    profile: ProfileOption = None,
    json: JsonOption = False,
) -> None:
    """Show an identity's policies in words: who may do what, under which conditions."""
    owned = open_identity(identity, region, profile)
    policies = owned.store.read()
    if json:
        print_json(policies_to_json(owned.arn, policies))
    else:
        print_policies(open_screen(), owned.arn, policies)


@app.command("lint")
def lint_identity(
    identity: IdentityArgument,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Policies to check in place of SES's.")
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    json: JsonOption = False,
) -> None:
    """Check an identity's policies, or files. Exits with 0, with 1 for warnings, with 2 for errors.

    With files and an ARN, AWS is not asked. Without files, the policies of verified identities above and
    below are compared as well.
    """
    arn, relatives = parse_arn(identity), Relatives({})
    policies = read_files(files or ())
    if not (files and arn):
        owned = open_identity(identity, region, profile)
        arn = owned.arn
        if not files:
            policies, relatives = owned.store.read(), read_relatives(owned)
    findings = lint_policies(arn, policies, current_time(), relatives.policies)
    if json:
        fields = {"policies": sorted(policies), "obstacle": relatives.obstacle or None}
        print_json({"identity_arn": str(arn), **fields, "findings": findings_to_json(findings)})
    else:
        print_lint(open_screen(), arn, findings, len(policies), relatives.obstacle)
    raise typer.Exit(exit_code(findings))


# Typer makes an option of every parameter.
@app.command("revoke")
def revoke_delegate(  # noqa: PLR0913, PLR0917
    identity: IdentityArgument,
    delegate: Annotated[
        str,
        typer.Option("--delegate", metavar="ACCOUNT", callback=check_account, help="The account to revoke."),
    ],
    region: RegionOption = None,
    profile: ProfileOption = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the draft to SES. Asks first.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Draft an identity's policies without a delegate; with --apply, write them.

    Reads them with credentials of the identity owner. If they cannot be read, the draft denies sending.
    """
    if apply:
        check_unasked(json=json, yes=yes)
    owned = open_identity(identity, region, profile)
    read = read_policies(owned)
    draft = draft_policies(read, str(owned.arn), delegate)
    if draft is None:
        raise ConsoleError(
            f"{visible(str(owned.arn))} has no sending-authorization policy: nobody but its own account can "
            "send with it there."
        )
    if not json:
        print_draft(open_screen(), read, draft)
    if apply:
        _apply_revocation(owned, read, draft, yes=yes)
    if json:
        print_json({**describe_draft(read, draft), "applied": apply})


@app.command("send-example")
def show_example(  # noqa: PLR0913, PLR0917
    identity: Annotated[
        str, typer.Argument(metavar="IDENTITY_ARN", help="The identity's ARN, as its owner gave it.")
    ],
    configuration_set: Annotated[
        str, typer.Option("--configuration-set", metavar="NAME", help="The sender's own configuration set.")
    ],
    from_address: Annotated[
        str, typer.Option("--from", metavar="ADDRESS", help="Default: the identity, or news@ its domain.")
    ] = "",
    feedback_address: Annotated[
        str, typer.Option("--feedback-address", metavar="ADDRESS", help="Return-Path. Default: as --from.")
    ] = "",
    recipient: Annotated[
        str,
        typer.Option("--to", metavar="ADDRESS", show_default=False, help="Default: SES's mailbox simulator."),
    ] = "success@simulator.amazonses.com",
    endpoint: Annotated[
        str, typer.Option("--global-endpoint", metavar="ID", help="Send through a Global endpoint.")
    ] = "",
    region: Annotated[
        str | None,
        typer.Option(
            "--region", metavar="REGION", callback=check_region, help="To send in. Default: that of the ARN."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show a delegate sender how to send with an owner's identity, in each way that SES has, filled in."""
    try:
        example = make_example(
            parse_identity_arn(identity),
            from_address=from_address,
            feedback_address=feedback_address,
            recipient=recipient,
            configuration_set=configuration_set,
            region=region or "",
            endpoint_id=endpoint,
        )
    except ValueError as error:
        raise ConsoleError(visible(f"{error}.")) from error
    if json:
        print_json(example_to_json(example))
    else:
        print_example(open_screen(), example)


def _write(screen: Console, owned: OwnedIdentity, writes: Sequence[PolicyWrite], *, yes: bool) -> bool:
    """Show what is to be written, ask, and write it; return whether there was anything to write."""
    print_writes(screen, owned.arn, writes)
    if all(write.kind is WriteKind.KEEP for write in writes):
        screen.print("SES stores them already.")
        return False
    if not yes:
        typer.confirm("Write them?", abort=True)
    apply_writes(owned, writes, lambda text: print_indented(screen, text, 0), sleep)
    screen.print("Written, read back, and the same.")
    return True


def _apply_revocation(owned: OwnedIdentity, read: PolicyRead, draft: Revocation, *, yes: bool) -> None:
    if read.obstacle:
        raise ConsoleError(
            "Nothing was written: what cannot be read cannot be checked afterwards. Run the command above."
        )
    writes = plan_writes(read.policies, writes_of(draft))
    if writes and not yes:
        typer.confirm(f"Take {draft.delegate} out of these policies?", abort=True, err=True)
    apply_writes(owned, writes, lambda text: typer.echo(text, err=True), sleep)
    check_revoked(owned, draft.delegate)
    typer.echo(f"{draft.delegate} cannot send with {visible(owned.arn.name)} any more.", err=True)
