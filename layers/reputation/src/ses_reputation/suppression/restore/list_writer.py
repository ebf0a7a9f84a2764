"""A suppression list that is changed: one address a call, or by SES's import jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore import exceptions as botocore_errors

from ses_reputation.suppression.errors import (
    AddressRefusedError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.restore.actions import Operation

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
# LimitExceeded: "there are too many instances of the specified resource type", which jobs that end will mend.
_THROTTLED = {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
_ABOUT_ONE_ADDRESS = {"PutSuppressedDestination", "GetSuppressedDestination", "DeleteSuppressedDestination"}


@dataclass(frozen=True, slots=True)
class ImportStatus:
    """How far an import job is, in SES's words; message and failed_records_url: "" where SES gives none.

    status: CREATED, PROCESSING, COMPLETED, FAILED or CANCELLED. COMPLETED does not mean that all records were
    taken: `failed` are those that were not. failed_records_url: signed by SES, and lets its holder read them.
    """

    job_id: str
    status: str
    processed: int = 0
    failed: int = 0
    message: str = ""
    failed_records_url: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in ENDED


class ListWriter(Protocol):
    """One list that may be changed.

    Each call raises ListThrottledError, ListUnavailableError or ListRefusedError; the first three also
    AddressRefusedError.
    """

    def put(self, address: str, reason: str) -> None:
        """Add an entry, in place of the one that is there."""

    def get(self, address: str) -> str | None:
        """Return the reason of an entry in exactly this spelling; None where there is none."""

    def delete(self, address: str) -> bool:
        """Remove an entry in exactly this spelling; return whether it was there."""

    def start_import(self, url: str, operation: Operation) -> str:
        """Start an import job for an object of JSON lines, and return its id."""

    def read_import(self, job_id: str) -> ImportStatus:
        """Return how far an import job is."""


@dataclass(frozen=True, slots=True)
class SesListWriter:
    """The list of an account in the client's Region, or of a tenant there."""

    client: "SESV2Client"
    tenant: str = ""

    def put(self, address: str, reason: str) -> None:
        """PutSuppressedDestination."""
        with _translating("PutSuppressedDestination"):
            self._sesv2.put_suppressed_destination(EmailAddress=address, Reason=reason, **self._which)

    def get(self, address: str) -> str | None:
        """GetSuppressedDestination, which does not find another spelling, and answers 404 then."""
        with _translating("GetSuppressedDestination"):
            try:
                answer = self._sesv2.get_suppressed_destination(EmailAddress=address, **self._which)
            except self.client.exceptions.NotFoundException:
                return None
            reason: str = answer["SuppressedDestination"]["Reason"]
            return reason

    def delete(self, address: str) -> bool:
        """DeleteSuppressedDestination, which answers 404 for what is not there."""
        with _translating("DeleteSuppressedDestination"):
            try:
                self._sesv2.delete_suppressed_destination(EmailAddress=address, **self._which)
            except self.client.exceptions.NotFoundException:
                return False
            return True

    def start_import(self, url: str, operation: Operation) -> str:
        """CreateImportJob, which knows no tenant."""
        with _translating("CreateImportJob"):
            job_id: str = self._sesv2.create_import_job(
                ImportDestination={"SuppressionListDestination": {"SuppressionListImportAction": operation}},
                ImportDataSource={"S3Url": url, "DataFormat": "JSON"},
            )["JobId"]
            return job_id

    def read_import(self, job_id: str) -> ImportStatus:
        """GetImportJob; a job that SES does not find yet is one that it cannot answer about now."""
        with _translating("GetImportJob"):
            try:
                job = self._sesv2.get_import_job(JobId=job_id)
            except self.client.exceptions.NotFoundException:
                raise ListUnavailableError(f"SES does not know the import job {job_id}.") from None
        failure = job.get("FailureInfo", {})
        return ImportStatus(
            job_id,
            job["JobStatus"],
            job.get("ProcessedRecordsCount", 0),
            job.get("FailedRecordsCount", 0),
            failure.get("ErrorMessage", ""),
            failure.get("FailedRecordsS3Url", ""),
        )

    @property
    def _sesv2(self) -> Any:
        # The installed types are older than tenants' lists.
        return self.client

    @property
    def _which(self) -> dict[str, str]:
        return {"TenantName": self.tenant} if self.tenant else {}


@contextmanager
def _translating(operation: str) -> Iterator[None]:
    """Turn errors of botocore into ours; their texts hold nothing of SES's, which quotes addresses."""
    try:
        yield
    except botocore_errors.ClientError as error:
        raise _translate(operation, error) from error
    except (botocore_errors.ConnectionError, botocore_errors.HTTPClientError) as error:
        raise ListUnavailableError(f"SES could not be reached: {type(error).__name__}.") from error
    except botocore_errors.BotoCoreError as error:
        raise ListRefusedError(f"SES could not be asked ({operation}): {type(error).__name__}.") from error


def _translate(operation: str, error: botocore_errors.ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == 429 or code in _THROTTLED:
        return ListThrottledError(code)
    if status >= 500 or code in {"RequestTimeout", "RequestExpired"}:
        return ListUnavailableError(f"SES answered {status} {code}.")
    if code == "BadRequestException" and operation in _ABOUT_ONE_ADDRESS:
        return AddressRefusedError(code)
    remedy = f" The caller's role needs ses:{operation} on *." if code.startswith("AccessDenied") else ""
    return ListRefusedError(f"SES refused {operation}: {code}.{remedy}")
