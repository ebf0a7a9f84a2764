"""Where statements are kept: below `statements/` in the stack's bucket. No key holds an address."""

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from ses_reputation.aws.dynamodb import time_text
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import OvertakenError, UnavailableError
from ses_reputation.parties import page_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "statements/"
INDEX_PAGE, INDEX = f"{PREFIX}index.html", f"{PREFIX}index.json"
_MADE_AT = "made-at"
_ATTEMPTS = 5
# HeadObject has no body to name its error in, only a status.
_MISSING = {"NoSuchKey", "404"}
_REFUSED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
PAGE_TYPE, JSON_TYPE = "text/html; charset=utf-8", "application/json"


def page_key(party: str) -> str:
    """Return the key of a party's page; party: `owner-111122223333`."""
    return f"{PREFIX}{page_of(party)}"


def twin_key(party: str) -> str:
    """Return the key of its JSON twin."""
    return f"{PREFIX}{party}/statement.json"


class StatementStore(Protocol):
    """What publishing needs; see StatementBucket. Each method raises UnavailableError."""

    def put(self, key: str, text: str, content_type: str, made_at: datetime) -> None:
        """Write an object, unless one that was made later is there: then raise OvertakenError."""

    def fetch(self, key: str) -> str | None:
        """Return an object's text; None where there is none."""


class StatementBucket:
    """Statements in the stack's bucket. `client` makes the S3 client on first use."""

    def __init__(self, client: "Callable[[], S3Client]", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, text: str, content_type: str, made_at: datetime) -> None:
        """PutObject, if what is there is still what HeadObject found, and was not made later.

        Whole or not at all, so a reader sees one statement or the other. S3 refuses what was overtaken
        between the two calls (S3 user guide, "How to prevent object overwrites with conditional writes"),
        also where another write is not over yet, or the object was deleted: then it is looked at again.
        """
        for _ in range(_ATTEMPTS):
            condition = self._unless_overtaken(key, made_at)
            answer = self._ask(
                "put_object",
                _REFUSED,
                Key=key,
                Body=text.encode(),
                ContentType=content_type,
                Metadata={_MADE_AT: time_text(made_at)},
                **condition,
            )
            if answer:
                return
        raise UnavailableError("PutObject ConditionalRequestConflict")

    def fetch(self, key: str) -> str | None:
        """GetObject."""
        with translating_aws_errors("GetObject"):
            found = self._ask("get_object", _MISSING, Key=key)
            return found["Body"].read().decode() if found else None

    def _unless_overtaken(self, key: str, made_at: datetime) -> dict[str, str]:
        """Return the condition of a write over what is there; of an earlier version of ours has no time."""
        found = self._ask("head_object", _MISSING, Key=key)
        if not found:
            return {"IfNoneMatch": "*"}
        if found["Metadata"].get(_MADE_AT, "") > time_text(made_at):
            raise OvertakenError(f"{key} is of a later run")
        return {"IfMatch": found["ETag"]}

    def _ask(self, method: str, expected: Collection[str], **request: Any) -> Any | None:
        """Return S3's answer; None where it refuses with one of the codes that are expected."""
        action = method.title().replace("_", "")
        try:
            with translating_aws_errors(action):
                return getattr(self._client(), method)(Bucket=self._bucket, **request)
        except UnavailableError as error:
            if str(error).removeprefix(f"{action} ") in expected:
                return None
            raise


def as_text(plain: object) -> str:
    """Return plain JSON as the text of an object."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"
