"""A page is one packing of one set of facts."""

from array import array
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.errors import PageError
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.tags import MOST_TAG_BYTES
from ses_reputation.ledger.pages import (
    MOST_FACT_BYTES,
    MOST_SOURCE_BYTES,
    FactRun,
    Page,
    Source,
    is_urgent,
    pack_page,
    runs_within,
    touched_digits,
    unpack_page,
)
from ses_reputation.ledger.shards import Shard
from tests.support.pages import SOURCE, WHOLE, page_of

Facts = Mapping[Source, Mapping[tuple[int, int], Iterable[bytes]]]

names = st.sampled_from(["example.com", 'news+"daily"@example.com', "é" * 100, "x" * 320])
sources = st.builds(
    Source,
    st.integers(0, 15),
    names,
    st.booleans(),
    st.sampled_from(["", "newsletter", "receipts", "x" * 64]),
    st.booleans(),
    st.sampled_from([(), ("campaign=spring",), ("campaign=spring", f"{'n' * 256}={'v' * 256}")]),
)
runs = st.dictionaries(
    st.tuples(st.integers(1, 127), st.integers(0, 255)),
    st.sets(st.binary(min_size=8, max_size=8), min_size=1, max_size=9),
    min_size=1,
    max_size=4,
)
facts = st.dictionaries(sources, runs, max_size=6)
few = settings(max_examples=50, deadline=None)


def unpacked(page: Page) -> dict[Source, dict[tuple[int, int], set[bytes]]]:
    found: dict[Source, dict[tuple[int, int], set[bytes]]] = {}
    for run in unpack_page(page.content, 2):
        dispatches = {fingerprint.to_bytes(8) for fingerprint in run.fingerprints}
        found.setdefault(run.source, {})[run.outcome, run.provider] = dispatches
    return found


@few
@given(facts)
def test_what_is_packed_comes_out_again(facts: Facts) -> None:
    assert unpacked(pack_page(WHOLE, facts)) == facts


@few
@given(facts)
def test_order_and_repetition_do_not_change_a_page(facts: Facts) -> None:
    repeated = {
        source: {key: [*dispatches, *dispatches] for key, dispatches in reversed(list(runs.items()))}
        for source, runs in reversed(list(facts.items()))
    }

    assert pack_page(WHOLE, repeated) == pack_page(WHOLE, facts)


@few
@given(facts, facts)
def test_other_facts_have_another_sort_key(first: Facts, second: Facts) -> None:
    same = pack_page(WHOLE, first).sort_key == pack_page(WHOLE, second).sort_key
    assert same is (first == second)


OWNERS = Source(10, "example.com", False, "receipts", True)
ASSUMED = Source(3, "mail.example.com", True, "", False)
GOLDEN = (
    b'\x31[["example.com","mail.example.com"],["receipts"]]'  # 49 bytes of names
    + b"\x32\x01\x00\x01"  # bucket 3, assumed; the second identity, no set, one run
    + b"\x02\x03\x01CCCCCCCC"  # delivered within 10 s, gmail, one dispatch
    + b"\xa1\x00\x01\x02"  # bucket 10, the owner's feed; the first identity, the first set, two runs
    + b"\x01\x00\x01AAAAAAAA"  # sent, other, one dispatch
    + b"\x10\x04\x02AAAAAAAABBBBBBBB"  # bounced for good, microsoft, two dispatches
)


def test_the_format_is_what_its_description_says() -> None:
    page = pack_page(
        WHOLE,
        {
            OWNERS: {(16, 4): [b"BBBBBBBB", b"AAAAAAAA"], (1, 0): [b"AAAAAAAA"]},
            ASSUMED: {(2, 3): [b"CCCCCCCC"]},
        },
    )

    assert page.content == GOLDEN
    assert len(b'[["example.com","mail.example.com"],["receipts"]]') == 0x31
    # By `b2sum -l 96`; buckets 3 and 10 are bits 8 and 400.
    assert page.sort_key == "0408!" + urlsafe_b64encode(bytes.fromhex("8b4bf414bced7d1dc61a1158")).decode()


TAGGED = SOURCE._replace(identity="a.example", tags=("campaign=spring", "ses:tenant-name=x"))


