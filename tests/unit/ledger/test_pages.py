"""A page is one packing of one set of facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.errors import PageError
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.pages import FACT_BYTES, Page, RunKey, pack_page, unpack_page
from ses_reputation.ledger.segments import Segment

SEGMENT = Segment(SenderHour("444455556666", "us-east-1", "example.com", "2026-11-20T14"))

names = st.sampled_from(["", "newsletter", "receipts", "x" * 64])
keys = st.tuples(st.integers(1, 127), st.integers(0, 255), names, st.booleans())
facts = st.dictionaries(
    keys, st.sets(st.binary(min_size=8, max_size=8), min_size=1, max_size=300), max_size=8
)


def unpacked(page: Page) -> dict[RunKey, set[bytes]]:
    return {
        run.key: {fingerprint.to_bytes(8) for fingerprint in run.fingerprints}
        for run in unpack_page(page.content, 1, page.configuration_sets)
    }


@given(facts)
def test_what_is_packed_comes_out_again(facts: dict[RunKey, set[bytes]]) -> None:
    assert unpacked(pack_page(SEGMENT, facts)) == facts


@given(facts, st.randoms())
def test_order_and_repetition_do_not_change_a_page(facts: dict[RunKey, set[bytes]], order: object) -> None:
    shuffled = dict(reversed(facts.items()))
    repeated = {key: [*fingerprints, *fingerprints] for key, fingerprints in shuffled.items()}

    assert pack_page(SEGMENT, repeated) == pack_page(SEGMENT, facts)


@given(facts, facts)
def test_other_facts_have_another_digest(
    first: dict[RunKey, set[bytes]], second: dict[RunKey, set[bytes]]
) -> None:
    same = pack_page(SEGMENT, first).digest == pack_page(SEGMENT, second).digest
    assert same is (first == second)


def test_the_same_bytes_under_other_names_have_another_digest() -> None:
    first = pack_page(SEGMENT, {(1, 3, "newsletter", False): [b"dispatch"]})
    second = pack_page(SEGMENT, {(1, 3, "receipts", False): [b"dispatch"]})

    assert first.content == second.content
    assert first.digest != second.digest


@given(facts)
def test_a_fact_takes_at_most_twelve_bytes(facts: dict[RunKey, set[bytes]]) -> None:
    count = sum(len(fingerprints) for fingerprints in facts.values())

    assert len(pack_page(SEGMENT, facts).content) <= FACT_BYTES * count


def test_fingerprints_come_out_in_ascending_order() -> None:
    page = pack_page(SEGMENT, {(1, 3, "", True): [bytes([first]) + bytes(7) for first in (200, 3, 128)]})
    (run,) = unpack_page(page.content, 1, ())

    assert list(run.fingerprints) == [3 << 56, 128 << 56, 200 << 56]


def test_the_format_is_what_its_description_says() -> None:
    page = pack_page(
        SEGMENT, {(16, 4, "receipts", True): [b"BBBBBBBB", b"AAAAAAAA"], (2, 3, "", False): [b"CCCCCCCC"]}
    )

    assert page.configuration_sets == ("receipts",)
    assert page.content == b"\x02\x03\x00\x01CCCCCCCC" + b"\x10\x04\x03\x02AAAAAAAABBBBBBBB"


def test_a_page_of_another_version_is_refused() -> None:
    with pytest.raises(PageError, match="version 2, newer than this code"):
        list(unpack_page(b"", 2, ()))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x01", "no run begins at byte 0 of a page of 1"),
        (b"\x01\x03\x00", "no run begins at byte 0 of a page of 3"),
        (b"\x01\x03\x00\x80", "no run begins at byte 0"),
        (b"\x01\x03\x02\x01AAAAAAAA", "no run begins at byte 0"),
        (b"\x01\x03\x00\x02AAAAAAAA", "promises more than the page's 12 bytes"),
        (b"\x01\x03\x00\x01AAAAAAAA\x01", "no run begins at byte 12"),
    ],
)
def test_bytes_that_are_no_page_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(PageError, match=message):
        list(unpack_page(content, 1, ()))
