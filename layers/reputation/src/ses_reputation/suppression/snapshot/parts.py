"""Parts: gzip NDJSON objects whose bytes depend on nothing but their rows."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import SuppressedDestination, decode_line

_GZIP_WRAPPED = 31
# The level of the gzip command. Level 9 saves 4 % of the bytes and takes 1.6 times as long.
_LEVEL = 6
# Lines are compressed so many at a time, wherever they come from: the same lines are the same bytes.
_LINES_AT_ONCE = 1_000
UNREADABLE = (zlib.error, EOFError, ValueError, KeyError, TypeError)
"""What reading a part raises where it is not whole."""


@dataclass(frozen=True, slots=True)
class PackedPart:
    """A part before it is stored: its bytes and the number of its rows."""

    body: bytes
    rows: int

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
    compressor = zlib.compressobj(_LEVEL, wbits=_GZIP_WRAPPED)
    texts = (join_lines(lines[at : at + _LINES_AT_ONCE]) for at in range(0, len(lines), _LINES_AT_ONCE))
    body = b"".join(map(compressor.compress, texts))
    return PackedPart(body + compressor.flush(), len(lines))


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


def corrupt_part(key: str, error: Exception) -> SnapshotCorruptError:
    """Return the error that says which part is not whole, and no more of what is in it."""
    return SnapshotCorruptError(f"{key} is not a whole part ({type(error).__name__}).")


def _inflate(chunks: Iterable[bytes], window_bytes: int) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(wbits=_GZIP_WRAPPED)
    for chunk in chunks:
        text = decompressor.decompress(chunk, window_bytes)
        while text:
            yield text
            text = decompressor.decompress(decompressor.unconsumed_tail, window_bytes)
    if not decompressor.eof or decompressor.unused_data:
        raise EOFError


def _split_windows(texts: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for text in texts:
        *lines, rest = (rest + text).split(b"\n")
        yield from lines
    if rest:
        raise EOFError
