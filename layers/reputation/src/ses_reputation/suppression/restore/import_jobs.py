"""Changes made by SES's import jobs: one file a job, some jobs at a time, each followed to its end.

SES lets an account have 20 import jobs at work in a Region, of any kind (developer guide, "Service quotas
in Amazon SES", miscellaneous). Half of them are used here: others may import as well, and each look at a job
takes one of the calls that SES gives an account, about one a second. One job too many is refused with
LimitExceededException (SES v2 API reference, CreateImportJob), and waits. Files of an action name different
spellings, so the order in which SES takes them changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ses_reputation.suppression.restore.import_files import ImportFile
from ses_reputation.suppression.restore.list_writer import ImportStatus, ListWriter
from ses_reputation.suppression.restore.paced_calls import PacedCalls
from ses_reputation.suppression.store import SnapshotStore

POLL_SECONDS = 5.0
JOBS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An import file and how its job ended, or how far it is."""

    file_key: str
    records: int
    status: ImportStatus

    @property
    def failed(self) -> int:
        """How many of its records were not taken: SES calls a job COMPLETED whose records all failed."""
        if self.status.status == "COMPLETED":
            return self.status.failed
        return self.records - max(0, self.status.processed - self.status.failed)


@dataclass(slots=True)
class ImportJobs:
    """The jobs of one list.

    on_started: is given the id of each job before anything else is asked. on_progress: how many records SES
    has dealt with, and what is under way. ended: in the order of their ends.
    """

    store: SnapshotStore
    bucket: str
    writer: ListWriter
    calls: PacedCalls
    on_started: Callable[[str], None]
    on_progress: Callable[[int, str], None]
    ended: list[ImportedFile] = field(default_factory=list)
    _running: dict[str, ImportedFile] = field(default_factory=dict)

    def run(self, files: Iterator[ImportFile]) -> None:
        """Import files; who stops waiting does not stop jobs that run.

        The first goes alone, and after one that did not complete no other is started: what keeps SES from
        one file keeps it from all. Raises ListRefusedError and ListUnavailableError.
        """
        while self._start_some(files) or self._running:
            self._look()
            if self._running:
                self.calls.pace.sleep(POLL_SECONDS)

    def _start_some(self, files: Iterator[ImportFile]) -> bool:
        """Start what may run beside the others; return whether any was started."""
        most, before = (JOBS_AT_ONCE if self.ended else 1), len(self._running)
        while len(self._running) < most and self._is_all_well and (file := next(files, None)):
            self._start(file)
        return len(self._running) > before

    @property
    def _is_all_well(self) -> bool:
        return all(each.status.status == "COMPLETED" for each in self.ended)

    def _start(self, file: ImportFile) -> None:
        self.store.put(file.key, file.body)
        url = f"s3://{self.bucket}/{file.key}"
        job_id = self.calls.make(lambda: self.writer.start_import(url, file.operation))
        self._running[job_id] = ImportedFile(file.key, file.records, ImportStatus(job_id, "CREATED"))
        self.on_started(job_id)

    def _look(self) -> None:
        """Ask about each running job."""
        for job_id, known in list(self._running.items()):
            status = self.calls.make(lambda: self.writer.read_import(job_id))  # noqa: B023
            seen = ImportedFile(known.file_key, known.records, status)
            if status.has_ended:
                del self._running[job_id]
                self.ended.append(seen)
            else:
                self._running[job_id] = seen
            self.on_progress(self._processed, f"import job {status.status}")

    @property
    def _processed(self) -> int:
        ended = sum(each.records for each in self.ended)
        return ended + sum(each.status.processed for each in self._running.values())