def test_tags_are_a_third_list_of_names_and_places_in_the_heads_of_those_that_have_any() -> None:
    plain = TAGGED._replace(tags=())
    page = pack_page(WHOLE, {TAGGED: {(1, 3): [b"AAAAAAAA"]}, plain: {(1, 3): [b"BBBBBBBB"]}})

    names = b'[["a.example"],["newsletter"],["campaign=spring","ses:tenant-name=x"]]'
    assert page.content == (
        bytes([len(names)])
        + names
        + b"\x70\x00\x01\x01"  # bucket 7; the first identity, the first set, one run
        + b"\x01\x03\x01BBBBBBBB"
        + b"\x74\x00\x01\x02\x00\x01\x01"  # bucket 7, with two tags: the first and the second; one run
        + b"\x01\x03\x01AAAAAAAA"
    )


def test_fingerprints_come_out_as_numbers_in_ascending_order() -> None:
    assert list(unpack_page(GOLDEN, 2)) == [
        FactRun(ASSUMED, 2, 3, array("Q", [0x4343434343434343])),
        FactRun(OWNERS, 1, 0, array("Q", [0x4141414141414141])),
        FactRun(OWNERS, 16, 4, array("Q", [0x4141414141414141, 0x4242424242424242])),
    ]


def test_a_count_above_127_takes_another_byte() -> None:
    content = page_of(*range(300)).content

    # 300 = 2 x 128 + 44: the low seven bits come first, marked.
    assert content[37:41] == b"\x01\x03\xac\x02"
    assert [len(run.fingerprints) for run in unpack_page(content, 2)] == [300]


def test_a_name_stands_on_a_page_once_however_many_sources_have_it() -> None:
    sources = [
        SOURCE._replace(configuration_set=name, is_owners=is_owners, is_assumed=is_assumed)
        for name in ("newsletter", "receipts", "")
        for is_owners in (True, False)
        for is_assumed in (True, False)
    ]
    page = pack_page(WHOLE, {source: {(1, 3): [bytes(8)]} for source in sources})

    assert [page.content.count(name) for name in (b"example.com", b"newsletter", b"receipts")] == [1, 1, 1]
    assert unpacked(page).keys() == set(sources)


def test_a_page_has_room_for_thousands_of_identities_and_sets() -> None:
    sources = [
        SOURCE._replace(identity=f"tenant-{number}.example", configuration_set=f"set-{number}")
        for number in range(5_000)
    ]
    page = pack_page(WHOLE, {source: {(1, 3): [bytes(8)]} for source in sources})

    assert unpacked(page).keys() == set(sources)
    # 21 and 8 bytes of names, 6 of their quotes and commas; a head of 6; a run of 11.
    assert len(page.content) < 5_000 * (21 + 8 + 6 + 6 + 11)


def test_a_fact_alone_takes_48_bytes_and_a_thousand_of_one_run_eight_each() -> None:
    # Names 32 and their length 1, a source's head 4, a run's 3, or 4 where its count is above 127.
    assert len(page_of(1).content) == 33 + 4 + 3 + 8
    assert len(page_of(*range(1_000)).content) == 33 + 4 + 4 + 8_000


@few
@given(facts)
def test_what_a_draft_reckons_for_a_page_is_never_less_than_it_takes(facts: Facts) -> None:
    count = sum(len(set(dispatches)) for runs in facts.values() for dispatches in runs.values())
    # As JSON may write a character.
    named = sum(6 * len(source.identity + source.configuration_set) for source in facts)
    named += sum(MOST_TAG_BYTES * len(source.tags) for source in facts)

    reckoned = count * MOST_FACT_BYTES + len(facts) * MOST_SOURCE_BYTES + named
    assert len(pack_page(WHOLE, facts).content) <= reckoned + len("[[],[],[]]") + 3


def test_a_sort_key_says_in_which_parts_of_the_hour_a_page_has_facts() -> None:
    in_buckets = {SOURCE._replace(bucket=bucket): {(1, 3): [bytes(8)]} for bucket in (0, 4, 15)}
    page = pack_page(WHOLE, in_buckets)

    # 8000 + 0010 + 0001
    assert page.sort_key[:5] == "8011-"
    assert touched_digits(page.sort_key) == {"0", "4", "f"}


@pytest.mark.parametrize("shard", [WHOLE.part("7"), WHOLE.part("7").part("a")])
def test_a_page_of_a_part_is_said_to_have_facts_in_every_part_of_it(shard: Shard) -> None:
    assert touched_digits(page_of(1, shard=shard).sort_key) == set("0123456789abcdef")


