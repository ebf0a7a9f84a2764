"""One suppressed destination, and the line that stands for it in every part."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from json.encoder import encode_basestring_ascii as quote
from re import ASCII
from re import compile as pattern
from typing import NamedTuple

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.forgotten import address_in, name_address

_START, _FORGOTTEN_START = '{"EmailAddress":"', '{"Forgotten":"'
# A quote within a text is escaped, so these can stand only between two fields.
_REASON_FIELD, _TIME_FIELD = '","Reason":"', '","LastUpdateTime":"'
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"
_IS_TIME = pattern(_TIME, ASCII).fullmatch
# A line without escapes, which most are: reading it as JSON takes twice as long.
_PLAIN_TEXT = r'([^"\\\x00-\x1f]*)'
_read_plain_line = pattern(
    f'{{"EmailAddress":"{_PLAIN_TEXT}","Reason":"{_PLAIN_TEXT}","LastUpdateTime":"({_TIME})"}}', ASCII
).fullmatch


class SuppressedDestination(NamedTuple):
    """A row of the suppression list.

    A named tuple, because an export makes millions of them. `last_update_time` is the text that snapshots
    have, UTC in full ISO 8601: `2026-11-21T07:00:00Z`, with six digits of a fraction where there is one.
    `reason` is BOUNCE, COMPLAINT, or whatever SES adds. `email_address` is what stands for it, where its
    person was forgotten (forgotten.py).
    """

    email_address: str
    last_update_time: str
    reason: str


def encode_line(row: SuppressedDestination) -> str:
    """Encode one line of NDJSON, in ASCII and without its end, with the field names of the SES API.

    The address of somebody who was forgotten is `"Forgotten":HASH`.
    """
    named, time, reason = row
    name, address = name_address(named)
    return f'{{"{name}":{quote(address)},"Reason":{quote(reason)},"LastUpdateTime":"{time}"}}'


def decode_line(line: str | bytes) -> SuppressedDestination:
    """Decode what `encode_line` made; raises ValueError, KeyError or TypeError on anything else."""
    text = line if isinstance(line, str) else line.decode()
    if plain := _read_plain_line(text):
        address, reason, time = plain.groups()
        return SuppressedDestination(address, time, reason)
    fields = parse_json(text)
    row = SuppressedDestination(address_in(fields), fields["LastUpdateTime"], fields["Reason"])
    if not (type(row.email_address) is type(row.reason) is str and _IS_TIME(row.last_update_time)):
        raise ValueError("a line is no suppressed destination")
    return row


def order_of(address: str) -> str:
    """Return the key by which rows stand in order, in raw parts, finished parts and their index.

    All spellings of an address stand together, since sending ignores case where the list does not; each
    spelling has a key of its own, so the order is total. Keys are compared by code points, as Python does.
    People who were forgotten come last.
    """
    caseless = address.casefold()
    return address if caseless == address else f"{caseless}\0{address}"


def read_addresses(lines: Sequence[str]) -> list[str]:
    """Return the address of each line; raises ValueError, KeyError or TypeError where one is none of ours.

    Only a line with an escape has to be decoded: in all others the address ends with the first quote.
    """
    start = len(_START)
    return [
        line[start : line.index('"', start)]
        if "\\" not in line and line.startswith(_START)
        else decode_line(line).email_address
        for line in lines
    ]


def count_reasons(lines: Sequence[str]) -> Counter[str]:
    """Count lines by reason; raises ValueError where one is none of ours."""
    start = len(_REASON_FIELD)
    quoted = Counter([line[line.index(_REASON_FIELD) + start : line.rindex(_TIME_FIELD)] for line in lines])
    return Counter({parse_json(f'"{reason}"'): rows for reason, rows in quoted.items()})


def count_forgotten(lines: Sequence[str]) -> int:
    """Count the lines, in order, of people who were forgotten."""
    return len(lines) - bisect_left(lines, True, key=lambda line: line.startswith(_FORGOTTEN_START))


def later_line(one: str, other: str) -> str:
    """Of two lines of one address, return that of the latest update.

    Of two at the same moment it is the one whose reason sorts last (COMPLAINT over BOUNCE).
    """
    return max(one, other, key=_recency)


def _recency(line: str) -> tuple[str, str]:
    row = decode_line(line)
    # Without its Z, a whole second sorts before the fractions of that second.
    return row.last_update_time.removesuffix("Z"), row.reason
