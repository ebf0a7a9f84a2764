"""The stack's bucket with all versions of its objects, which forgetting has to reach, too."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.snapshot.superseding import TaggingStore
from ses_reputation.suppression.store import SUPERSEDED, S3SnapshotStore

_GONE = ("NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405")


class ObjectVersion(NamedTuple):
    """One version of an object; is_current: the one that a plain read gives."""

    key: str
    version_id: str
    is_current: bool


class ErasableStore(TaggingStore, Protocol):
    """A store of objects whose versions can be read and deleted. Raises UnavailableError."""

    def list_versions(self, prefix: str = "") -> Iterator[ObjectVersion]:
        """Yield all versions under a prefix, by key, the newest first. Delete markers are none."""

    def fetch_version(self, version: ObjectVersion) -> bytes | None:
        """Read a version; None where it is gone meanwhile."""

    def delete_version(self, version: ObjectVersion) -> None:
        """Delete a version for good, so that nothing brings it back."""

    def put_like(self, key: str, body: bytes, *, is_superseded: bool) -> None:
        """Write an object that is marked as superseded from its first moment, or not."""

    def renew(self, key: str, *, is_superseded: bool) -> bool:
        """Write an object over itself, as `put_like` does, and leave no older version of it.

        Returns whether there is such an object.
        """


class S3ErasableStore(S3SnapshotStore):
    """An ErasableStore in one S3 bucket.

    A deletion without a version only puts a delete marker in front of it, and one with a version is for good
    (S3 user guide, "Deleting object versions from a versioning-enabled bucket").
    """

    __slots__ = ()

    def list_versions(self, prefix: str = "") -> Iterator[ObjectVersion]:
        """ListObjectVersions."""
        pages = self.client.get_paginator("list_object_versions")
        with translating_aws_errors("ListObjectVersions"):
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                for each in page.get("Versions", []):
                    yield ObjectVersion(each["Key"], each["VersionId"], each["IsLatest"])

    def fetch_version(self, version: ObjectVersion) -> bytes | None:
        """GetObject with a version."""
        try:
            with translating_aws_errors("GetObjectVersion"):
                answer = self.client.get_object(
                    Bucket=self.bucket, Key=version.key, VersionId=version.version_id
                )
                return answer["Body"].read()
        except UnavailableError as error:
            if str(error).endswith(_GONE):
                return None
            raise

    def delete_version(self, version: ObjectVersion) -> None:
        """DeleteObject with a version."""
        with translating_aws_errors("DeleteObjectVersion"):
            self.client.delete_object(Bucket=self.bucket, Key=version.key, VersionId=version.version_id)

    def put_like(self, key: str, body: bytes, *, is_superseded: bool) -> None:
        """PutObject with tags, which are there with the object."""
        with translating_aws_errors("PutObject"):
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=body, **_tags(is_superseded=is_superseded)
            )

    def renew(self, key: str, *, is_superseded: bool) -> bool:
        """CopyObject onto itself, which S3 takes where metadata are replaced (API reference, CopyObject)."""
        try:
            with translating_aws_errors("CopyObject"):
                self.client.copy_object(
                    Bucket=self.bucket,
                    Key=key,
                    CopySource={"Bucket": self.bucket, "Key": key},
                    MetadataDirective="REPLACE",
                    TaggingDirective="REPLACE",
                    **_tags(is_superseded=is_superseded),
                )
        except UnavailableError as error:
            if str(error).endswith(_GONE):
                return False
            raise
        for version in self.list_versions(key):
            if version.key == key and not version.is_current:
                self.delete_version(version)
        return True


def _tags(*, is_superseded: bool) -> Any:
    return {"Tagging": "=".join(SUPERSEDED)} if is_superseded else {}
