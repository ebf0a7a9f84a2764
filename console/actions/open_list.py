"""One suppression list, open for changes: through a role in the other account, or as the operator."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from console.stack.account_clients import role_clients
from console.stack.connection import Connection
from ses_reputation.suppression.forgotten import NOBODY, ForgottenPeople
from ses_reputation.suppression.listing.list_reader import ListReader, SesSuppressionList
from ses_reputation.suppression.restore.action_store import ActionTable
from ses_reputation.suppression.restore.applying import ListAccess
from ses_reputation.suppression.restore.current_list import read_current
from ses_reputation.suppression.restore.import_facts import read_import_facts
from ses_reputation.suppression.restore.list_writer import SesListWriter
from ses_reputation.suppression.restore.paced_calls import PacedCalls
from ses_reputation.suppression.restore.preflight import ImportFacts
from ses_reputation.suppression.restore.single_changes import read_reasons
from ses_reputation.suppression.targets import Target

SUPPRESSION_ROLE = "ses-reputation-suppression"
"""The default of SuppressionRoleName in the templates of `accounts/`."""
_SESSION_NAME = "ses-reputation-suppression"


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list that may be changed. ses: a client of its place. forgotten: people whom no record names."""

    connection: Connection
    target: Target
    ses: Any
    forgotten: ForgottenPeople = NOBODY

    @property
    def access(self) -> ListAccess:
        """What changing it takes."""
        connection = self.connection
        return ListAccess(
            SesListWriter(self.ses, self.target.tenant),
            connection.snapshots,
            connection.output("ReputationBucketName"),
            ActionTable(connection.clients.dynamodb, connection.output("LedgerTableName")),
            forgotten=self.forgotten,
        )

    def read_current(self, on_progress: Callable[[int], None]) -> dict[str, str]:
        """Read the reason of each address on it now."""
        return read_current(ListReader(SesSuppressionList(self.ses, tenant=self.target.tenant)), on_progress)

    def read_reasons(self, addresses: Iterable[str]) -> dict[str, str]:
        """Read the reasons of addresses in exactly these spellings, a call each."""
        return read_reasons(self.access.writer, addresses, PacedCalls())

    def read_facts(self) -> ImportFacts:
        """Read what import jobs depend on."""
        connection = self.connection
        return read_import_facts(
            connection.clients.s3,
            connection.clients.connect("kms"),
            self.ses,
            connection.output("ReputationBucketName"),
            connection.region,
        )


def open_list(connection: Connection, stack_name: str | None, role_name: str, target: Target) -> OpenList:
    """Open a list. Raises UnavailableError where the role in its account cannot be assumed.

    Raises also as ForgottenStore.read: nothing is changed where it is not known who was forgotten.
    """
    clients = role_clients(connection, stack_name, role_name, _SESSION_NAME)
    ses = clients(target.account, "sesv2", target.region)
    return OpenList(connection, target, ses, connection.forgotten.read())
