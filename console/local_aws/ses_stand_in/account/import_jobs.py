"""Import jobs: an object of addresses, read from the surrounding AWS under the bucket's policy.

Facts F16 of the field's cases. A job is done when it is created, and shows as CREATED and PROCESSING to
whoever asks first. What is documented nowhere is taken the strict way: a bucket of another Region, and too
many records, fail the job. Records that failed are listed in an object of SES's own, behind a URL that it
signs (SES v2 API reference, FailureInfo), however the job ended; how they look there is documented nowhere.
"""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from console.local_aws.ses_stand_in.account.import_objects import (
    ObjectUnreadableError,
    read_object,
    sign_failed_records,
)
from console.local_aws.ses_stand_in.account.suppressed_destinations import (
    put_row,
    refuse_in_sandbox,
    stored_spelling,
)
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, page, present
from console.local_aws.ses_stand_in.refusals import (
    RefusedRequestError,
    bad_request,
    limit_exceeded,
    not_found,
)

_URL = re.compile(r"s3://([^/]+)/(.*?([^/]+)/?)")
_MOST_RECORDS = {"PUT": 100_000, "DELETE": 10_000}
# SES developer guide, "Service quotas in Amazon SES": concurrent import jobs.
_MOST_JOBS = 20
_BEFORE_THE_END = ("CREATED", "PROCESSING")


class _Record(NamedTuple):
    """A line, and what it says; None where it says it wrongly."""

    line: str
    address: str | None
    reason: str | None


@dataclass(slots=True)
class StandInImportJob:
    """One job: what was asked for, and how it ends. `answers` counts how often somebody asked about it."""

    job_id: str
    source: dict[str, str]
    destination: dict[str, Any]
    created_at: datetime
    status: str = "COMPLETED"
    processed: int = 0
    failed: int = 0
    message: str = ""
    failed_records_url: str = ""
    answers: int = 0

    @property
    def shown_status(self) -> str:
        """The status for the next who asks."""
        return _BEFORE_THE_END[self.answers] if self.answers < len(_BEFORE_THE_END) else self.status


def create_import_job(call: Call) -> Answer:
    """Start a job for a suppression list; not in the sandbox, and not for tenants."""
    refuse_in_sandbox(call)
    source, destination = call.asked["ImportDataSource"], call.asked["ImportDestination"]
    action = destination.get("SuppressionListDestination", {}).get("SuppressionListImportAction")
    if action not in _MOST_RECORDS or source.get("DataFormat") not in {"CSV", "JSON"}:
        raise bad_request("The import destination or the data format is not valid.")
    if not _URL.fullmatch(source.get("S3Url", "")):
        raise bad_request("The S3 URL is not valid.")
    jobs = call.account.import_jobs
    if sum(job.shown_status in _BEFORE_THE_END for job in jobs.values()) >= _MOST_JOBS:
        raise limit_exceeded("Too many import jobs.")
    job = StandInImportJob(str(uuid.uuid4()), source, destination, datetime.now(UTC))
    jobs[job.job_id] = job
    _run(call, job, action)
    return {"JobId": job.job_id}


def get_import_job(call: Call) -> Answer:
    """Return how far a job is."""
    job = call.account.import_jobs.get(call.asked["JobId"])
    if job is None:
        raise not_found(f"Import job {call.asked['JobId']} does not exist.")
    shown = job.shown_status
    job.answers += 1
    if shown in _BEFORE_THE_END:
        return _describe(job, shown)
    said = present(ErrorMessage=job.message or None, FailedRecordsS3Url=job.failed_records_url or None)
    failure = {"FailureInfo": said} if said else {}
    return _describe(job, shown) | failure | {"CompletedTimestamp": job.created_at}


def list_import_jobs(call: Call) -> Answer:
    """Return the jobs of the caller, newest first; not in the sandbox."""
    refuse_in_sandbox(call)
    jobs = sorted(call.account.import_jobs.values(), key=lambda job: job.created_at, reverse=True)
    rows, token = page(jobs, call.asked)
    summaries = [_describe(job, job.shown_status) for job in rows]
    for summary in summaries:
        del summary["ImportDataSource"]
    return present(ImportJobs=summaries, NextToken=token)


OPERATIONS: Operations = {
    "CreateImportJob": create_import_job,
    "GetImportJob": get_import_job,
    "ListImportJobs": list_import_jobs,
}


def _run(call: Call, job: StandInImportJob, action: str) -> None:
    bucket, key = _URL.fullmatch(job.source["S3Url"]).groups()[:2]  # type: ignore[union-attr]
    try:
        body = read_object(call, bucket, key)
        records = list(_read_records(body.decode(), job.source["DataFormat"], action))
    except ObjectUnreadableError as error:
        job.status, job.message = "FAILED", str(error)
        return
    except UnicodeDecodeError:
        job.status, job.message = "FAILED", "The object is not UTF-8."
        return
    if len(records) > _MOST_RECORDS[action]:
        job.status, job.message = "FAILED", f"More than {_MOST_RECORDS[action]} records."
        return
    failed = [record.line for record in records if not _apply(call, record, action)]
    job.processed, job.failed = len(records), len(failed)
    if failed:
        job.failed_records_url = sign_failed_records(call, job.job_id, failed)


def _apply(call: Call, record: _Record, action: str) -> bool:
    if record.address is None:
        return False
    if action == "DELETE":
        # Removing what is not there is taken for done: nothing says what SES makes of it.
        call.account.addresses.delete(stored_spelling(record.address))
        return True
    try:
        put_row(call.account.addresses, record.address, record.reason or "")
    except RefusedRequestError:
        return False
    return True


def _read_records(text: str, data_format: str, action: str) -> Iterator[_Record]:
    for line in text.split("\n"):
        if line.strip():
            yield _read_csv(line, action) if data_format == "CSV" else _read_json(line)


def _read_csv(line: str, action: str) -> _Record:
    """Read `address,REASON` or `address`, with nothing trimmed: a blank after the comma fails (A54)."""
    fields = line.split(",")
    if action == "DELETE":
        return _Record(line, fields[0] if len(fields) == 1 and "@" in line else None, None)
    return _Record(line, *fields) if len(fields) == 2 else _Record(line, None, None)


def _read_json(line: str) -> _Record:
    try:
        fields = json.loads(line)
    except ValueError:
        return _Record(line, None, None)
    texts = ((fields.get(name) if isinstance(fields, dict) else None) for name in ("emailAddress", "reason"))
    return _Record(line, *(text if isinstance(text, str) else None for text in texts))


def _describe(job: StandInImportJob, status: str) -> dict[str, Any]:
    is_over = status not in _BEFORE_THE_END
    return {
        "JobId": job.job_id,
        "JobStatus": status,
        "ImportDestination": job.destination,
        "ImportDataSource": job.source,
        "CreatedTimestamp": job.created_at,
        "ProcessedRecordsCount": job.processed if is_over else 0,
        "FailedRecordsCount": job.failed if is_over else 0,
    }
