"""An owner's or delegate's account is registered: in the ledger's parameters, and with a stack of its own."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from console.actions.registration.samconfig import Overrides, SamConfig
from console.errors import ConsoleError
from console.stack.connection import Connection
from ses_reputation.accounts.registry import Party, PartyRole
from ses_reputation.environment import read_volumes
from ses_reputation.errors import SettingsError
from ses_reputation.regions import is_opt_in
from ses_reputation.registration.limits import LedgerPlace, find_excess

_TEMPLATES = {PartyRole.OWNER: "identity-owner", PartyRole.DELEGATE: "delegate-sender"}
LISTS = {PartyRole.OWNER: "OwnerAccounts", PartyRole.DELEGATE: "DelegateAccounts"}
"""The parameter of the ledger's stack that lists the accounts of each role."""
_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Registration:
    """Accounts to register in one role and Region.

    owners: whose identities the delegates may send with; where none is named, those of all owners.
    """

    role: PartyRole
    accounts: tuple[str, ...]
    region: str
    identities: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    operator_role_arn: str = ""


@dataclass(frozen=True, slots=True)
class AccountEnvironment:
    """The environment of samconfig.toml that deploys an account's stack."""

    name: str
    party: Party
    stack_name: str
    overrides: Overrides

    @property
    def template(self) -> str:
        """The template's name in accounts/."""
        return _TEMPLATES[self.party.role]


def register_accounts(
    config: SamConfig, connection: Connection, ledger: str, wanted: Registration
) -> list[AccountEnvironment]:
    """Register accounts, in memory; return their environments. ledger: the ledger's environment.

    What was registered before stays; to register twice changes nothing. Raises ConsoleError.
    """
    _check_owners(config, connection, ledger, wanted)
    overrides = _ledger_overrides(config.overrides(ledger), connection, wanted)
    config.set_overrides(ledger, overrides)
    made = [register_account(config, connection, ledger, wanted, account) for account in wanted.accounts]
    if wanted.role is PartyRole.DELEGATE:
        _authorize(config, ledger, wanted)
    return made


def list_environments(config: SamConfig, ledger: str) -> Iterator[AccountEnvironment]:
    """Yield the environments of accounts that belong to a ledger's environment."""
    prefix = _prefix(ledger)
    for name in config.environments:
        role, _, rest = name.removeprefix(prefix).partition("-")
        if not name.startswith(prefix) or role not in set(PartyRole) or not rest[:12].isdecimal():
            continue
        overrides = config.overrides(name)
        place = config.value(name, "global", "region")
        identities = split_list(overrides.get("Identities", ""))
        party = Party(PartyRole(role), rest[:12], place, identities)
        yield AccountEnvironment(name, party, config.value(name, "global", "stack_name"), overrides)


def registered_places(path: Path, connection: Connection) -> set[tuple[str, str]]:
    """Return the account and Region of each stack that samconfig.toml has for a ledger's registered accounts.

    The ledger is known by its stack's name. Empty where there is no such file: to read a ledger, nobody needs
    it. Raises ConsoleError where it cannot be read.
    """
    if not path.exists():
        return set()
    config = SamConfig(path)
    ledgers = [each for each in config.environments if _stack_of(config, each) == connection.stack.name]
    parties = [each.party for ledger in ledgers for each in list_environments(config, ledger)]
    registered = connection.registered_accounts
    return {(each.account, each.region) for each in parties if each.account in registered and each.region}


def _stack_of(config: SamConfig, environment: str) -> str:
    return config.value(environment, "global", "stack_name")


def _ledger_overrides(before: Overrides, connection: Connection, wanted: Registration) -> Overrides:
    given = {**connection.stack.parameters, **before}
    others = [account for account in wanted.accounts if account != connection.account_id]
    if wanted.role is PartyRole.DELEGATE and len(others) < len(wanted.accounts):
        raise ConsoleError("The ledger's own account needs no registration: ConfigurationSetName is its set.")
    listed = LISTS[wanted.role]
    # With an organization, Parameter Store has them (console/actions/registration/parameter_accounts.py).
    more = () if given.get("OrganizationId") else others
    added = {
        listed: _joined(given.get(listed, ""), more),
        "ReadingRoleName": given.get("ReadingRoleName") or f"{connection.stack.name}-reading",
        "ExternalId": given.get("ExternalId") or secrets.token_hex(16),
    }
    if given.get("Protection") == "enforce":
        added["ProtectionRoleName"] = given.get("ProtectionRoleName") or f"{connection.stack.name}-protection"
    if is_opt_in(wanted.region):
        added["OptInRegions"] = _joined(given.get("OptInRegions", ""), [wanted.region])
    _check_volumes(given)
    place = LedgerPlace(connection.partition, connection.region, connection.stack.name)
    if excess := find_excess(place, {**given, **added}):
        raise ConsoleError(f"Nothing was registered. {excess}")
    return {**before, **{name: value for name, value in added.items() if value}}


def _check_owners(config: SamConfig, connection: Connection, ledger: str, wanted: Registration) -> None:
    """Refuse owners of whom nothing is known, unless Parameter Store may know them. Raises ConsoleError."""
    given = {**connection.stack.parameters, **config.overrides(ledger)}
    parties = (each.party for each in list_environments(config, ledger))
    known = {party.account for party in parties if party.role is PartyRole.OWNER}
    known |= {*split_list(given.get("OwnerAccounts", "")), connection.account_id}
    strangers = sorted(set(wanted.owners) - known)
    if strangers and not given.get("OrganizationId"):
        raise ConsoleError(
            f"Nothing was registered. {strangers[0]} is not registered as owner: run "
            f"`ses-reputation accounts add owner {strangers[0]}` first."
        )


