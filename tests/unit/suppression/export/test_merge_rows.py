"""The merge gives the rows of all raw parts in order, wherever they lie and wherever it goes on."""

from collections.abc import Iterable
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.export import merge_rows, raw_parts
from ses_reputation.suppression.export.merge_rows import RowMerge
from ses_reputation.suppression.export.raw_parts import RawPartReader, pack_raw_part
from ses_reputation.suppression.listing.destination import SuppressedDestination, decode_line
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_rows import in_order

rows = st.builds(
    suppress,
    st.integers(0, 40).map(lambda number: 'aAzZ!Éé"'[number % 8] + str(number // 8)),
    st.sampled_from(["BOUNCE", "COMPLAINT"]),
    st.sampled_from([0, 0.5, 1]),
)
raw = st.lists(st.lists(rows, max_size=20), max_size=6)


def open_all(bodies: Iterable[bytes], offsets: Iterable[int]) -> list[RawPartReader]:
    return [
        RawPartReader("key", iter([body[offset:]]), offset)
        for body, offset in zip(bodies, offsets, strict=True)
    ]


@given(raw, st.integers(1, 4), st.integers(1, 9), st.lists(st.integers(1, 9), max_size=30))
def test_each_address_comes_once_in_order_however_often_the_merge_begins_again(
    raw: list[list[SuppressedDestination]], block_rows: int, least_rows: int, takes: list[int]
) -> None:
    with (
        patch.object(raw_parts, "BLOCK_ROWS", block_rows),
        patch.object(merge_rows, "_LEAST_ROWS", least_rows),
    ):
        bodies = [pack_raw_part(rows).body for rows in raw]
        offsets, after = [0] * len(bodies), None
        merged: list[SuppressedDestination] = []
        repeated = 0
        for most in [*takes, *[1_000] * 100]:
            readers = open_all(bodies, offsets)
            taken = RowMerge(readers, after).take(most)
            if taken is None:
                break
            merged += map(decode_line, taken.lines)
            repeated += taken.rows_repeated
            after = taken.last_key
            offsets = [reader.offset_behind(after) for reader in readers]
    every = [row for part in raw for row in part]
    addresses = [row.email_address for row in merged]
    assert addresses == in_order(row.email_address for row in every)
    assert len(merged) + repeated == len(every)


def test_the_pool_holds_about_a_block_of_each_raw_part() -> None:
    parts = [
        [suppress(f"{number:06d}@example.com") for number in range(part, 64_000, 8)] for part in range(8)
    ]
    with patch.object(raw_parts, "BLOCK_ROWS", 10), patch.object(merge_rows, "_LEAST_ROWS", 100):
        merge = RowMerge(open_all([pack_raw_part(rows).body for rows in parts], [0] * 8))
        largest = rows_merged = 0
        while taken := merge.take(50):
            rows_merged += len(taken.lines)
            largest = max(largest, len(merge._pool))
    assert rows_merged == 64_000
    assert largest <= 2 * 8 * 10 + 100 + 10