@pytest.mark.parametrize(
    ("outcomes", "urgent"),
    [
        ({Outcome.SENT}, False),
        ({Outcome.DELIVERED_LATER, Outcome.DELAYED_IP_FAILURE, Outcome.REJECTED}, False),
        ({Outcome.BOUNCED_TRANSIENT_GENERAL}, True),
        ({Outcome.SENT, Outcome.COMPLAINED_ABUSE}, True),
        (set(), False),
    ],
)
def test_a_sort_key_says_whether_a_page_has_bounces_or_complaints(
    outcomes: set[Outcome], *, urgent: bool
) -> None:
    page = pack_page(WHOLE, {SOURCE: {(outcome, 3): [bytes(8)] for outcome in outcomes}} if outcomes else {})

    assert is_urgent(page.sort_key) is urgent
    assert page.sort_key[4] == ("!" if urgent else "-")


@pytest.mark.parametrize("key", ["", "x", "digest", "zzzz!abc"])
def test_what_is_no_sort_key_names_no_parts(key: str) -> None:
    assert not is_urgent(key[:4])
    with pytest.raises(ValueError, match="invalid literal"):
        touched_digits(key)


def run(bucket: int, *dispatches: int) -> FactRun:
    return FactRun(SOURCE._replace(bucket=bucket), 1, 3, array("Q", dispatches))


def test_a_part_has_the_runs_of_its_bucket_and_of_those_the_fingerprints_of_its_digit() -> None:
    first, last = 0xA000_0000_0000_0000, 0xAFFF_FFFF_FFFF_FFFF
    runs = [run(7, 5, first - 1, first, last, last + 1), run(8, first), run(7, 1, 2)]

    assert list(runs_within(runs, "")) == runs
    assert list(runs_within(runs, "7")) == [runs[0], runs[2]]
    assert list(runs_within(runs, "7a")) == [run(7, first, last)]
    assert list(runs_within(runs, "8a")) == [run(8, first)]
    assert list(runs_within(runs, "9")) == []


def test_the_last_digit_has_the_greatest_fingerprint() -> None:
    greatest = 0xFFFF_FFFF_FFFF_FFFF

    assert list(runs_within([run(7, greatest)], "7f")) == [run(7, greatest)]


@pytest.mark.parametrize(
    ("version", "word"),
    [
        (3, "a page is of version 3, newer than this code: upgrade the functions"),
        (
            1,
            "a page is of version 1, which no release wrote and this code does not read: delete the ledger's",
        ),
        (0, "a page is of version 0, which no release wrote"),
    ],
)
def test_a_page_of_another_version_is_refused_with_what_to_do(version: int, word: str) -> None:
    with pytest.raises(PageError, match=word):
        list(unpack_page(GOLDEN, version))


@pytest.mark.parametrize("mark", [0x78, 0x7C])
def test_a_mark_that_means_nothing_yet_is_refused(mark: int) -> None:
    content = bytearray(page_of(1).content)
    assert content[33] == 0x70
    content[33] = mark

    with pytest.raises(PageError, match="a mark that is newer than this code: upgrade the functions"):
        list(unpack_page(bytes(content), 2))


NAMED = b'\x15[["a.example"],["b"]]'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a page of 0 bytes is damaged"),
        (b"\x80", "a page of 1 bytes is damaged"),
        (b"\x05[[],[", "is damaged"),
        (b"\x02[]", "is damaged"),
        (b"\x011", "is damaged"),
        (b"\x02\xff\xff", "is damaged"),
        (NAMED + b"\x70", "is damaged"),
        (NAMED + b"\x70\x00\x00\x01", "is damaged"),
        (NAMED + b"\x70\x01\x00\x01\x01\x03\x01AAAAAAAA", "is damaged"),
        (NAMED + b"\x70\x00\x02\x01\x01\x03\x01AAAAAAAA", "is damaged"),
        (NAMED + b"\x70\x00\x01\x02\x01\x03\x01AAAAAAAA", "is damaged"),
        (NAMED + b"\x70\x00\x01\x01\x01\x03\x80", "is damaged"),
        (NAMED + b"\x70\x00\x01\x01\x01\x03\x02AAAAAAAA", "promises more than the page's"),
        (NAMED + b"\x70\x00\x01\x01\x01\x03\x01AAAAAAAA\x70", "is damaged"),
    ],
)
def test_bytes_that_are_no_page_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(PageError, match=message):
        list(unpack_page(content, 2))


@few
@given(facts, st.data())
def test_any_page_cut_short_within_a_source_is_refused(facts: Facts, data: st.DataObject) -> None:
    if not facts:
        return
    content = pack_page(WHOLE, facts).content
    whole = list(unpack_page(content, 2))
    cut = data.draw(st.integers(0, len(content) - 1))

    try:
        found = list(unpack_page(content[:cut], 2))
    except PageError:
        return
    # Cut between sources: nothing but those before.
    assert found == whole[: len(found)]
    assert found != whole
