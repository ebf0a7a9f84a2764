"""Import jobs side by side: the first alone, then some at a time, and none after one that failed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from ses_reputation.suppression.errors import ListRefusedError, ListThrottledError
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore.actions import Operation
from ses_reputation.suppression.restore.import_files import ImportFile
from ses_reputation.suppression.restore.import_jobs import JOBS_AT_ONCE, ImportJobs
from ses_reputation.suppression.restore.list_writer import ImportStatus
from ses_reputation.suppression.restore.paced_calls import PacedCalls
from tests.support.in_memory.suppressed_list import BUCKET, ListToChange
from tests.support.in_memory.suppression import MemoryStore

RECORDS = 3


@dataclass(slots=True)
class SlowJobs(ListToChange):
    """Jobs that end when they are asked about for so many times, and a limit to how many are at work.

    ends: the status of some, by number.
    """

    looks: int = 3
    most: int = 1_000
    ends: dict[int, str] = field(default_factory=dict)
    at_work: set[str] = field(default_factory=set)
    most_seen: int = 0
    asked: Counter[str] = field(default_factory=Counter)

    def start_import(self, url: str, operation: Operation) -> str:
        if len(self.at_work) == self.most:
            # SES has a limit that is its own, and jobs of others end too.
            self.at_work.pop()
            raise ListThrottledError("LimitExceededException")
        job_id = ListToChange.start_import(self, url, operation)
        self.at_work.add(job_id)
        self.most_seen = max(self.most_seen, len(self.at_work))
        return job_id

    def read_import(self, job_id: str) -> ImportStatus:
        self.calls.append("read_import")
        self.asked[job_id] += 1
        if self.asked[job_id] < self.looks:
            return ImportStatus(job_id, "PROCESSING", processed=1)
        self.at_work.discard(job_id)
        number = int(job_id.removeprefix("job-"))
        return ImportStatus(job_id, self.ends.get(number, "COMPLETED"), processed=RECORDS)


@dataclass(slots=True)
class Import:
    """One run over so many files, with what was seen of it."""

    ses: SlowJobs
    files: int
    made: int = 0
    started: list[str] = field(default_factory=list)
    progress: list[int] = field(default_factory=list)

    def run(self) -> ImportJobs:
        store = self.ses.store = MemoryStore()
        calls = PacedCalls(Pace(sleep=lambda _: None))
        jobs = ImportJobs(
            store,
            BUCKET,
            self.ses,
            calls,
            self.started.append,
            lambda done, _: self.progress.append(done),
        )
        jobs.run(self._files())
        return jobs

    def _files(self) -> Iterator[ImportFile]:
        for number in range(self.files):
            self.made += 1
            # A file is up to 10 MB: none is made before it is its turn.
            assert self.made == len(self.started) + 1
            rows = (
                f'{{"emailAddress":"{number}-{row}@example.com","reason":"BOUNCE"}}\n' for row in range(3)
            )
            yield ImportFile(f"put-{number}.ndjson", Operation.PUT, RECORDS, "".join(rows).encode())


def test_after_a_first_one_jobs_run_side_by_side_and_never_more_than_so_many() -> None:
    imported = Import(SlowJobs(), files=25)
    jobs = imported.run()

    assert len(jobs.ended) == 25
    assert len(imported.ses.entries) == 25 * RECORDS
    # Of the 20 that SES allows.
    assert imported.ses.most_seen == JOBS_AT_ONCE == 10
    # The first is alone until it has ended.
    assert imported.ses.calls[:6] == ["start_import", *["read_import"] * 3, *["start_import"] * 2]


def test_progress_only_grows_and_ends_with_all_records() -> None:
    imported = Import(SlowJobs(), files=25)
    imported.run()

    # One record of a job that runs, then two more looks at it.
    assert imported.progress[:3] == [1, 1, RECORDS]
    assert imported.progress == sorted(imported.progress)
    assert imported.progress[-1] == 25 * RECORDS


def test_what_fails_the_first_job_is_not_tried_with_the_next() -> None:
    imported = Import(SlowJobs(ends={1: "FAILED"}), files=25)
    jobs = imported.run()

    assert (imported.started, [each.status.status for each in jobs.ended]) == (["job-1"], ["FAILED"])


def test_after_a_failure_those_that_run_are_followed_to_their_ends_and_no_other_is_started() -> None:
    imported = Import(SlowJobs(ends={3: "FAILED"}), files=25)
    jobs = imported.run()

    assert imported.started == [f"job-{number}" for number in range(1, 2 + JOBS_AT_ONCE)]
    assert Counter(each.status.status for each in jobs.ended) == {"COMPLETED": JOBS_AT_ONCE, "FAILED": 1}


def test_a_limit_of_ses_below_ours_makes_jobs_wait_and_loses_none() -> None:
    imported = Import(SlowJobs(most=2), files=7)
    jobs = imported.run()

    assert (len(jobs.ended), imported.ses.most_seen) == (7, 2)
    assert len(imported.ses.entries) == 7 * RECORDS


def test_a_refusal_ends_it_and_every_job_that_was_started_is_known() -> None:
    left = iter([None] * 4 + [ListRefusedError("AccessDenied")])
    ses = SlowJobs(looks=1, draw=lambda: next(left, None))
    imported = Import(ses, files=25)

    with pytest.raises(ListRefusedError):
        imported.run()
    assert imported.started == ["job-1", "job-2", "job-3", "job-4"]


def test_without_files_nothing_is_asked() -> None:
    imported = Import(SlowJobs(), files=0)

    assert (imported.run().ended, imported.ses.calls) == ([], [])
