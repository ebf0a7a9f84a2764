"""The quarantine in S3."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.json_text import parse_json
from ses_reputation.quarantine.record import PREFIX, QuarantineRecord

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class QuarantineBucket:
    """Quarantined messages, an object each. `client` makes the S3 client on first use, if any."""

    def __init__(self, client: "Callable[[], S3Client]", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, record: QuarantineRecord) -> None:
        """Store a record; again is harmless. Raises UnavailableError where S3 fails."""
        body = json.dumps(record.to_json(), indent=1).encode()
        with translating_aws_errors():
            self._client().put_object(
                Bucket=self._bucket, Key=record.key, Body=body, ContentType="application/json"
            )

    def keys(self, reason: str = "") -> Iterator[str]:
        """Yield the keys of all records, or of one reason's."""
        pages = self._client().get_paginator("list_objects_v2")
        prefix = f"{PREFIX}{reason}/" if reason else PREFIX
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                yield found["Key"]

    def load(self, key: str) -> QuarantineRecord:
        """Return the record under a key.

        Raises botocore's ClientError where there is no object, and ValueError where it is no record.
        """
        kept = self._client().get_object(Bucket=self._bucket, Key=key)
        return QuarantineRecord.from_json(parse_json(kept["Body"].read()))

    def remove(self, key: str) -> None:
        """Delete the record under a key; again is harmless. Raises UnavailableError where S3 fails."""
        with translating_aws_errors():
            self._client().delete_object(Bucket=self._bucket, Key=key)
