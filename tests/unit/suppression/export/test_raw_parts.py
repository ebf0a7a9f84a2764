"""Raw parts: sorted blocks that every tool reads, and that can be read from any of them on."""

import gzip
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.export.raw_parts import BLOCK_ROWS, RawPartReader, pack_raw_part
from ses_reputation.suppression.listing.destination import SuppressedDestination, decode_line, order_of
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_rows import any_rows

ROWS = [suppress(f"{number:04d}@example.com") for number in range(2 * BLOCK_ROWS + 1)]


def cut(body: bytes, chunk_bytes: int = 1_000) -> Iterator[bytes]:
    return (body[start : start + chunk_bytes] for start in range(0, len(body), chunk_bytes))


def read_rows(chunks: Iterator[bytes]) -> list[SuppressedDestination]:
    reader = RawPartReader("some/key", chunks)
    return [decode_line(line) for block in iter(reader.read_block, None) for line in block.lines]


@given(st.lists(any_rows, max_size=20), st.integers(1, 200))
def test_a_raw_part_gives_back_its_rows_in_order(rows: list[SuppressedDestination], chunk_bytes: int) -> None:
    packed = pack_raw_part(rows)
    assert packed.rows == len(rows)
    assert read_rows(cut(packed.body, chunk_bytes)) == sorted(
        rows, key=lambda row: order_of(row.email_address)
    )


def test_a_raw_part_is_a_gzip_object_to_every_tool() -> None:
    lines = gzip.decompress(pack_raw_part(reversed(ROWS)).body).splitlines()
    assert [decode_line(line) for line in lines] == ROWS


@pytest.mark.parametrize("chunk_bytes", [1, 999, 4_096, 1_000_000])
def test_a_raw_part_is_read_from_any_of_its_blocks_on(chunk_bytes: int) -> None:
    body, rest = pack_raw_part(ROWS).body, ROWS
    reader = RawPartReader("some/key", cut(body, chunk_bytes))
    while block := reader.read_block():
        rest = rest[len(block.lines) :]
        assert read_rows(cut(body[reader.next_offset :])) == rest
    assert (reader.next_offset, rest) == (len(body), [])


def test_reading_goes_on_at_the_first_block_that_is_not_merged_whole() -> None:
    body = pack_raw_part(ROWS).body
    reader = RawPartReader("some/key", cut(body))
    assert reader.offset_behind("") == 0
    first, second_offset = reader.read_block(), reader.next_offset
    second, third_offset = reader.read_block(), reader.next_offset
    assert first
    assert second
    assert reader.offset_behind(first.keys[-2]) == 0
    assert reader.offset_behind(first.keys[-1]) == second_offset
    assert reader.offset_behind(second.keys[0]) == second_offset
    assert reader.offset_behind(second.keys[-1]) == third_offset
    assert reader.read_block()
    assert reader.read_block() is None
    assert reader.offset_behind("~") == len(body)


BODY = pack_raw_part([suppress("secret@example.com")]).body


@pytest.mark.parametrize(
    "body",
    [
        BODY[:-1],
        BODY + BODY[:-1],
        BODY + b"more",
        b"not gzip",
        gzip.compress(b"secret@example.com\n", mtime=0),
        gzip.compress(b'{"EmailAddress":"secret@example.com', mtime=0),
        gzip.compress(b"", mtime=0),
        BODY[:-8] + zlib.crc32(b"other").to_bytes(4, "little") + BODY[-4:],
    ],
)
def test_blocks_that_are_not_whole_are_refused_without_naming_an_address(body: bytes) -> None:
    with pytest.raises(SnapshotCorruptError, match=r"^some/key ") as refusal:
        read_rows(cut(body))
    assert "secret" not in str(refusal.value)
    assert refusal.value.__suppress_context__
