"""The line of a row: exactly the fields of SES, and what is found in it without decoding it."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.suppression.listing.destination import (
    SuppressedDestination,
    count_reasons,
    decode_line,
    encode_line,
    later_line,
    order_of,
    read_addresses,
)
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_rows import any_rows, any_texts, in_order

IN_ORDER = [
    "a",
    "A",
    "a!",
    "a@x.example",
    "A@X.example",
    "A@x.example",
    "a@x.example2",
    "b@x.example",
    "i@x.example",
    # The Turkish capital folds to an i with a dot of its own.
    "İ@x.example",
    'o\'hara/"x"@x.example',
    "ä@x.example",
    "Ä@x.example",
]
SEVEN = "2026-11-21T07:00:00Z"


def test_a_line_has_exactly_the_fields_of_ses_and_a_full_time() -> None:
    line = encode_line(SuppressedDestination("Ann@example.com", SEVEN, "BOUNCE"))
    assert line == (
        '{"EmailAddress":"Ann@example.com","Reason":"BOUNCE","LastUpdateTime":"2026-11-21T07:00:00Z"}'
    )


@given(any_rows)
def test_a_line_is_the_json_of_its_row(row: SuppressedDestination) -> None:
    address, time, reason = row
    fields = {"EmailAddress": address, "Reason": reason, "LastUpdateTime": time}
    assert encode_line(row) == json.dumps(fields, separators=(",", ":"))
    assert decode_line(encode_line(row)) == row


@given(st.lists(any_rows))
def test_addresses_and_reasons_are_found_in_lines_whatever_they_hold(
    rows: list[SuppressedDestination],
) -> None:
    lines = [encode_line(row) for row in rows]
    assert read_addresses(lines) == [row.email_address for row in rows]
    assert count_reasons(lines) == Counter(row.reason for row in rows)


def test_all_spellings_of_an_address_stand_together_and_each_alone() -> None:
    by_code_points = sorted(IN_ORDER)
    assert by_code_points != IN_ORDER
    assert sorted(by_code_points, key=order_of) == IN_ORDER


@given(st.lists(any_texts, max_size=30))
def test_no_two_addresses_have_one_key(addresses: list[str]) -> None:
    assert len(set(map(order_of, addresses))) == len(set(addresses))


@given(st.lists(any_texts.filter(lambda text: "\0" not in text), max_size=30))
def test_keys_are_in_the_order_of_folded_text_then_of_text(addresses: list[str]) -> None:
    assert sorted(set(addresses), key=order_of) == in_order(addresses)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "secret@example.com",
        '["secret@example.com"]',
        '{"EmailAddress":"secret@example.com',
        '{"Reason":"BOUNCE","LastUpdateTime":"2026-11-21T07:00:00Z"}',
    ],
)
def test_no_address_is_found_in_what_is_none_of_our_lines(line: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_addresses([line])


@pytest.mark.parametrize("address", [None, 7, ["a@example.com"]])
def test_a_line_whose_address_is_no_text_is_refused(address: object) -> None:
    fields = {"EmailAddress": address, "Reason": "BOUNCE", "LastUpdateTime": SEVEN}
    with pytest.raises(ValueError, match="no suppressed destination"):
        decode_line(json.dumps(fields))


@pytest.mark.parametrize("time", ["2026-11-21", "2026-11-21T07:00:00", "2026-11-21T07:00:00.5Z", "soon", ""])
def test_a_line_whose_time_is_not_as_snapshots_have_it_is_refused(time: str) -> None:
    with pytest.raises(ValueError, match="no suppressed destination"):
        decode_line(encode_line(SuppressedDestination("a@example.com", time, "BOUNCE")))


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        (suppress("a@example.com", "BOUNCE", 9), suppress("a@example.com", "COMPLAINT", 3)),
        # Of two updates at one moment the complaint stands.
        (suppress("a@example.com", "COMPLAINT"), suppress("a@example.com", "BOUNCE")),
        # As text with its Z, a whole second would sort after its fractions.
        (suppress("a@example.com", "BOUNCE", 0.5), suppress("a@example.com", "BOUNCE", 0)),
        (suppress("a@example.com", "BOUNCE", 1), suppress("a@example.com", "BOUNCE", 0.999999)),
    ],
)
def test_of_two_lines_of_an_address_the_latest_update_stands(
    later: SuppressedDestination, earlier: SuppressedDestination
) -> None:
    lines = encode_line(later), encode_line(earlier)
    assert later_line(*lines) == later_line(*reversed(lines)) == lines[0]


@given(any_rows, st.text(st.sampled_from('"\\{}:,\n\x1fé \ud800'), max_size=3), st.integers(0, 200))
def test_whatever_a_line_is_it_is_read_as_json_reads_it(
    row: SuppressedDestination, inserted: str, place: int
) -> None:
    line = encode_line(row)
    line = line[:place] + inserted + line[place:]
    try:
        fields = json.loads(line)
        expected = (fields["EmailAddress"], fields["LastUpdateTime"], fields["Reason"])
    except (ValueError, KeyError, TypeError):
        expected = None
    try:
        read = tuple(decode_line(line))
    except (ValueError, KeyError, TypeError):
        # It asks more of a line than that it is JSON: a time as snapshots have it.
        assert expected is None or expected[1] != row.last_update_time
    else:
        assert read == expected
