"""The index of a snapshot reads back as it was written, or is refused without an address."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.block_index import IndexedBlock, pack_index, unpack_index
from tests.support.suppression_rows import any_texts

spans = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), any_texts), max_size=5)


@given(st.lists(spans, max_size=4))
def test_an_index_reads_back_as_it_was_written(parts: list[list[tuple[int, int, str]]]) -> None:
    blocks = [IndexedBlock(f"part-{number}", *span) for number, part in enumerate(parts) for span in part]
    assert unpack_index("key", pack_index(blocks)) == blocks


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"secret@x.example",
        gzip.compress(b"secret@x.example", mtime=0),
        gzip.compress(b'["secret@x.example"]', mtime=0),
        gzip.compress(json.dumps({"parts": {"part": [[0, 1]]}}).encode(), mtime=0),
        gzip.compress(b'{"parts": "secret@x.example"}', mtime=0),
        gzip.compress(b"[" * 100_000, mtime=0),
    ],
)
def test_what_is_no_index_is_refused_without_naming_an_address(body: bytes) -> None:
    with pytest.raises(SnapshotCorruptError, match=r"^some/key is not an index") as refusal:
        unpack_index("some/key", body)
    assert "secret" not in str(refusal.value)
    assert refusal.value.__suppress_context__
