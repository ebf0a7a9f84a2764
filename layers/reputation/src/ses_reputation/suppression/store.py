"""Where snapshots are kept: what they need of an object store, and S3."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from ses_reputation.aws.clients import KEEPING_SNAPSHOTS, connect
from ses_reputation.suppression.errors import SnapshotCorruptError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_CONFLICT_ATTEMPTS = 5
_MISSING = {"NoSuchKey", "404"}
_BEHIND_THE_END = {"InvalidRange", "416"}
# An object that its lifecycle removed has a delete marker in its place, which takes no tags.
_GONE = _MISSING | {"MethodNotAllowed", "405"}
SUPERSEDED = ("superseded", "true")
"""The tag that the bucket's lifecycle rules for snapshots ask for, in template.yaml."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object's bytes, and the version mark that `put_if_unchanged` compares."""

    body: bytes
    version: str


class SnapshotStore(Protocol):
    """An object store with conditional writes. No key ever holds an address."""

    def put(self, key: str, body: bytes) -> None:
        """Write an object, over whatever is there."""

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write an object that is not there yet; return whether it was written."""

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        """Write over the very version that was fetched; return whether it was written."""

    def fetch(self, key: str) -> StoredObject | None:
        """Read a whole object, or None where there is none."""

    def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
        """Read an object in windows of so many bytes, from an offset on; nothing where it ends there.

        Raises SnapshotCorruptError where there is no object.
        """

    def list_folders(self, prefix: str) -> Iterator[str]:
        """Name the folders right under a prefix that ends in a slash, in order."""


@dataclass(frozen=True, slots=True)
class S3SnapshotStore:
    """Snapshots in one S3 bucket."""

    client: "S3Client"
    bucket: str

    def put(self, key: str, body: bytes) -> None:
        """PutObject."""
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """PutObject with `If-None-Match: *`."""
        return self._try_put(key, body, IfNoneMatch="*")

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        """PutObject with `If-Match` on the ETag."""
        return self._try_put(key, body, IfMatch=version)

    def fetch(self, key: str) -> StoredObject | None:
        """GetObject."""
        answer = self._get(key)
        return StoredObject(answer["Body"].read(), answer["ETag"]) if answer else None

    def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
        """GetObject by ranges: no connection stays open while the merge is busy with other parts."""
        size = start + 1
        while start < size:
            try:
                answer = self._get(key, Range=f"bytes={start}-{start + window_bytes - 1}")
            except ClientError as error:
                if _error_code(error) in _BEHIND_THE_END:
                    return
                raise
            if answer is None:
                raise SnapshotCorruptError(f"{key} is missing.")
            window, size = answer["Body"].read(), int(answer["ContentRange"].rpartition("/")[2])
            start += len(window)
            yield window

    def list_folders(self, prefix: str) -> Iterator[str]:
        """ListObjectsV2 with a delimiter."""
        paginator = self.client.get_paginator("list_objects_v2")
        for page in paginator.paginate(Bucket=self.bucket, Prefix=prefix, Delimiter="/"):
            for folder in page.get("CommonPrefixes", []):
                yield folder["Prefix"].removeprefix(prefix).rstrip("/")

    def list_keys(self, prefix: str) -> Iterator[str]:
        """ListObjectsV2."""
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for each in page.get("Contents", []):
                yield each["Key"]

    def is_superseded(self, key: str) -> bool:
        """GetObjectTagging."""
        try:
            tags = self.client.get_object_tagging(Bucket=self.bucket, Key=key)["TagSet"]
        except ClientError as error:
            if _error_code(error) in _GONE:
                return True
            raise
        return any((tag["Key"], tag["Value"]) == SUPERSEDED for tag in tags)

    def mark_superseded(self, key: str) -> None:
        """PutObjectTagging, which replaces all tags: nothing else sets any."""
        name, value = SUPERSEDED
        try:
            self.client.put_object_tagging(
                Bucket=self.bucket, Key=key, Tagging={"TagSet": [{"Key": name, "Value": value}]}
            )
        except ClientError as error:
            if _error_code(error) not in _GONE:
                raise

    def _try_put(self, key: str, body: bytes, **condition: Any) -> bool:
        for _ in range(_CONFLICT_ATTEMPTS):
            try:
                self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **condition)
            except ClientError as error:
                code = _error_code(error)
                # Two conditional writes at once: S3 asks the one it turned away to look again.
                if code == "ConditionalRequestConflict":
                    continue
                if code in {"PreconditionFailed", "412"} | _MISSING:
                    return False
                raise
            return True
        return False

    def _get(self, key: str, **options: Any) -> Any | None:
        try:
            return self.client.get_object(Bucket=self.bucket, Key=key, **options)
        except ClientError as error:
            if _error_code(error) in _MISSING:
                return None
            raise


def connect_store(bucket: str, region: str | None = None) -> S3SnapshotStore:
    """Make the client once for a function or a command; AWS_ENDPOINT_URL is honoured by botocore."""
    return S3SnapshotStore(connect("s3", region_name=region, config=KEEPING_SNAPSHOTS), bucket)


def _error_code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
