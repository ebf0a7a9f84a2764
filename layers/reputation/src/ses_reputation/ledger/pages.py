"""Journal pages: the facts of one sender-hour from one batch, packed.

    page = run*
    run  = outcome u8, provider u8, source u8, count varint, fingerprint[count]
    source = 2 x place of the configuration set in `configuration_sets`, from 1 (0: none named)
             + 1 if the owner's feed reports it

Runs, and the fingerprints in them, are sorted: one set of facts has one packing and one digest. A fact costs
8 bytes and its share of a run's head; alone it costs 12.
"""

from array import array
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from sys import byteorder

from ses_reputation.errors import PageError
from ses_reputation.ledger.fingerprint import FINGERPRINT_BYTES
from ses_reputation.ledger.segments import Segment

PAGE_VERSION = 1
MOST_CONFIGURATION_SETS = 127
FACT_BYTES = 12

RunKey = tuple[int, int, str, bool]
"""Outcome code, provider code, configuration set (empty: none named), reported by the owner's feed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One item of the journal. `digest` is its sort key; the same facts always have the same."""

    segment: Segment
    content: bytes
    configuration_sets: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class FactRun:
    """Dispatches that share an outcome, a provider, a configuration set and a feed, in ascending order."""

    key: RunKey
    fingerprints: "array[int]"


def pack_page(segment: Segment, facts: Mapping[RunKey, Iterable[bytes]]) -> Page:
    """Pack the fingerprints of each run into a page, at most 127 configuration sets to a page."""
    names = sorted({key[2] for key in facts if key[2]})
    places = {name: place for place, name in enumerate(names, start=1)} | {"": 0}
    runs = sorted(
        (outcome, provider, 2 * places[name] + is_owners, b"".join(sorted(set(fingerprints))))
        for (outcome, provider, name, is_owners), fingerprints in facts.items()
    )
    content = b"".join(
        bytes((outcome, provider, source)) + _varint(len(packed) // FINGERPRINT_BYTES) + packed
        for outcome, provider, source, packed in runs
    )
    return Page(segment, content, tuple(names), _digest(content, names))


def _digest(content: bytes, names: Iterable[str]) -> str:
    named = "\n".join((*names, "")).encode()
    return urlsafe_b64encode(blake2b(named + content, digest_size=12).digest()).decode()


def unpack_page(content: bytes, version: int, configuration_sets: tuple[str, ...]) -> Iterator[FactRun]:
    """Yield the runs of a page's content. Raises PageError where the bytes do not fit the format."""
    if version != PAGE_VERSION:
        raise PageError(f"a page is of version {version}, newer than this code: upgrade the functions")
    names = ("", *configuration_sets)
    position = 0
    while position < len(content):
        try:
            outcome, provider, source = content[position : position + 3]
            count, start = _read_varint(content, position + 3)
            name = names[source >> 1]
        except (ValueError, IndexError) as error:
            raise PageError(f"no run begins at byte {position} of a page of {len(content)}") from error
        position = start + count * FINGERPRINT_BYTES
        if position > len(content):
            raise PageError(f"the run before byte {start} promises more than the page's {len(content)} bytes")
        yield FactRun((outcome, provider, name, bool(source & 1)), _fingerprints(content[start:position]))


def _fingerprints(packed: bytes) -> "array[int]":
    fingerprints = array("Q", packed)
    if byteorder == "little":
        fingerprints.byteswap()
    return fingerprints


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _read_varint(content: bytes, position: int) -> tuple[int, int]:
    """Return the number at a position and the position after it."""
    number = shift = 0
    while content[position] & 0x80:
        number |= (content[position] & 0x7F) << shift
        shift += 7
        position += 1
    return number | content[position] << shift, position + 1
