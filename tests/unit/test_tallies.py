"""Sums and groups: shapes are added number by number, whatever they are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ses_reputation.tallies import add, group_by, group_pairs, total, total_by_key


class Mails(NamedTuple):
    sent: int = 0
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class Feeds:
    mails: Mails = field(default_factory=Mails)
    senders: int = 0
    by_type: Mapping[str, int] = field(default_factory=dict)


def test_a_number_is_added_to_the_number_in_its_place() -> None:
    assert add(Mails(1, 20), Mails(300, 4_000)) == Mails(301, 4_020)
    assert add((1, 2), (3, 4)) == (4, 6)


def test_what_is_within_a_shape_is_added_too() -> None:
    one = Feeds(Mails(1, 2), 5, {"full": 1, "spam": 2})
    other = Feeds(Mails(3, 4), 2, {"spam": 4, "greylisted": 8})
    assert add(one, other) == add(other, one)
    assert add(one, other) == Feeds(Mails(4, 6), 7, {"full": 1, "spam": 6, "greylisted": 8})
    assert add(one, Feeds()) == one


def test_adding_changes_neither_side() -> None:
    one = {"a": {"b": 1}}
    assert add(one, {"a": {"b": 2, "c": 3}}) == {"a": {"b": 3, "c": 3}}
    assert one == {"a": {"b": 1}}


def test_the_total_of_nothing_is_the_zero() -> None:
    assert total([], Mails()) == Mails()
    assert total([Mails(1, 2), Mails(3, 4), Mails(5, 6)], Mails()) == Mails(9, 12)


def test_pairs_are_added_by_key_in_the_order_of_the_keys() -> None:
    pairs = [("b", Mails(1, 1)), ("a", Mails(2, 2)), ("b", Mails(4, 4))]
    assert list(total_by_key(pairs).items()) == [("b", Mails(5, 5)), ("a", Mails(2, 2))]


def test_groups_keep_the_order_of_what_comes() -> None:
    assert list(group_by("bacab", str.upper).items()) == [("B", ["b", "b"]), ("A", ["a", "a"]), ("C", ["c"])]
    assert group_pairs([(1, "x"), (2, "y"), (1, "z")]) == {1: ["x", "z"], 2: ["y"]}
