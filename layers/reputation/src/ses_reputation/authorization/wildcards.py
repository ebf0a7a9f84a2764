"""Patterns of policies: `*` stands for any text, `?` for one character."""

import re
from functools import lru_cache

PARTS_OF_AN_ARN = 6


def fits(pattern: str, text: str) -> bool:
    """Return whether a text fits a pattern, capitals distinguished."""
    return bool(_compiled(pattern, ".*", ".").fullmatch(text))


def resource_fits(pattern: str, arn: str) -> bool:
    """Return whether a resource is one that a statement names.

    A wildcard keeps to its part of the ARN, but a `*` at the end of a part matches colons too.
    IAM user guide, "IAM JSON policy elements: Resource".
    """
    # The star before a colon, or at the very end, is the last character of its part.
    opened = re.sub(r"\*(?=:|$)", "\0", pattern)
    return bool(_compiled(opened, "[^:]*", "[^:]").fullmatch(arn))


def arn_fits(pattern: str, arn: str) -> bool:
    """Return whether an ARN fits a pattern, part by part, as ArnLike and ArnEquals compare them.

    IAM user guide, "Amazon Resource Name (ARN) condition operators".
    """
    parts, patterns = _parts(arn), _parts(pattern)
    return len(parts) == len(patterns) == PARTS_OF_AN_ARN and all(map(fits, patterns, parts))


def _parts(arn: str) -> list[str]:
    return arn.split(":", PARTS_OF_AN_ARN - 1)


@lru_cache(maxsize=256)
def _compiled(pattern: str, star: str, mark: str) -> re.Pattern[str]:
    meanings = {"*": star, "?": mark, "\0": ".*"}
    return re.compile("".join(meanings.get(letter) or re.escape(letter) for letter in pattern), re.DOTALL)
