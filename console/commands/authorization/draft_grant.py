"""`ses-reputation authorize draft`: a policy from what an owner wants to allow."""

from pathlib import Path
from typing import Annotated

import typer

from console.actions.policy_files import write_files
from console.commands.authorization.options import IdentityArgument, ProfileOption, RegionOption
from console.errors import ConsoleError
from console.options import JsonOption
from console.reports.authorization.lint import findings_to_json, print_findings
from console.reports.authorization.policies import drafted_to_json, print_drafted
from console.stack.clock import current_time
from console.stack.owned_identity import open_identity, parse_arn
from console.terminal.screen import open_screen, print_json
from ses_reputation.authorization.draft import (
    BULK_ACTIONS,
    TEMPLATED_ACTIONS,
    USUAL_ACTIONS,
    DraftedPolicies,
    SendingConditions,
    SendingGrant,
    draft_grant,
)
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.lint import lint_policies
from ses_reputation.hours import parse_timestamp
from ses_reputation.visible_text import visible

_EXAMPLE_OF_A_TIME = "2027-01-01T00:00:00Z"


def check_time(text: str | None) -> str | None:
    """Return a time in ISO 8601. Raises BadParameter where it is none."""
    if text is not None:
        try:
            parse_timestamp(text)
        except ValueError:
            raise typer.BadParameter(f"{text!r} is no time: give one such as {_EXAMPLE_OF_A_TIME}.") from None
    return text


# Typer makes an option of every parameter.
def draft_policies_for(  # noqa: PLR0913, PLR0917
    identity: IdentityArgument,
    delegates: Annotated[
        list[str] | None,
        typer.Option(
            "--delegate", metavar="PRINCIPAL", help="An account, or a user's or role's ARN. Repeatable."
        ),
    ] = None,
    organization: Annotated[
        str,
        typer.Option("--organization", metavar="ID", help="In place of delegates: all of an organization."),
    ] = "",
    from_addresses: Annotated[
        list[str] | None, typer.Option("--from", metavar="PATTERN", help="From addresses. Repeatable.")
    ] = None,
    recipients: Annotated[
        list[str] | None, typer.Option("--recipient", metavar="PATTERN", help="All recipients. Repeatable.")
    ] = None,
    display_names: Annotated[
        list[str] | None, typer.Option("--display-name", metavar="PATTERN", help="Display names. Repeatable.")
    ] = None,
    feedback_addresses: Annotated[
        list[str] | None,
        typer.Option("--feedback-address", metavar="PATTERN", help="Return-Path. Repeatable."),
    ] = None,
    source_ips: Annotated[
        list[str] | None, typer.Option("--source-ip", metavar="RANGE", help="Callers' addresses. Repeatable.")
    ] = None,
    not_before: Annotated[
        str | None, typer.Option("--not-before", metavar="TIME", callback=check_time, help="UTC, ISO 8601.")
    ] = None,
    not_after: Annotated[
        str | None, typer.Option("--not-after", metavar="TIME", callback=check_time, help="UTC, ISO 8601.")
    ] = None,
    templated: Annotated[bool, typer.Option("--templated", help="Mail from templates too.")] = False,
    bulk: Annotated[bool, typer.Option("--bulk", help="Bulk mail from templates too.")] = False,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The policy's name.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write each policy to a file there.")
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    json: JsonOption = False,
) -> None:
    """Draft the policy that lets a delegate send with an identity. Applies nothing.

    With an ARN and without --profile, AWS is not asked; else the identity's policies are counted.
    """
    conditions = SendingConditions(
        from_addresses=tuple(from_addresses or ()),
        recipients=tuple(recipients or ()),
        display_names=tuple(display_names or ()),
        feedback_addresses=tuple(feedback_addresses or ()),
        source_ips=tuple(source_ips or ()),
        not_before=parse_timestamp(not_before) if not_before else None,
        not_after=parse_timestamp(not_after) if not_after else None,
    )
    actions = (*USUAL_ACTIONS, *(TEMPLATED_ACTIONS * templated), *(BULK_ACTIONS * bulk))
    arn, existing = _look_up(identity, region, profile)
    drafted = _draft(
        SendingGrant(arn, tuple(delegates or ()), organization, actions, conditions, name), existing
    )
    files = write_files(out, drafted.policies) if out else []
    findings = lint_policies(arn, drafted.policies, current_time())
    if json:
        print_json({**drafted_to_json(arn, drafted, files), "findings": findings_to_json(findings)})
        return
    screen = open_screen()
    print_drafted(screen, arn, drafted, files)
    print_findings(screen, findings)


def _look_up(identity: str, region: str | None, profile: str | None) -> tuple[IdentityArn, list[str] | None]:
    """Return the identity's ARN, and the names of its policies where AWS is asked for them."""
    arn = parse_arn(identity)
    if arn and not profile:
        return arn, None
    owned = open_identity(identity, region, profile)
    return owned.arn, list(owned.store.read())


def _draft(grant: SendingGrant, existing: list[str] | None) -> DraftedPolicies:
    try:
        return draft_grant(grant, existing)
    except ValueError as error:
        raise ConsoleError(visible(f"{error}.")) from error
