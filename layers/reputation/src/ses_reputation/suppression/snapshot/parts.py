"""Parts: gzip NDJSON objects whose bytes depend on nothing but their rows."""

import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from gzip import GzipFile

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import SuppressedDestination, decode_line, encode_line

_GZIP_WRAPPED = 31
_WRITE_BYTES = 65_536


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


def pack_rows(rows: Iterable[SuppressedDestination]) -> PackedPart:
    """Compress rows, in the order given, without a time or a name in the header: same rows, same bytes."""
    buffer = io.BytesIO()
    count = 0
    compressor = GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0)
    with io.BufferedWriter(compressor, _WRITE_BYTES) as lines:
        for row in rows:
            lines.write(encode_line(row))
            count += 1
    return PackedPart(buffer.getvalue(), count)


def unpack_rows(
    key: str, chunks: Iterable[bytes], window_bytes: int = 65_536
) -> Iterator[SuppressedDestination]:
    """Decode a part from the chunks of its compressed bytes, never holding more than a window of its text.

    Raises SnapshotCorruptError, naming the key and never the row, when the bytes are not a whole part.
    """
    try:
        for line in _split_lines(_inflate(chunks, window_bytes)):
            yield decode_line(line)
    except (zlib.error, EOFError, ValueError, KeyError, TypeError) as error:
        raise SnapshotCorruptError(f"{key} is not a whole part ({type(error).__name__}).") from None


def _inflate(chunks: Iterable[bytes], window_bytes: int) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(wbits=_GZIP_WRAPPED)
    for chunk in chunks:
        text = decompressor.decompress(chunk, window_bytes)
        while text:
            yield text
            text = decompressor.decompress(decompressor.unconsumed_tail, window_bytes)
    if not decompressor.eof or decompressor.unused_data:
        raise EOFError


def _split_lines(texts: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for text in texts:
        *lines, rest = (rest + text).split(b"\n")
        yield from lines
    if rest:
        raise EOFError
