"""A second, slower reading of an event that does not fit: a part that nobody can use costs only itself.

Text of strangers stands in events: diagnostics of their mail servers, headers cut amid a character, addresses
that a provider blanked. What SES itself writes of the mail (who sent it, when, with what) is never mended:
who may report a mail, and where it counts, depends on it.
"""

import json
from collections.abc import Collection, Mapping
from re import DOTALL, Match
from re import compile as pattern
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import SchemaValidator

from ses_reputation.feedback.events import EVENT, Event
from ses_reputation.feedback.observations import RECIPIENT
from ses_reputation.json_text import parse_json

CHARACTER = "half a character"
"""What is said to be left out where a text is cut amid one."""
_BLOCKS: Mapping[str, str] = {
    "Send": "send",
    "Delivery": "delivery",
    "Bounce": "bounce",
    "Complaint": "complaint",
    "DeliveryDelay": "deliveryDelay",
    "Reject": "reject",
    "Rendering Failure": "failure",
}
_LISTS = ("destination", "recipients", "bouncedRecipients", "complainedRecipients", "delayedRecipients")
_escapes_in = pattern(r"\\(?:u[0-9A-Fa-f]{0,4}|.)", DOTALL).sub
_WHOLE_ESCAPE = len(r"\u0000")
# Control characters that JSON wants escaped stand as they are in what some tools copy.
_decode = json.JSONDecoder(strict=False).decode

Place = tuple[str | int, ...]
"""The keys that lead to something in an event: `("bounce", "bouncedRecipients", 0, "status")`."""


class Mended(NamedTuple):
    """An event, and what it was read without: each part's name, as often as it was met."""

    event: Event
    left_out: tuple[str, ...]


def mend_event(text: str, reader: SchemaValidator = EVENT) -> Mended | None:
    """Return the event in a text without the parts of it that cannot be used.

    None where the text holds no event of a known type, or the ledger cannot do without what is unusable.
    """
    content, left_out = _whole_characters(text)
    block = _block_of(content)
    if not block:
        return None
    try:
        return Mended(reader.validate_python(content), tuple(left_out))
    except ValidationError as error:
        misfits = [each["loc"] for each in error.errors(include_url=False)]
    if not all(_is_dispensable(place, block) for place in misfits):
        return None
    left_out += _cut_out(content, dict.fromkeys(_unusable_whole(place, block) for place in misfits))
    _drop_nobody(content["mail"])
    _drop_nobody(content.get(block))
    return Mended(reader.validate_python(content), tuple(left_out))


def _whole_characters(text: str) -> tuple[Any, list[str]]:
    """Return the JSON in a text, with `?` for each character of which it holds a half; None where it is none.

    JSON writes a character beyond the first 65,536 as two escapes, and who cuts a text may cut amid them.
    """
    escaped = _escapes_in(_whole_escape, text)
    try:
        dumped = json.dumps(_decode(escaped), ensure_ascii=False)
        whole = dumped.encode(errors="replace").decode()
        content = parse_json(whole)
    except (ValueError, RecursionError):
        return None, []
    return content, [] if escaped == text and whole == dumped else [CHARACTER]


def _whole_escape(escape: Match[str]) -> str:
    is_cut = escape[0].startswith(r"\u") and len(escape[0]) < _WHOLE_ESCAPE
    return "?" if is_cut else escape[0]


def _block_of(content: Any) -> str:
    """Return the name of the block that an event's type promises; empty where it is of no known type."""
    if not isinstance(content, dict):
        return ""
    event_type = content.get("eventType") or content.get("notificationType")
    return _BLOCKS.get(event_type, "") if isinstance(event_type, str) else ""


def _is_dispensable(place: Place, block: str) -> bool:
    """Return whether the ledger can do without what stands at a place.

    A list of recipients is indispensable, each of them is not.
    """
    if place[0] == "mail":
        return place[1:] == ("source",) or (place[1:2] == ("destination",) and len(place) > 2)
    if place[0] == block:
        return len(place) > 2 or (len(place) == 2 and place[1] not in _LISTS)
    return place[0] in _BLOCKS.values()


def _unusable_whole(place: Place, block: str) -> Place:
    """Return the place of what is unusable as a whole: another block, or a recipient without its address."""
    if place[0] not in (block, "mail"):
        return place[:1]
    return place[:3] if place[3:] == ("emailAddress",) else place


def _cut_out(content: Any, places: Collection[Place]) -> list[str]:
    """Put null into places, all of which may be empty; return what is left out by that."""
    # What lies deeper comes first: later it may be part of something that is cut out.
    for *parents, last in sorted(places, key=len, reverse=True):
        parent = content
        for key in parents:
            parent = parent[key]
        parent[last] = None
    return [
        RECIPIENT if isinstance(place[-1], int) else ".".join(key for key in place if isinstance(key, str))
        for place in places
    ]


def _drop_nobody(block: Any) -> None:
    for name in _LISTS:
        if isinstance(block, dict) and isinstance(block.get(name), list):
            block[name] = [each for each in block[name] if each is not None]
