"""The index of a snapshot: where each block of its parts lies, and with which row it begins.

`index.json.gz` holds `{"parts": {"part-00001.ndjson.gz": [[offset, length, first key], ...], ...}}`,
parts and blocks in the order of rows. A key is `order_of` an address: the index holds addresses, as parts do.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import SnapshotCorruptError

_GZIP_WRAPPED = 31
_LEVEL = 6
_UNREADABLE = (zlib.error, ValueError, KeyError, TypeError, AttributeError)


class IndexedBlock(NamedTuple):
    """Some rows of a part that can be read alone: `length` bytes from `offset` on; its first row's key."""

    part: str
    offset: int
    length: int
    first_key: str


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """The index as the manifest describes it; `name` is relative to the manifest's own folder."""

    name: str
    bytes: int
    sha256: str


def pack_index(blocks: Sequence[IndexedBlock]) -> bytes:
    """Return the index of blocks that are given in the order of rows; the same blocks are the same bytes."""
    parts = {part: [block[1:] for block in of_part] for part, of_part in groupby(blocks, attrgetter("part"))}
    text = json.dumps({"parts": parts}, separators=(",", ":")).encode()
    return zlib.compress(text, _LEVEL, wbits=_GZIP_WRAPPED)


def unpack_index(key: str, body: bytes) -> list[IndexedBlock]:
    """Return the blocks in the order of rows. Raises SnapshotCorruptError, naming the key and no address."""
    try:
        parts = parse_json(zlib.decompress(body, wbits=_GZIP_WRAPPED))["parts"]
        return [IndexedBlock(part, *block) for part, blocks in parts.items() for block in blocks]
    except _UNREADABLE as error:
        raise SnapshotCorruptError(f"{key} is not an index ({type(error).__name__}).") from None
