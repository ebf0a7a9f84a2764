"""Forgotten people are known by a keyed hash, and stand behind all addresses."""

import hashlib
import hmac
import json

from hypothesis import given

from ses_reputation.suppression.forgotten import (
    NOBODY,
    ForgottenPeople,
    address_in,
    hidden,
    is_hidden,
    name_address,
    show_address,
)
from ses_reputation.suppression.listing.destination import (
    SuppressedDestination,
    count_forgotten,
    decode_line,
    encode_line,
    order_of,
    read_addresses,
)
from tests.support.suppression_rows import any_texts

KEY = bytes(range(32))
# RFC 2104 by its own definition, without the code under test.
DIGEST = hmac.new(KEY, b"ann@example.com", hashlib.sha256).hexdigest()[:32]
PEOPLE = ForgottenPeople(KEY, frozenset({DIGEST}))
NOW = "2026-11-27T07:00:00Z"


def test_all_spellings_are_hidden_by_one_hash_and_nobody_else_is() -> None:
    assert {PEOPLE.hide(each) for each in ("ann@example.com", "ANN@Example.com")} == {hidden(DIGEST)}
    assert PEOPLE.hide("joann@example.com") == "joann@example.com"
    assert PEOPLE.hide(hidden(DIGEST)) == hidden(DIGEST)
    assert NOBODY.hide("ann@example.com") == "ann@example.com"


def test_whoever_is_hidden_is_known_without_a_key() -> None:
    assert NOBODY.knows(hidden(DIGEST))
    assert not NOBODY.knows("ann@example.com")


def test_the_key_does_not_show() -> None:
    assert repr(KEY) not in repr(PEOPLE)


def test_a_hidden_row_is_a_line_with_a_hash() -> None:
    row = SuppressedDestination(hidden(DIGEST), NOW, "BOUNCE")
    line = encode_line(row)
    assert json.loads(line) == {"Forgotten": DIGEST, "Reason": "BOUNCE", "LastUpdateTime": NOW}
    assert (decode_line(line), read_addresses([line])) == (row, [hidden(DIGEST)])
    assert show_address(row.email_address) == f"(forgotten: {DIGEST})"


@given(any_texts)
def test_hidden_rows_stand_behind_all_addresses(address: str) -> None:
    assert order_of(address) < order_of(hidden(DIGEST))
    assert not is_hidden(address)
    assert address_in(dict([name_address(address)])) == address


def test_forgotten_lines_are_counted_at_the_end() -> None:
    lines = [
        encode_line(SuppressedDestination(each, NOW, "BOUNCE"))
        for each in ("a@example.com", "b@example.com", hidden("0" * 32), hidden("1" * 32))
    ]
    assert [count_forgotten(lines[:end]) for end in range(5)] == [0, 0, 0, 1, 2]
