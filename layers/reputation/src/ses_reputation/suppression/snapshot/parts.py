"""Parts: gzip NDJSON objects whose bytes depend on nothing but their rows.

A finished part is compressed in blocks, each a gzip member of its own: so the whole is a gzip object that
every tool reads, and one block can be read without those before it.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import (
    SuppressedDestination,
    decode_line,
    order_of,
    read_addresses,
)
from ses_reputation.suppression.snapshot.block_index import IndexedBlock

_GZIP_WRAPPED = 31
# The level of the gzip command. Level 9 saves 4 % of the bytes and takes 1.6 times as long.
_LEVEL = 6
# A look-up reads a block, and the index has a line for each: some 12 KB of 100 for a part of 100,000 rows.
BLOCK_ROWS = 1_000
_PORTION_BYTES = 65_536
UNREADABLE = (zlib.error, EOFError, ValueError, KeyError, TypeError)
"""What reading a part raises where it is not whole."""


@dataclass(frozen=True, slots=True)
class PackedPart:
    """A part before it is stored: its bytes, the number of its rows, and the lengths of its blocks."""

    body: bytes
    rows: int
    block_lengths: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """Digest of the compressed bytes, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """A finished part as the manifest describes it; `name` is relative to the manifest's own folder."""

    name: str
    rows: int
    bytes: int
    sha256: str


def pack_lines(lines: Sequence[str]) -> PackedPart:
    """Compress lines, in the order given, without a time or a name in the header: same lines, same bytes."""
    return pack_blocks(lines, BLOCK_ROWS, _LEVEL)


def pack_blocks(lines: Sequence[str], block_rows: int, level: int) -> PackedPart:
    """Compress lines in blocks of so many, each a gzip member; `level` is zlib's."""
    texts = (join_lines(lines[at : at + block_rows]) for at in range(0, len(lines), block_rows))
    blocks = [zlib.compress(text, level, wbits=_GZIP_WRAPPED) for text in texts]
    return PackedPart(b"".join(blocks), len(lines), tuple(map(len, blocks)))


def index_blocks(name: str, lines: Sequence[str], packed: PackedPart) -> list[IndexedBlock]:
    """Return where each block of a part lies that `pack_lines` made of lines, and its first key."""
    offsets = accumulate(packed.block_lengths, initial=0)
    first_keys = map(order_of, read_addresses(lines[::BLOCK_ROWS]))
    return list(map(IndexedBlock, repeat(name), offsets, packed.block_lengths, first_keys))


def join_lines(lines: Sequence[str]) -> bytes:
    """Return lines as the text of a part; they are ASCII, since JSON escapes everything else."""
    return ("\n".join(lines) + "\n").encode("ascii")


def split_lines(text: bytes) -> list[str]:
    """Return the lines, one at least, of a text that ends with a line; raises ValueError on any other."""
    *lines, rest = text.decode("ascii").split("\n")
    if rest or not lines:
        raise ValueError("a text does not end with a line")
    return lines


def unpack_rows(
    key: str, chunks: Iterable[bytes], window_bytes: int = 65_536
) -> Iterator[SuppressedDestination]:
    """Decode a part from the chunks of its compressed bytes, never holding more than a window of its text.

    Raises SnapshotCorruptError, naming the key and never the row, when the bytes are not a whole part.
    """
    try:
        for line in _split_windows(_inflate(chunks, window_bytes)):
            yield decode_line(line)
    except UNREADABLE as error:
        raise corrupt_part(key, error) from None


def unpack_lines(key: str, chunks: Iterable[bytes], window_bytes: int = 65_536) -> Iterator[list[str]]:
    """Yield the lines of a part, some at a time, never holding more than a window of its text.

    Raises SnapshotCorruptError as `unpack_rows` does; lines are not decoded.
    """
    rest = ""
    try:
        for text in _inflate(chunks, window_bytes):
            *lines, rest = (rest + text.decode("ascii")).split("\n")
            yield lines
        if rest:
            raise EOFError
    except UNREADABLE as error:
        raise corrupt_part(key, error) from None


def corrupt_part(key: str, error: Exception) -> SnapshotCorruptError:
    """Return the error that says which part is not whole, and no more of what is in it."""
    return SnapshotCorruptError(f"{key} is not a whole part ({type(error).__name__}).")


def _inflate(chunks: Iterable[bytes], window_bytes: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=_GZIP_WRAPPED)
    for rest in chain.from_iterable(map(_cut, chunks)):
        text = rest
        # A text may be waiting in the inflater when all bytes are in it.
        while rest or (text and not inflater.eof):
            if inflater.eof:
                inflater = zlib.decompressobj(wbits=_GZIP_WRAPPED)
            text = inflater.decompress(rest, window_bytes)
            rest = inflater.unused_data or inflater.unconsumed_tail  # noqa: PLW2901
            if text:
                yield text
    if not inflater.eof:
        raise EOFError


def _cut(chunk: bytes) -> Iterator[bytes]:
    """Cut a chunk in portions: behind each block, zlib copies what is left of one."""
    return (chunk[at : at + _PORTION_BYTES] for at in range(0, len(chunk), _PORTION_BYTES))


def _split_windows(texts: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for text in texts:
        *lines, rest = (rest + text).split(b"\n")
        yield from lines
    if rest:
        raise EOFError
