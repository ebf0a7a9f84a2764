"""Changes made by SES's import jobs: one file after another, each followed to its end."""

from collections.abc import Callable
from dataclasses import dataclass

from ses_reputation.suppression.restore.import_files import ImportFile
from ses_reputation.suppression.restore.list_writer import ImportStatus, ListWriter
from ses_reputation.suppression.restore.paced_calls import PacedCalls
from ses_reputation.suppression.store import SnapshotStore

POLL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An import file and how its job ended."""

    file_key: str
    records: int
    status: ImportStatus

    @property
    def failed(self) -> int:
        """How many of its records were not taken: SES calls a job COMPLETED whose records all failed."""
        if self.status.status == "COMPLETED":
            return self.status.failed
        return self.records - max(0, self.status.processed - self.status.failed)


def start_import(
    store: SnapshotStore, bucket: str, writer: ListWriter, calls: PacedCalls, file: ImportFile
) -> str:
    """Store a file and start its import job; return the job's id."""
    store.put(file.key, file.body)
    return calls.make(lambda: writer.start_import(f"s3://{bucket}/{file.key}", file.operation))


def follow_import(
    writer: ListWriter, calls: PacedCalls, job_id: str, on_progress: Callable[[ImportStatus], None]
) -> ImportStatus:
    """Wait for the end of a job; who stops waiting does not stop the job."""
    while True:
        status = calls.make(lambda: writer.read_import(job_id))
        on_progress(status)
        if status.has_ended:
            return status
        calls.pace.sleep(POLL_SECONDS)
