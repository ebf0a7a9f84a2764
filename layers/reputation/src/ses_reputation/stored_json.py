"""JSON that is stored: written the same for equal values, and read with a clear error."""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, PlainSerializer

from ses_reputation.aws.dynamodb import Row
from ses_reputation.errors import StateError, describe_misfit

StoredTime = Annotated[
    datetime, PlainSerializer(datetime.isoformat), AfterValidator(lambda at: at.astimezone(UTC))
]
"""An aware UTC time, in JSON as `2026-11-22T10:05:00+00:00`."""

FORMAT = 1
"""How these items are written; a change that this code could not read counts it up."""


def plain_text(plain: Any) -> str:
    """Return plain JSON as text, the same for equal values."""
    return json.dumps(plain, separators=(",", ":"), sort_keys=True, ensure_ascii=False, allow_nan=False)


def every_field(shape: type, plain: Mapping[str, Any], **known: Any) -> dict[str, Any]:
    """Return the fields of a dataclass, as known or else from JSON. Raises KeyError where one is missing.

    What has a default for its maker was still written: pydantic alone would not miss it.
    """
    names = [each.name for each in fields(shape) if each.name not in known]
    return {name: plain[name] for name in names} | known


@contextmanager
def reading(row: Row) -> Iterator[None]:
    """Turn what goes wrong inside into StateError with the item's keys; refuse items of a newer format."""
    name = f"{row['pk']['S']} / {row['sk']['S']}"
    number = int(row.get("format", {}).get("N", "0"))
    if number > FORMAT:
        raise StateError(f"{name} has format {number}, newer than this code: upgrade the functions")
    try:
        yield
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        what = describe_misfit(error) or type(error).__name__
        raise StateError(f"{name} cannot be read ({what}): delete it to rebuild it") from error
