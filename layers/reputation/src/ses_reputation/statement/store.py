"""Where statements are kept: below `statements/` in the stack's bucket. No key holds an address."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.parties import page_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "statements/"
INDEX_PAGE, INDEX = f"{PREFIX}index.html", f"{PREFIX}index.json"
PAGE_TYPE, JSON_TYPE = "text/html; charset=utf-8", "application/json"


def page_key(party: str) -> str:
    """Return the key of a party's page; party: `owner-111122223333`."""
    return f"{PREFIX}{page_of(party)}"


def twin_key(party: str) -> str:
    """Return the key of its JSON twin."""
    return f"{PREFIX}{party}/statement.json"


class StatementStore(Protocol):
    """What publishing needs; see StatementBucket. Each method raises UnavailableError."""

    def put(self, key: str, text: str, content_type: str) -> None:
        """Write an object, over whatever is there."""

    def fetch(self, key: str) -> str | None:
        """Return an object's text; None where there is none."""


class StatementBucket:
    """Statements in the stack's bucket. `client` makes the S3 client on first use."""

    def __init__(self, client: "Callable[[], S3Client]", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, text: str, content_type: str) -> None:
        """PutObject: whole or not at all, so a reader sees one statement or the other."""
        with translating_aws_errors("PutObject"):
            self._client().put_object(
                Bucket=self._bucket, Key=key, Body=text.encode(), ContentType=content_type
            )

    def fetch(self, key: str) -> str | None:
        """GetObject."""
        try:
            with translating_aws_errors("GetObject"):
                found = self._client().get_object(Bucket=self._bucket, Key=key)
                return found["Body"].read().decode()
        except UnavailableError as error:
            if str(error) == "GetObject NoSuchKey":
                return None
            raise


def as_text(plain: object) -> str:
    """Return plain JSON as the text of an object."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"
