"""As much of S3's client as statements ask for, in memory; tests/contract holds it to the real one."""

import hashlib
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "operation")


class InMemoryObjectClient:
    """One bucket, whatever its name; objects by key."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise _error("404")
        return self.objects[Key]

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise _error("NoSuchKey")
        return self.objects[Key] | {"Body": BytesIO(self.objects[Key]["Body"])}

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str = "binary/octet-stream",
        Metadata: dict[str, str] | None = None,
        IfMatch: str = "",
        IfNoneMatch: str = "",
    ) -> dict[str, Any]:
        there = self.objects.get(Key)
        if IfMatch and not there:
            raise _error("NoSuchKey")
        if (there and IfNoneMatch) or (there and IfMatch and there["ETag"] != IfMatch):
            raise _error("PreconditionFailed")
        etag = f'"{hashlib.md5(Body, usedforsecurity=False).hexdigest()}"'
        self.objects[Key] = {
            "Body": Body, "ContentType": ContentType, "Metadata": Metadata or {}, "ETag": etag
        }  # fmt: skip
        return {"ETag": etag}

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        self.objects.pop(Key, None)
