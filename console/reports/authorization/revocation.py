"""A drafted revocation as commands print it."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from console.stack.owned_identity import PolicyRead
from console.terminal.screen import print_heading, print_indented, print_line
from ses_reputation.authorization.revocation import PolicyChange, RevisedPolicy, Revocation

_CHANGES: Mapping[PolicyChange, str] = {
    PolicyChange.UNCHANGED: "stays as it is",
    PolicyChange.REPLACED: "to replace",
    PolicyChange.DELETED: "to delete",
    PolicyChange.ADDED: "to add",
}


def print_draft(screen: Console, read: PolicyRead, draft: Revocation) -> None:
    """Print each policy as it would be, and the commands that a person would run."""
    title = f"{draft.identity_arn.partition('identity/')[2]} without {draft.delegate}"
    print_heading(screen, title, f"A draft for {draft.identity_arn}.")
    if read.obstacle:
        print_indented(screen, f"The policies could not be read. {read.obstacle}", 0, style="bold")
        screen.print()
    for policy in draft.policies:
        _print_policy(screen, policy)
    for note in draft.notes:
        print_indented(screen, note, 0)
    if draft.commands:
        screen.print("\nCommands for the identity owner to run:", style="bold")
    for command in draft.commands:
        screen.print()
        print_line(screen, command)


def describe_draft(read: PolicyRead, draft: Revocation) -> dict[str, Any]:
    """A draft as `--json` prints it."""
    return {
        "identity_arn": draft.identity_arn,
        "delegate": draft.delegate,
        "obstacle": read.obstacle or None,
        "policies": [
            {
                "name": policy.name,
                "change": str(policy.change),
                "document": dict(policy.document) if policy.document is not None else None,
                "notes": list(policy.notes),
                "command": policy.command or None,
            }
            for policy in draft.policies
        ],
        "notes": list(draft.notes),
    }


def _print_policy(screen: Console, policy: RevisedPolicy) -> None:
    print_indented(screen, f"Policy {policy.name}: {_CHANGES[policy.change]}", 0, style="bold")
    for note in policy.notes:
        print_indented(screen, note, marker="-")
    if policy.document is not None and policy.command:
        screen.print(json.dumps(policy.document, indent=2), soft_wrap=True)
    screen.print()
