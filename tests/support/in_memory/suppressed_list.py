"""A suppression list that can be changed, in memory; tests/contract holds it to SES's stand-in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from ses_reputation.suppression.errors import AddressRefusedError
from ses_reputation.suppression.restore.actions import Operation, SuppressionAction
from ses_reputation.suppression.restore.applying import ListAccess
from ses_reputation.suppression.restore.list_writer import ImportStatus
from tests.support.in_memory.suppression import NOON, MemoryStore

BUCKET = "reputation"


@dataclass(slots=True)
class ListToChange:
    """Entries by stored spelling. `draw` gives the error of the next call, or None.

    `job` gives how the next import job ends; a job that is COMPLETED takes all its records but the first
    `failed`.
    """

    entries: dict[str, str] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)
    draw: Callable[[], Exception | None] = lambda: None
    job: Callable[[str], ImportStatus] = lambda job_id: ImportStatus(job_id, "COMPLETED")
    calls: list[str] = field(default_factory=list)
    jobs: dict[str, ImportStatus] = field(default_factory=dict)

    def put(self, address: str, reason: str) -> None:
        self._note("put")
        self.entries[address] = reason

    def get(self, address: str) -> str | None:
        self._note("get")
        _refuse_slash(address)
        return self.entries.get(address)

    def delete(self, address: str) -> bool:
        self._note("delete")
        _refuse_slash(address)
        return self.entries.pop(address, None) is not None

    def start_import(self, url: str, operation: Operation) -> str:
        self._note("start_import")
        job_id = f"job-{len(self.jobs) + 1}"
        stored = self.store.objects[url.removeprefix(f"s3://{BUCKET}/")]
        status = self.jobs[job_id] = self.job(job_id)
        if status.status == "COMPLETED":
            for line in stored.splitlines()[status.failed :]:
                self._take(json.loads(line), operation)
        return job_id

    def read_import(self, job_id: str) -> ImportStatus:
        self._note("read_import")
        return self.jobs[job_id]

    def _take(self, record: dict[str, str], operation: Operation) -> None:
        if operation is Operation.DELETE:
            self.entries.pop(record["emailAddress"], None)
        else:
            self.entries[record["emailAddress"]] = record["reason"]

    def _note(self, call: str) -> None:
        self.calls.append(call)
        error = self.draw()
        if error is not None:
            raise error


@dataclass(slots=True)
class RecordsInMemory:
    """Every record of an action that was written, in order."""

    saved: list[SuppressionAction] = field(default_factory=list)

    def save(self, action: SuppressionAction) -> None:
        self.saved.append(action)


def open_list(writer: ListToChange, records: RecordsInMemory | None = None) -> ListAccess:
    """What changing a list takes, without waiting."""
    return ListAccess(
        writer, writer.store, BUCKET, records or RecordsInMemory(), lambda _: None, lambda: NOON
    )


def _refuse_slash(address: str) -> None:
    if "/" in address:
        raise AddressRefusedError("BadRequestException")
