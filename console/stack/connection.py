"""A stack to read: the one kept running on this machine, or a deployed one."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, product
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from console.errors import NoStackError, NotAllowedError
from console.local_aws.clients import Clients, Credentials
from console.local_aws.deployment import KEPT_STACK_NAME, Stack, find_stack
from console.local_aws.errors import MissingStackError
from console.stack.caller import identify_caller
from console.stack.journal_settings import read_journal_settings
from console.stack.parameter_accounts import read_parameter_accounts
from console.stack.place import AskedPlace, asked_place, note_asked
from console.stack.running_stack import read_current_stack
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.feedback.provenance import Registry
from ses_reputation.hours import ONE_DAY, Day, day_of
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.ledger.store import BalanceTable, EntryTable, JournalTable, ShardTable
from ses_reputation.quarantine.store import QuarantineBucket
from ses_reputation.registration.store import with_parameters
from ses_reputation.rollup.entities import is_within
from ses_reputation.suppression.forgotten_store import (
    ForgettingKey,
    ForgottenStore,
    ForgottenTable,
    key_parameter_of,
)
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.visible_text import visible

if TYPE_CHECKING:
    from ses_reputation.ledger.balance_store import Balance

_QUERIES_AT_ONCE = 8
_LEDGER_OUTPUT = "FeedbackQueueArn"


@dataclass(frozen=True, slots=True)
class Hours:
    """Which balances to read. `first` and `last` are included: UTC hours, days, or "" for no bound."""

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    identity: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """A stack and clients that may read it."""

    clients: Clients
    stack: Stack

    @property
    def account_id(self) -> str:
        """The account that the stack is deployed in."""
        return self.output(_LEDGER_OUTPUT).split(":")[4]

    @property
    def partition(self) -> str:
        """The partition that the stack is deployed in: `aws`, `aws-us-gov`."""
        return self.output(_LEDGER_OUTPUT).split(":")[1]

    @property
    def region(self) -> str:
        """The Region that the stack is deployed in."""
        return self.output(_LEDGER_OUTPUT).split(":")[3]

    @property
    def journal(self) -> JournalTable:
        """The ledger's journal, to write to."""
        return JournalTable(self.clients.dynamodb, self.output("LedgerTableName"))

    @property
    def balances(self) -> BalanceTable:
        """The ledger's balances."""
        return BalanceTable(self.clients.dynamodb, self.output("LedgerTableName"))

    @property
    def shards(self) -> ShardTable:
        """What the ledger holds pages and balances of."""
        return ShardTable(self.clients.dynamodb, self.output("LedgerTableName"))

    @property
    def entries(self) -> EntryTable:
        """The ledger's entries and delays."""
        return EntryTable(self.clients.dynamodb, self.output("LedgerTableName"))

    @property
    def assessments(self) -> AssessmentTable:
        """What assessments store: day balances, standings, transitions."""
        return AssessmentTable(self.clients.dynamodb, self.output("LedgerTableName"))

    @property
    def assessment_schedule(self) -> str:
        """When the stack assesses: a schedule expression."""
        return self.stack.parameters.get("AssessmentSchedule", "of its template")

    @property
    def quarantine(self) -> QuarantineBucket:
        """The quarantined messages."""
        return QuarantineBucket(lambda: self.clients.s3, self.output("ReputationBucketName"))

    @property
    def journal_settings(self) -> JournalSettings:
        """What journaling goes by: read from its function as it is deployed, and whom it believes now."""
        settings = read_journal_settings(self.clients.functions, self.output("JournalFeedbackFunctionName"))
        found = read_parameter_accounts(self.clients, self.stack)
        return replace(settings, registry=with_parameters(settings.registry, found)) if found else settings

    @property
    def snapshots(self) -> S3SnapshotStore:
        """The suppression snapshots."""
        return S3SnapshotStore(self.clients.s3, self.output("ReputationBucketName"))

    @property
    def forgotten(self) -> ForgottenStore:
        """Whom the ledger has forgotten, by hashes of their addresses."""
        table = ForgottenTable(self.clients.dynamodb, self.output("LedgerTableName"))
        return ForgottenStore(
            table, ForgettingKey(lambda: self.clients.connect("ssm"), key_parameter_of(self.stack.name))
        )

    @property
    def registry(self) -> Registry:
        """Whom the stack believes: its own account, those that it lists, and those in Parameter Store."""
        owners = frozenset({self.account_id, *self._listed("OwnerAccounts")})
        listed = Registry(owners, frozenset(self._listed("DelegateAccounts")))
        return with_parameters(listed, read_parameter_accounts(self.clients, self.stack))

    @property
    def registered_accounts(self) -> tuple[str, ...]:
        """The accounts whose topics the stack believes, its own first."""
        listed = (*self._listed("OwnerAccounts"), *self._listed("DelegateAccounts"))
        registry = self.registry
        others = sorted(registry.owners | registry.delegates)
        return tuple(dict.fromkeys((self.account_id, *listed, *others)))

    def _listed(self, parameter: str) -> list[str]:
        """Return the accounts that a parameter of the stack lists."""
        listed = self.stack.parameters.get(parameter, "").split(",")
        return [account.strip() for account in listed if account.strip()]

    def output(self, name: str) -> str:
        """An output of the stack. Raises NoStackError where it has none of that name."""
        if name not in self.stack.outputs:
            raise NoStackError(
                f"The stack {self.stack.name} has no output {name}: is it one of ses-reputation?"
            )
        return self.stack.outputs[name]

    def read_hours(self, hours: Hours) -> list[HourBalance]:
        """Read balances of an identity across all senders, or of accounts (default: the registered ones).

        Without Regions, all Regions that have SES are read, because topics of any Region feed one ledger.
        """
        return self._read_identity(hours) if hours.identity else self._read_accounts(hours)

    def _read_identity(self, hours: Hours) -> list[HourBalance]:
        """Read the hours of the accounts that are known to send with an identity; keep those within it."""
        senders = self.assessments.senders()
        known = {sender[:2] for sender in senders if is_within(sender.identity, hours.identity)}
        wanted = {
            (account, region)
            for account, region in known
            if (not hours.accounts or account in hours.accounts)
            and (not hours.regions or region in hours.regions)
        }
        found = self._read_partitions(sorted(wanted), hours)
        return [hour for hour in found if is_within(hour.sender_hour.identity, hours.identity)]

    def _read_accounts(self, hours: Hours) -> list[HourBalance]:
        accounts, regions = hours.accounts or self.registered_accounts, hours.regions or self._list_regions()
        return self._read_partitions(product(accounts, regions), hours)

    def _read_partitions(self, partitions: Iterable[tuple[str, str]], hours: Hours) -> list[HourBalance]:
        table = self.balances

        def read(partition: tuple[str, str]) -> "list[Balance]":
            account, region = partition
            return list(table.balances_of_account(account, region, hours.first, hours.last))

        with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
            return gather_hours(chain.from_iterable(threads.map(read, partitions)))

    def read_entries(self, recipient: str, message: str, delay_days: int) -> list[dict[str, str]]:
        """Read the entries of a normalised recipient, or of a message, as names and text.

        Delays are found by their day: the last `delay_days` days (UTC, with today) are looked through.
        """
        table = self.entries
        found = table.entries_of_recipient(recipient) if recipient else table.entries_of_message(message)
        wanted = ("recipient", recipient) if recipient else ("message_id", message)
        delays = self._read_delays(delay_days)
        return [*found, *(delay for delay in delays if delay[wanted[0]] == wanted[1])]

    def _read_delays(self, days: int) -> list[dict[str, str]]:
        known = {sender[:2] for sender in self.assessments.senders()}
        known |= {(account, self.region) for account in self.registered_accounts}
        today = datetime.now(UTC)
        dates = [day_of(today - number * ONE_DAY) for number in range(days)]
        table = self.entries

        def read(asked: tuple[tuple[str, str], Day]) -> list[dict[str, str]]:
            return list(table.delays_of_account(*asked[0], asked[1]))

        with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
            return list(chain.from_iterable(threads.map(read, product(sorted(known), dates))))

    def _list_regions(self) -> Iterable[str]:
        session = boto3.Session()
        partition = session.get_partition_for_region(self.region)
        return sorted({self.region, *session.get_available_regions("sesv2", partition)})


