"""Lines and parts: what is written in them, and that it depends on the rows alone."""

import gzip
import json
import time
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import (
    SuppressedDestination,
    decode_line,
    encode_line,
    settle_repeats,
)
from ses_reputation.suppression.snapshot.parts import pack_rows, unpack_rows
from tests.support.in_memory.suppression import suppress

moments = st.datetimes(timezones=st.just(UTC))
rows = st.lists(st.builds(SuppressedDestination, st.text(), moments, st.text()), max_size=30)


def test_a_line_has_exactly_the_fields_of_ses_and_a_full_time() -> None:
    seven = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    line = encode_line(SuppressedDestination("Ann@example.com", seven, "BOUNCE"))
    expected = (
        b'{"EmailAddress":"Ann@example.com","Reason":"BOUNCE","LastUpdateTime":"2026-11-21T07:00:00Z"}\n'
    )
    assert line == expected


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 21, 7, 0, 0, 123_000, UTC), "2026-11-21T07:00:00.123000Z"),
        (datetime(2026, 11, 21, 8, 0, tzinfo=timezone(timedelta(hours=1))), "2026-11-21T07:00:00Z"),
    ],
)
def test_a_time_keeps_its_fraction_and_loses_its_zone(moment: datetime, text: str) -> None:
    line = encode_line(SuppressedDestination("a@example.com", moment, "BOUNCE"))
    assert json.loads(line)["LastUpdateTime"] == text


@given(rows)
def test_a_part_gives_back_the_rows_it_was_made_of(rows: list[SuppressedDestination]) -> None:
    packed = pack_rows(rows)
    assert packed.rows == len(rows)
    assert list(unpack_rows("key", [packed.body])) == rows
    assert [decode_line(line) for line in gzip.decompress(packed.body).splitlines(keepends=True)] == rows


@given(rows, st.integers(1, 40), st.integers(1, 40))
def test_windows_of_any_size_give_the_same_rows(
    rows: list[SuppressedDestination], chunk_bytes: int, window_bytes: int
) -> None:
    body = pack_rows(rows).body
    chunks = [body[start : start + chunk_bytes] for start in range(0, len(body), chunk_bytes)]
    assert list(unpack_rows("key", chunks, window_bytes)) == rows


def test_a_part_is_never_unpacked_all_at_once() -> None:
    body = pack_rows(suppress(f"recipient-{number:05d}@example.com") for number in range(20_000)).body
    tracemalloc.start()
    count = sum(1 for _ in unpack_rows("key", [body], window_bytes=4_096))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak_bytes < 400_000


def test_the_same_rows_are_the_same_bytes_at_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pack_rows([suppress("a@example.com")])
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    assert pack_rows([suppress("a@example.com")]).body == first.body


BODY = pack_rows([suppress("secret@example.com"), suppress("other@example.com")]).body
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


def test_of_repeated_rows_the_latest_update_stands() -> None:
    same = [suppress("a@example.com", "BOUNCE", 9), suppress("a@example.com", "COMPLAINT", 3)]
    assert list(settle_repeats(sorted(same))) == [(same[0], 2)]


def test_of_two_updates_at_one_moment_the_complaint_stands() -> None:
    same = [suppress("a@example.com", "COMPLAINT"), suppress("a@example.com", "BOUNCE")]
    assert list(settle_repeats(sorted(same))) == [(same[0], 2)]


def test_addresses_that_differ_in_case_are_two() -> None:
    two = [suppress("Ann@example.com"), suppress("ann@example.com")]
    assert list(settle_repeats(two)) == [(two[0], 1), (two[1], 1)]
