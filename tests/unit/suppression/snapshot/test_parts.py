"""Parts: what is written in them, and that it depends on the lines alone."""

import gzip
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import SuppressedDestination, encode_line
from ses_reputation.suppression.snapshot.parts import (
    PackedPart,
    index_blocks,
    pack_blocks,
    pack_lines,
    unpack_rows,
)
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_rows import any_rows

rows = st.lists(any_rows, min_size=1, max_size=30)


def pack(rows: list[SuppressedDestination]) -> PackedPart:
    return pack_lines([encode_line(row) for row in rows])


@given(rows)
def test_a_part_gives_back_the_rows_it_was_made_of(rows: list[SuppressedDestination]) -> None:
    packed = pack(rows)
    assert packed.rows == len(rows)
    assert list(unpack_rows("key", [packed.body])) == rows


@given(rows, st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_windows_and_blocks_of_any_size_give_the_same_rows(
    rows: list[SuppressedDestination], block_rows: int, chunk_bytes: int, window_bytes: int
) -> None:
    body = pack_blocks([encode_line(row) for row in rows], block_rows, 6).body
    chunks = [body[start : start + chunk_bytes] for start in range(0, len(body), chunk_bytes)]
    assert list(unpack_rows("key", chunks, window_bytes)) == rows


def test_a_part_is_one_text_of_all_lines_to_every_tool() -> None:
    lines = [encode_line(suppress(f"recipient-{number:05d}@example.com")) for number in range(2_345)]
    packed = pack_lines(lines)
    assert gzip.decompress(packed.body).decode() == "".join(f"{line}\n" for line in lines)
    # Blocks of 1,000 lines.
    assert len(packed.block_lengths) == 3


def test_each_block_of_a_part_is_read_alone() -> None:
    lines = [encode_line(suppress(f"Recipient-{number:05d}@example.com")) for number in range(2_345)]
    packed = pack_lines(lines)
    rows = []
    for number, block in enumerate(index_blocks("part", lines, packed)):
        body = packed.body[block.offset : block.offset + block.length]
        rows.append(sum(1 for _ in unpack_rows("key", [body])))
        address = f"ecipient-{number * 1_000:05d}@example.com"
        assert block.first_key == f"r{address}\0R{address}"
    assert rows == [1_000, 1_000, 345]


def test_a_part_is_never_unpacked_all_at_once() -> None:
    body = pack([suppress(f"recipient-{number:05d}@example.com") for number in range(20_000)]).body
    tracemalloc.start()
    count = sum(1 for _ in unpack_rows("key", [body], window_bytes=4_096))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak_bytes < 400_000


def test_the_same_rows_are_the_same_bytes_at_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pack([suppress("a@example.com")])
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    assert pack([suppress("a@example.com")]).body == first.body


BODY = pack([suppress("secret@example.com"), suppress("other@example.com")]).body
LINES = gzip.decompress(BODY)


@pytest.mark.parametrize(
    "body",
    [
        BODY[:-1],
        BODY[: len(BODY) // 2],
        b"",
        BODY + b"more",
        b"not gzip",
        BODY[:-8] + b"\0\0\0\0" + BODY[-4:],
        gzip.compress(LINES[:-1], mtime=0),
        gzip.compress(b'{"EmailAddress": "secret@example.com"}\n', mtime=0),
        gzip.compress(b'["secret@example.com"]\n', mtime=0),
        gzip.compress(LINES.replace(b"2026", b"MMXX"), mtime=0),
    ],
)
def test_a_part_that_is_not_whole_is_refused_without_naming_an_address(body: bytes) -> None:
    with pytest.raises(SnapshotCorruptError, match=r"^some/key ") as refusal:
        list(unpack_rows("some/key", [body]))
    assert "secret" not in str(refusal.value)
    assert refusal.value.__suppress_context__
