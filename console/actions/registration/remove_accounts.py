"""An owner's or delegate's account is taken out: of the ledger's parameters, and of the owners' delegates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from console.actions.registration.register_accounts import (
    LISTS,
    AccountEnvironment,
    Registration,
    list_environments,
    makes_roles,
    register_account,
    split_list,
)
from console.actions.registration.samconfig import SamConfig
from console.errors import NotFoundError
from console.stack.connection import Connection
from ses_reputation.accounts.registry import Party, PartyRole
from ses_reputation.registration.store import roles_in


@dataclass(frozen=True, slots=True)
class Removal:
    """Accounts that were taken out in one role.

    owners: owners' environments that no longer let them send. stacks: what is to be deleted, there. heirs:
    environments whose stacks make the account's roles from now on. parameters: the roles that Parameter Store
    is to have of each account, where it registers them. staying: those that stay registered in the other
    role. named_by: the ledger's parameters that still say something of them.
    """

    role: PartyRole
    accounts: Sequence[str]
    owners: Sequence[AccountEnvironment]
    stacks: Sequence[AccountEnvironment]
    heirs: Sequence[AccountEnvironment]
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    staying: Sequence[str] = ()
    named_by: Sequence[str] = ()

    @property
    def other_role(self) -> PartyRole:
        """The role in which they were not taken out."""
        return _other(self.role)


def remove_accounts(
    config: SamConfig,
    connection: Connection,
    ledger: str,
    leaving: tuple[PartyRole, Sequence[str]],
    in_parameters: Mapping[str, str],
) -> Removal:
    """Take accounts out, in memory. ledger: the ledger's environment. in_parameters: of Parameter Store.

    Raises NotFoundError where one is not registered in the role, ConsoleError.
    """
    role, accounts = leaving = leaving[0], tuple(dict.fromkeys(leaving[1]))
    _check_registered(config, connection, ledger, leaving, in_parameters)
    before = list(list_environments(config, ledger))
    stacks = [each for each in before if each.party.role is role and each.party.account in accounts]
    _take_out_of_list(config, connection, ledger, leaving)
    owners = list(_take_from_owners(config, ledger, accounts)) if role is PartyRole.DELEGATE else []
    for each in stacks:
        config.remove_environment(each.name)
    heirs = [
        heir for account in accounts for heir in _pass_roles_on(config, connection, ledger, account, stacks)
    ]
    others = _registered(config, connection, ledger, _other(role), in_parameters) | {connection.account_id}
    staying = [account for account in accounts if account in others]
    return Removal(
        role,
        accounts,
        owners,
        [*stacks, *_unnamed(connection, leaving, stacks)],
        heirs,
        {
            account: roles_in(in_parameters[account]) - {role}
            for account in accounts
            if account in in_parameters
        },
        staying,
        tuple(_named_by({**connection.stack.parameters, **config.overrides(ledger)}, leaving, staying)),
    )


def _check_registered(
    config: SamConfig,
    connection: Connection,
    ledger: str,
    leaving: tuple[PartyRole, Sequence[str]],
    in_parameters: Mapping[str, str],
) -> None:
    role, accounts = leaving
    known = _registered(config, connection, ledger, role, in_parameters)
    if unknown := [account for account in accounts if account not in known]:
        raise NotFoundError(
            f"Nothing was taken out: {', '.join(unknown)} is not registered as {role}. "
            f"Registered are: {', '.join(sorted(known)) or 'none'}."
        )


def _registered(
    config: SamConfig,
    connection: Connection,
    ledger: str,
    role: PartyRole,
    in_parameters: Mapping[str, str],
) -> set[str]:
    given = {**connection.stack.parameters, **config.overrides(ledger)}
    known = {*split_list(given.get(LISTS[role], ""))}
    known |= {account for account, value in in_parameters.items() if role in roles_in(value)}
    # The ledger's own account is registered always, and may have stacks in other Regions.
    return known | {
        each.party.account for each in list_environments(config, ledger) if each.party.role is role
    }


def _other(role: PartyRole) -> PartyRole:
    return PartyRole.OWNER if role is PartyRole.DELEGATE else PartyRole.DELEGATE


def _named_by(
    given: Mapping[str, str], leaving: tuple[PartyRole, Sequence[str]], staying: Sequence[str]
) -> Iterable[str]:
    """Which parameters say what is true no more: of who stays, what identities it owns, if it owns none."""
    role, accounts = leaving
    gone = [account for account in accounts if account not in staying]
    of_owners = accounts if role is PartyRole.OWNER else gone
    for name, said_of in (
        ("IdentityOwners", of_owners),
        ("AccountNames", gone),
        ("AccountVolumeWindows", gone),
    ):
        if set(re.findall(r"\b[0-9]{12}\b", given.get(name, ""))) & set(said_of):
            yield name


def _take_out_of_list(
    config: SamConfig, connection: Connection, ledger: str, leaving: tuple[PartyRole, Sequence[str]]
) -> None:
    role, accounts = leaving
    name, before = LISTS[role], config.overrides(ledger)
    registered = split_list({**connection.stack.parameters, **before}.get(name, ""))
    if set(registered) & set(accounts):
        # An empty list is written, too: a parameter that is not given keeps its value of before.
        config.set_overrides(ledger, {**before, name: _without(registered, accounts)})


def _take_from_owners(
    config: SamConfig, ledger: str, delegates: Sequence[str]
) -> Iterable[AccountEnvironment]:
    for each in list(list_environments(config, ledger)):
        allowed = split_list(each.overrides.get("Delegates", ""))
        if each.party.role is PartyRole.OWNER and set(allowed) & set(delegates):
            config.set_overrides(each.name, {**each.overrides, "Delegates": _without(allowed, delegates)})
            yield each


def _pass_roles_on(
    config: SamConfig, connection: Connection, ledger: str, account: str, gone: Iterable[AccountEnvironment]
) -> Iterable[AccountEnvironment]:
    """Let another stack of the account make the roles that a stack made which is to be deleted."""
    made_by = [each for each in gone if each.party.account == account and makes_roles(each.overrides)]
    left = [each for each in list_environments(config, ledger) if each.party.account == account]
    if not made_by or not left or any(makes_roles(each.overrides) for each in left):
        return
    party, operator = left[0].party, made_by[0].overrides.get("OperatorRoleArn", "")
    wanted = Registration(party.role, (account,), party.region, party.identities, (), operator)
    yield register_account(config, connection, ledger, wanted, account)


def _unnamed(
    connection: Connection, leaving: tuple[PartyRole, Sequence[str]], named: Iterable[AccountEnvironment]
) -> Iterable[AccountEnvironment]:
    """The stacks of accounts that samconfig.toml does not describe, as `accounts add` would name them."""
    role, accounts = leaving
    known = {each.party.account for each in named}
    for account in accounts:
        if account not in known:
            party = Party(role, account, connection.region)
            yield AccountEnvironment("", party, f"{connection.stack.name}-{role}", {})


def _without(accounts: Iterable[str], leaving: Iterable[str]) -> str:
    return ",".join(each for each in accounts if each not in set(leaving))
