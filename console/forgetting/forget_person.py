"""Forgetting a person on a stack, or looking what it would take; the certificate says what was done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from console.errors import NotAllowedError
from console.forgetting.expiries import Expiry, read_expiries
from console.stack.caller import identify_caller
from console.stack.connection import Connection
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.forgetting.erasure import Erasure
from ses_reputation.forgetting.forgetting import Holders, OnProgress, erase_person
from ses_reputation.forgetting.ledger_store import PersonalItems
from ses_reputation.forgetting.lock import ForgettingLock
from ses_reputation.forgetting.lock_store import LockTable
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
    exports_meanwhile: exports that began while it was erased, and may have copied it from a snapshot.
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
    exports_meanwhile: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left that may hold the address."""
        return self.erasure.is_complete and not self.exports_meanwhile


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

        Raises NotAllowedError while an export is under way, which may have read the address before;
        ForgettingHeldError while somebody else forgets; and UnavailableError. In each case the same command
        goes on.
        """
        connection = self.connection
        people = connection.forgotten.remember(self.address, self.now())
        newest = next(self._exports(), None)
        running = [each["name"] for each in self._exports(statusFilter="RUNNING")]
        if running:
            raise NotAllowedError(
                f"{', '.join(running)} is exporting suppression lists, and may have read the address before. "
                "From now on no export writes it. Nothing is erased yet: run this again when that has ended."
            )
        table = LockTable(connection.clients.dynamodb, connection.output("LedgerTableName"))
        with ForgettingLock(table, identify_caller(connection.clients.sts).title, self.now) as lock:

            def tell(what: str, read: int) -> None:
                lock.renew()
                on_progress(what, read)

            spelling = hidden(people.hash_of(self.address))
            certificate = self._erase(people, spelling, tell, applies=True)
        return replace(certificate, exports_meanwhile=self._exports_behind(newest))

    def _exports_behind(self, newest: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return the names of exports that began later than one, the latest first."""
        arn = newest and newest["executionArn"]
        later = takewhile(lambda each: each["executionArn"] != arn, self._exports())
        return tuple(each["name"] for each in later)

    def _exports(self, **options: Any) -> Iterator[Mapping[str, Any]]:
        """Yield executions, the most recent first (Step Functions API reference, ListExecutions)."""
        pages = self.connection.clients.step_functions.get_paginator("list_executions")
        workflow = self.connection.output("ExportSuppressionWorkflowArn")
        with translating_aws_errors("ListExecutions"):
            for page in pages.paginate(stateMachineArn=workflow, **options):
                yield from page["executions"]

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