def connect(stack_name: str | None) -> Connection:
    """Connect to a deployed stack with the user's AWS credentials, or to the one kept on this machine.

    A deployed one, by its name or ARN, is looked for at AWS_ENDPOINT_URL, where that is set. The name of the
    kept one means that one, as its pages and alerts print it.
    Raises NoStackError where there is none, NotAllowedError where an option is of a deployed one.
    """
    place = asked_place()
    if stack_name and not _means_kept(stack_name, place):
        return _find_deployed(stack_name, place)
    if place.is_remote:
        raise NotAllowedError("--profile and --region say where a deployed stack is: name it with --stack.")
    current = read_current_stack()
    credentials = Credentials.of_account(current.account_id)
    clients = Clients.at_endpoint(current.endpoint_url, current.region, credentials, current.ses_endpoint_url)
    return Connection(clients, find_stack(clients, current.stack_name))


def _means_kept(stack_name: str, place: AskedPlace) -> bool:
    return stack_name == KEPT_STACK_NAME and not place.is_remote and "AWS_ENDPOINT_URL" not in os.environ


def _find_deployed(stack_name: str, place: AskedPlace) -> Connection:
    """Find a stack in the Regions that --region names, then in the operator's own."""
    # boto3 alone among AWS's tools does not read AWS_REGION.
    own = boto3.Session(profile_name=place.profile or None, region_name=os.environ.get("AWS_REGION"))
    regions = _arn_region(stack_name) or [*place.regions, *filter(None, [own.region_name])]
    if not regions:
        raise NoRegionError
    others: list[str] = []
    for region in dict.fromkeys(regions):
        note_asked(region)
        clients = Clients(boto3.Session(profile_name=place.profile or None, region_name=region), None)
        try:
            found = Connection(clients, find_stack(clients, stack_name))
        except MissingStackError:
            continue
        if _LEDGER_OUTPUT in found.stack.outputs:
            note_asked(region, found.account_id)
            return found
        others.append(region)
    raise NoStackError(_describe_missing(stack_name, list(dict.fromkeys(regions)), others, clients))


def _arn_region(stack_name: str) -> list[str]:
    return stack_name.split(":")[3:4] if stack_name.startswith("arn:") else []


def _describe_missing(stack_name: str, regions: list[str], others: list[str], clients: Clients) -> str:
    """Say where no ledger of that name was found; others: Regions that have another stack of that name."""
    try:
        account = f" of account {identify_caller(clients.sts).account}"
    except (BotoCoreError, ClientError):
        account = ""
    profile = asked_place().profile
    by = f" (profile {visible(profile)})" if profile else ""
    if others:
        where = f"{' and '.join(others)}{account}{by}"
        return f"The stack {visible(stack_name)} in {where} has no ledger: is it one of ses-reputation?"
    return (
        f"There is no stack {visible(stack_name)} in {' or '.join(regions)}{account}{by}. "
        "--stack, --region and --profile say which and where it is."
    )
