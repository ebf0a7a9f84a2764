"""Accounts that were taken out: what to run, in which order, so that nothing is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from console.actions.registration.remove_accounts import Removal
from console.reports.accounts import (
    Registered,
    connect_command,
    deploy_command,
    describe_environment,
    profile_of,
)
from console.terminal.screen import print_indented, print_line, print_title
from ses_reputation.accounts.registry import PartyRole
from ses_reputation.shell_words import shell_option

_OWN_POLICIES = (
    "Policies that `authorize apply` wrote are not of this stack: `authorize revoke IDENTITY --delegate "
    "ACCOUNT` takes it out of them."
)
_WAIT = "Wait for its last feedback: two days without newer mail that its feed reported."
_UNHEARD = "After the next step, what its topics publish is not counted any more."
_STAYS = {
    PartyRole.OWNER: "{} stays an owner: its topics count as before, but those of the stack that is deleted.",
    PartyRole.DELEGATE: "{} stays a delegate: its topics count for its own mail alone after the next step.",
}
_REFUSED = "Update the ledger: its queue refuses that account's topics, and its roles leave it."
_KEEPS = "Update the ledger: {} stays registered, so its queue and its roles stay as they are."
_NAMED = "Take it out of {} too, in samconfig.toml."
_OWNERS_KEEP = " Whom IdentityOwners names keeps a statement and a digest."
_THERE = "Delete its stack, there: the ledger's roles, topics and settings in that account go with it."
_KEPT = (
    "What the ledger counted of it stays, until it expires as all else. Keep these steps: they are printed "
    "once."
)


@dataclass(frozen=True, slots=True)
class RemovalStep:
    """Something to do, and the commands that do it."""

    what: str
    commands: tuple[str, ...]


def removal_steps(removal: Removal, ledger: str, registered: Registered) -> Iterator[RemovalStep]:
    """Yield what is to be done, in this order."""
    if removal.owners:
        what = f"Update the owner's stack: it no longer lets the delegate send. {_OWN_POLICIES}"
        yield RemovalStep(what, tuple(map(connect_command, removal.owners)))
    yield RemovalStep(_waiting(removal, registered), tuple(_listenings(removal, registered.stack_name)))
    yield from _parameter_steps(removal, registered)
    if removal.named_by:
        more = _OWNERS_KEEP if "IdentityOwners" in removal.named_by else ""
        yield RemovalStep(_NAMED.format(" and ".join(removal.named_by)) + more, ())
    if removal.named_by or not registered.is_deployed:
        yield RemovalStep(_updating(removal), (deploy_command(ledger),))
    yield RemovalStep(_THERE, tuple(_deletions(removal)))
    if removal.heirs:
        yield RemovalStep(
            "It stays in its other role: that stack makes the ledger's roles there from now on.",
            tuple(map(connect_command, removal.heirs)),
        )


def _waiting(removal: Removal, registered: Registered) -> str:
    unheard = [_UNHEARD] if len(removal.staying) < len(removal.accounts) else []
    stay = [
        # The ledger's own account is registered always, as an owner.
        _STAYS[PartyRole.OWNER if account == registered.account else removal.other_role].format(account)
        for account in removal.staying
    ]
    return " ".join((_WAIT, *unheard, *stay))


def _parameter_steps(removal: Removal, registered: Registered) -> Iterator[RemovalStep]:
    kinds = {
        False: "The ledger believes its topics no more.",
        True: f"It stays registered as {removal.other_role}, and no more as {removal.role}.",
    }
    for stays, what in kinds.items():
        commands = tuple(
            _parameter_command(registered, account, roles)
            for account, roles in removal.parameters.items()
            if bool(roles) is stays
        )
        if commands:
            yield RemovalStep(what, commands)


def _updating(removal: Removal) -> str:
    kept = ", ".join(removal.staying)
    if len(removal.staying) == len(removal.accounts):
        return _KEEPS.format(kept)
    return f"{_REFUSED} They keep {kept}." if kept else _REFUSED


def print_removed(screen: Console, removal: Removal, ledger: str, registered: Registered) -> None:
    """Print who was taken out, and the steps that follow."""
    names = ", ".join(removal.accounts)
    gone = f"samconfig.toml no longer registers {names} as {removal.role}."
    print_line(screen, f"{gone} In AWS nothing changed.")
    print_title(screen, "Next, in this order")
    for number, step in enumerate(removal_steps(removal, ledger, registered), 1):
        screen.print()
        print_indented(screen, step.what, 0, f"{number}.")
        for command in step.commands:
            print_line(screen, f"   {command}")
    screen.print()
    print_indented(screen, _KEPT, 0)


def describe_removed(removal: Removal, ledger: str, registered: Registered) -> dict[str, Any]:
    """Return who was taken out as `--json` prints it, and the steps that follow."""
    return {
        "config": registered.file,
        "parameters": registered.path or None,
        "role": str(removal.role),
        "accounts": list(removal.accounts),
        "stacks": [describe_environment(each) for each in removal.stacks],
        "steps": [
            {"what": step.what, "commands": list(step.commands)}
            for step in removal_steps(removal, ledger, registered)
        ],
    }


def _listenings(removal: Removal, stack_name: str) -> Iterator[str]:
    """The commands that say when feedback came last, by account; of owners, by identity."""
    listing = f"ses-reputation feeds {shell_option('--stack', stack_name)}"
    if removal.role is PartyRole.DELEGATE:
        yield from (f"{listing} {shell_option('--account', account)}" for account in removal.accounts)
        return
    names = dict.fromkeys(name for each in removal.stacks for name in each.party.identities)
    yield from (f"{listing} {shell_option('--identity', name)}" for name in names)
    if not names:
        yield listing


def _parameter_command(registered: Registered, account: str, roles: frozenset[str]) -> str:
    where = (
        shell_option("--name", f"{registered.path}/{account}"),
        shell_option("--region", registered.region),
        shell_option("--profile", profile_of(registered.account)),
    )
    if not roles:
        return " ".join(("aws ssm delete-parameter", *where))
    value = shell_option("--value", ",".join(sorted(roles)))
    return " ".join(("aws ssm put-parameter", *where, value, "--type String --overwrite"))


def _deletions(removal: Removal) -> Iterator[str]:
    for each in removal.stacks:
        options = (
            shell_option("--stack-name", each.stack_name),
            shell_option("--region", each.party.region),
            shell_option("--profile", profile_of(each.party.account)),
        )
        yield f"sam delete {' '.join(options)}"
