"""Forgetting a person on a stack, or looking what it would take; the certificate says what was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.errors import NotAllowedError
from console.forgetting.expiries import Expiry, read_expiries
from console.stack.caller import identify_caller
from console.stack.connection import Connection
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.forgetting.erasure import Erasure
from ses_reputation.forgetting.forgetting import Holders, OnProgress, erase_person
from ses_reputation.forgetting.ledger_store import PersonalItems
from ses_reputation.forgetting.person import Person
from ses_reputation.forgetting.store import S3ErasableStore
from ses_reputation.suppression.forgotten import ForgottenPeople, hidden
from ses_reputation.suppression.lookup.find import ListAnswer, find_address
from ses_reputation.suppression.snapshot.snapshot_reader import list_targets
from ses_reputation.suppression.targets import Target


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was forgotten of a person, without the address: it may be filed.

    digest: the hash that stands for the person, "" before there is one. applied: whether anything was erased.
    suppressed_in: the lists whose latest snapshot has the person: SES keeps the address there.
    """

    stack: str
    account: str
    region: str
    at: datetime
    by: str
    digest: str
    applied: bool
    erasure: Erasure
    suppressed_in: tuple[Target, ...]
    expiries: tuple[Expiry, ...]


@dataclass(frozen=True, slots=True)
class PersonOnStack:
    """A person, and the stack that is to forget whom the address belongs to."""

    connection: Connection
    address: str
    now: Callable[[], datetime]

    def count(self, on_progress: OnProgress) -> Certificate:
        """Say what would be erased; nothing is changed. Raises UnavailableError."""
        people = self.connection.forgotten.read()
        return self._erase(people, people.hide(self.address), on_progress, applies=False)

    def forget(self, on_progress: OnProgress) -> Certificate:
        """Erase the person. The hash is kept first, so that no export writes the address from then on.

        Raises NotAllowedError while an export is under way, which may have read the address before; and
        UnavailableError. In either case the same command goes on.
        """
        people = self.connection.forgotten.remember(self.address, self.now())
        running = self._exports_under_way()
        if running:
            raise NotAllowedError(
                f"{', '.join(running)} is exporting suppression lists, and may have read the address before. "
                "From now on no export writes it. Nothing is erased yet: run this again when that has ended."
            )
        return self._erase(people, hidden(people.hash_of(self.address)), on_progress, applies=True)

    def _exports_under_way(self) -> list[str]:
        pages = self.connection.clients.step_functions.get_paginator("list_executions")
        with translating_aws_errors("ListExecutions"):
            return [
                each["name"]
                for page in pages.paginate(
                    stateMachineArn=self.connection.output("ExportSuppressionWorkflowArn"),
                    statusFilter="RUNNING",
                )
                for each in page["executions"]
            ]

    def _erase(
        self, people: ForgottenPeople, spelling: str, on_progress: OnProgress, *, applies: bool
    ) -> Certificate:
        connection = self.connection
        store = S3ErasableStore(connection.clients.s3, connection.output("ReputationBucketName"))
        items = PersonalItems(connection.clients.dynamodb, connection.output("LedgerTableName"))
        person = Person.of_address(self.address, people)
        erasure = erase_person(person, Holders(items, store), on_progress, applies=applies)
        found = find_address(store, list_targets(store), spelling)
        return Certificate(
            connection.stack.name,
            connection.account_id,
            connection.region,
            self.now(),
            identify_caller(connection.clients.sts).title,
            person.digest if people.knows(self.address) else "",
            applies,
            erasure,
            tuple(each.target for each in found if each.answer is ListAnswer.LISTED),
            tuple(read_expiries(connection, self.now())),
        )