def _check_volumes(parameters: Overrides) -> None:
    """Refuse what CloudFormation would refuse only when the ledger is deployed. Raises ConsoleError."""
    try:
        read_volumes(parameters, "AccountVolumeWindows")
    except SettingsError as error:
        raise ConsoleError(f"Nothing was registered. {error}") from None


def register_account(
    config: SamConfig, connection: Connection, ledger: str, wanted: Registration, account: str
) -> AccountEnvironment:
    """Add or renew an account's environment. It makes the roles, unless another of the account's does."""
    own_region = connection.region == wanted.region
    name = f"{_prefix(ledger)}{wanted.role}-{account}" + ("" if own_region else f"-{wanted.region}")
    before = config.overrides(name)
    overrides = _account_overrides(config, connection, ledger, wanted, account, before)
    stack_name = f"{connection.stack.name}-{wanted.role}"
    made = AccountEnvironment(
        name, Party(wanted.role, account, wanted.region, wanted.identities), stack_name, overrides
    )
    if name in config.environments:
        config.set_overrides(name, overrides)
    else:
        config.add_environment(name, "written by `ses-reputation accounts add`", _sections(made, ledger))
    return made


def _account_overrides(
    config: SamConfig,
    connection: Connection,
    ledger: str,
    wanted: Registration,
    account: str,
    before: Overrides,
) -> Overrides:
    registered = config.overrides(ledger)
    # A ledger of an earlier version has no bus.
    bus = connection.stack.outputs.get("SesEventBusArn", "")
    overrides = {**before, "FeedbackQueueArn": connection.output("FeedbackQueueArn"), "SesEventBusArn": bus}
    listed = "Identities" if wanted.role is PartyRole.OWNER else "OwnIdentities"
    overrides[listed] = _joined(before.get(listed, ""), wanted.identities)
    has_roles = any(
        each.party.account == account and each.party.region != wanted.region and makes_roles(each.overrides)
        for each in list_environments(config, ledger)
    )
    has_other_role = any(
        each.party.account == account and each.party.role is not wanted.role and makes_roles(each.overrides)
        for each in list_environments(config, ledger)
    )
    # One stack an account makes the roles, which are valid in all Regions; the ledger's account needs none.
    if not (has_roles or has_other_role or account == connection.account_id):
        overrides |= _role_overrides(connection, registered, wanted)
    return {name: value for name, value in overrides.items() if value}


def _role_overrides(connection: Connection, registered: Overrides, wanted: Registration) -> Overrides:
    roles = {
        "ExternalId": registered["ExternalId"],
        "ReadSesStatisticsRoleArn": connection.output("ReadSesStatisticsRoleArn"),
        "ExportSuppressionRoleArn": connection.output("ExportSuppressionRoleArn"),
        "ReadingRoleName": registered["ReadingRoleName"],
        "OperatorRoleArn": wanted.operator_role_arn,
    }
    if "ProtectionRoleName" in registered:
        roles["AssessReputationRoleArn"] = connection.output("AssessReputationRoleArn")
        roles["ProtectionRoleName"] = registered["ProtectionRoleName"]
    return {name: value for name, value in roles.items() if value}


def makes_roles(overrides: Overrides) -> bool:
    """Return whether a stack makes the roles that the ledger reads its account with."""
    return bool(overrides.get("ReadSesStatisticsRoleArn"))


def _sections(made: AccountEnvironment, ledger: str) -> dict[str, dict[str, str | bool]]:
    build = f".aws-sam/{made.name}"
    return {
        "global": {"stack_name": made.stack_name, "region": made.party.region},
        "build": {"template_file": f"accounts/{made.template}.yaml", "build_dir": build},
        "deploy": {
            "template_file": f"{build}/template.yaml",
            "capabilities": "CAPABILITY_NAMED_IAM",
            "resolve_s3": True,
            "s3_prefix": made.stack_name,
            "confirm_changeset": ledger != "default",
            "fail_on_empty_changeset": False,
            "tags": f'project="ses-reputation" environment="{made.name}"',
            "parameter_overrides": " ".join(f'{name}="{value}"' for name, value in made.overrides.items()),
        },
    }


def _authorize(config: SamConfig, ledger: str, wanted: Registration) -> None:
    """Let delegates send with the owners' identities, in the stacks of the owners."""
    for each in list(list_environments(config, ledger)):
        party = each.party
        is_meant = not wanted.owners or party.account in wanted.owners
        if party.role is PartyRole.OWNER and party.region == wanted.region and is_meant and party.identities:
            delegates = _joined(each.overrides.get("Delegates", ""), wanted.accounts)
            if len(split_list(delegates)) > _MOST_LISTED:
                raise ConsoleError(
                    f"{each.name} would have more than {_MOST_LISTED} delegates, and SES keeps no more: "
                    "write one for all of them with `ses-reputation authorize draft --organization`."
                )
            config.set_overrides(each.name, {**each.overrides, "Delegates": delegates})


def _prefix(ledger: str) -> str:
    return "" if ledger == "default" else f"{ledger}-"


def _joined(listed: str, more: Iterable[str]) -> str:
    return ",".join(dict.fromkeys([*split_list(listed), *more]))


def split_list(value: str) -> tuple[str, ...]:
    """Return what a parameter lists, separated by commas."""
    return tuple(each.strip() for each in value.split(",") if each.strip())
