"""A drafted revocation as commands print it."""

import json

from rich.console import Console

from console.actions.draft_revocation import PolicyRead
from console.terminal.screen import print_heading, print_indented
from ses_reputation.authorization.revocation import RevisedPolicy, Revocation


def print_draft(screen: Console, read: PolicyRead, draft: Revocation) -> None:
    """Print what would become of each policy, and the commands that a person would run."""
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
        screen.print("\nWhat a person of the identity owner would run:", style="bold")
    for command in draft.commands:
        screen.print()
        screen.print(command, markup=False, soft_wrap=True)


def _print_policy(screen: Console, policy: RevisedPolicy) -> None:
    screen.print(f"Policy {policy.name}: {policy.change}", style="bold", markup=False)
    for note in policy.notes:
        print_indented(screen, note, marker="-")
    if policy.document is not None and policy.command:
        screen.print(json.dumps(policy.document, indent=2), markup=False, soft_wrap=True)
    screen.print()
