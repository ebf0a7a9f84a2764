"""Tags of mail that are kept: what `ses:tenant-name` and the chosen tags of a mail say.

A name and a value have up to 256 letters, digits, `_` and `-` (API reference, MessageTag). Names of SES
begin with `ses:`, and its values may be domains or addresses. A value that is none of these is left out.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

TENANT = "ses:tenant-name"
"""The tag that SES adds where a mail was sent for a tenant: it is always kept."""

MOST_TAGS = 6
"""How many tags of a mail are kept at most: its tenant, and five that are chosen."""
# With quotes, a comma, and a place in the head of a source.
MOST_TAG_BYTES = 256 + 1 + 256 + 5
MOST_VALUES = 100
"""Of one tag's name, in what one batch holds of an hour, and in an hour's balance of an identity."""
_OTHER = "(other)"


def tag_of(name: str, value: str) -> str:
    """Return a tag as it is kept: `campaign=spring`."""
    return f"{name}={value}"


def name_of_tag(tag: str) -> str:
    """Return the name of a tag: `campaign`."""
    return tag.partition("=")[0]


def other_of(name: str) -> str:
    """Return what stands for values of a name that there is no room for; SES allows no parentheses."""
    return tag_of(name, _OTHER)


def is_other(tag: str) -> bool:
    """Return whether a tag stands for values that there was no room for."""
    return tag.endswith(f"={_OTHER}")


is_name = re.compile(r"(ses:)?[A-Za-z0-9_-]{1,256}").fullmatch
_is_value = re.compile(r"[A-Za-z0-9_.@-]{1,256}").fullmatch


def tags_of(tags: Mapping[str, Any], names: Collection[str]) -> tuple[str, ...]:
    """Return the tags of some names as they are kept, sorted: of each the first value.

    tags: `mail.tags` of an event, lists of values by name.
    """
    found = ((name, tags[name]) for name in names if name in tags)
    return tuple(
        sorted(
            tag_of(name, values[0])
            for name, values in found
            if isinstance(values, list) and values and isinstance(values[0], str) and _is_value(values[0])
        )
    )
