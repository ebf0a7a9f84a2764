"""Text of others is shown as it is, and no letter of it acts."""

import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.visible_text import shorten_addresses, visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("newsletter", "newsletter"),
        ("Grüße an 新聞 \N{BOUQUET}", "Grüße an 新聞 \N{BOUQUET}"),
        ("550 5.1.1\r\nuser unknown", r"550 5.1.1\r\nuser unknown"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202egpj.exe", r"a\u202egpj.exe"),
        ("\u2066a\u2069", r"\u2066a\u2069"),
        ("one\u2028two\x85three", r"one\u2028two\x85three"),
        ("exa\u200bmple.com", r"exa\u200bmple.com"),
        ("half \ud83d of it", r"half \ud83d of it"),
        ("narrow\u202fand\xa0fixed\u3000spaces", "narrow\u202fand\xa0fixed\u3000spaces"),
    ],
)
def test_a_letter_that_acts_is_written_out_and_all_others_stay(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_character_of_unicode_acts_once_it_is_shown() -> None:
    acting = [chr(code) for code in range(sys.maxunicode + 1)]
    acting = [letter for letter in acting if category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]

    assert len(acting) > 2_000
    assert all(visible(letter).startswith("\\") and visible(letter).isascii() for letter in acting)


@given(st.text())
def test_what_is_shown_is_one_line_and_is_shown_alike_again(text: str) -> None:
    shown = visible(text)

    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown


def test_lines_of_our_own_stay_lines() -> None:
    assert visible_lines("one\n  two\r\n\x1bthree") == "one\n  two\\r\n\\x1bthree"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("support@example.com", "s...@example.com"),
        ("identity ann@example.com in use", "identity a...@example.com in use"),
        ("identity#ann@example.com", "identity#a...@example.com"),
        ("identity#ann#1@example.com", "identity#a...@example.com"),
        (
            "arn:aws:ses:eu-west-1:111122223333:identity/ann@example.com",
            "arn:aws:ses:eu-west-1:111122223333:identity/a...@example.com",
        ),
        ("ann@example.com, bob@example.org", "a...@example.com, b...@example.org"),
        ("o'brien+news/x@example.com", "o...@example.com"),
        ("a@b@example.com", "a...@example.com"),
        ("新聞@example.com", "新...@example.com"),
        ("example.com", "example.com"),
        ("5 @ 3 %", "5 @ 3 %"),
        ("@example.com", "@example.com"),
    ],
)
def test_an_address_is_shortened_to_its_first_letter_and_its_domain(text: str, shown: str) -> None:
    assert shorten_addresses(text) == shown


@given(
    st.text(st.characters(exclude_categories=["Zs", "Cc", "Zl", "Zp"]), min_size=2).filter(
        lambda it: "@" not in it
    )
)
def test_no_more_than_a_letter_is_left_of_what_is_before_the_sign(local_part: str) -> None:
    assert shorten_addresses(f"{local_part}@example.com") in {
        f"{local_part[0]}...@example.com",
        f"identity#{local_part.removeprefix('identity#')[:1]}...@example.com",
    }
