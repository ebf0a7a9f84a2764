"""Raw parts: what one call read, in order, in blocks that can be read from any of them on.

A block is a gzip member of its own, so the whole is a gzip object that every tool reads.
"""

import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ses_reputation.suppression.listing.destination import (
    SuppressedDestination,
    encode_line,
    order_of,
    read_addresses,
)
from ses_reputation.suppression.snapshot.parts import (
    UNREADABLE,
    PackedPart,
    corrupt_part,
    pack_blocks,
    split_lines,
)

# A merge holds one block of each raw part: small ones let it hold thousands.
BLOCK_ROWS = 64
_GZIP_WRAPPED = 31
# Raw parts are read once and expire: half the time of level 6 is worth a sixth more bytes.
_LEVEL = 1
# A block is found by where the one before it ends. In small portions, little is copied to find out.
_PORTION_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a raw part, in order, and the key of each (`order_of` its address)."""

    keys: Sequence[str]
    lines: Sequence[str]


def pack_raw_part(rows: Iterable[SuppressedDestination]) -> PackedPart:
    """Bring rows in order, and compress them in blocks."""
    return pack_blocks(list(map(encode_line, sorted(rows, key=_key_of))), BLOCK_ROWS, _LEVEL)


@dataclass(slots=True)
class RawPartReader:
    """Reads a raw part block by block, and knows where to go on for what is not merged yet.

    `chunks` are its compressed bytes from `next_offset` on, where a block begins. A merge has thousands of
    readers: between two blocks, each holds no more than the rest of a chunk.
    """

    key: str
    chunks: Iterator[bytes]
    next_offset: int = 0
    _chunk: bytes = b""
    _at: int = 0
    # Last key and offset of each block that was read, and is not known to be merged whole.
    _unmerged: deque[tuple[str, int]] = field(default_factory=deque)

    def read_block(self) -> Block | None:
        """Read the next block, or None behind the last.

        Raises SnapshotCorruptError, naming the key and never a row, where the bytes are not a whole block.
        """
        offset = self.next_offset
        try:
            text = self._inflate_member()
            if text is None:
                return None
            lines = split_lines(text)
            keys = list(map(order_of, read_addresses(lines)))
        except UNREADABLE as error:
            raise corrupt_part(self.key, error) from None
        self._unmerged.append((keys[-1], offset))
        return Block(keys, lines)

    def offset_behind(self, key: str) -> int:
        """Where reading goes on when all up to a row's key is merged; the blocks before are forgotten."""
        while self._unmerged and self._unmerged[0][0] <= key:
            self._unmerged.popleft()
        return self._unmerged[0][1] if self._unmerged else self.next_offset

    def _inflate_member(self) -> bytes | None:
        inflater, texts = zlib.decompressobj(wbits=_GZIP_WRAPPED), list[bytes]()
        while not inflater.eof:
            if self._at == len(self._chunk):
                self._chunk, self._at = next(self.chunks, b""), 0
            portion = self._chunk[self._at : self._at + _PORTION_BYTES]
            if not portion and not texts:
                return None
            if not portion:
                raise EOFError
            texts.append(inflater.decompress(portion))
            taken = len(portion) - len(inflater.unused_data)
            self._at += taken
            self.next_offset += taken
        return b"".join(texts)


def _key_of(row: SuppressedDestination) -> str:
    return order_of(row.email_address)
