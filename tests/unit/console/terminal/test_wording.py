"""How figures read in tables."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from console.terminal import wording

NOW = datetime(2026, 11, 22, 10, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rate", "places", "text"),
    [
        (0.0512, 1, "5.1 %"),
        (0.0, 2, "0.00 %"),
        (Fraction(4, 100_000), 2, "<0.01 %"),
        (Fraction(1, 1_000_000), 3, "<0.001 %"),
        (Fraction(34, 100_000), 3, "0.034 %"),
        (1.0, 1, "100.0 %"),
        (None, 1, "-"),
    ],
)
def test_shares_are_percent_and_never_nothing_by_rounding(
    rate: Fraction | float | None, places: int, text: str
) -> None:
    assert wording.share(rate, places) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=25), "1 day 1 hour ago"),
    ],
)
def test_ages_are_given_in_the_largest_units(ago: timedelta, text: str) -> None:
    assert wording.age(NOW - ago, NOW) == text


@pytest.mark.parametrize(
    ("hours", "text"), [(1, "1 hour"), (18, "18 hours"), (48, "2.0 days"), (1_798, "74.9 days")]
)
def test_spans_are_hours_then_days(hours: int, text: str) -> None:
    assert wording.span(hours) == text


def test_none_is_a_dash() -> None:
    assert (wording.number(0), wording.number(12_345)) == ("-", "12,345")


def test_only_the_first_letter_becomes_a_capital() -> None:
    assert [wording.capital(text) for text in ("own domains", "GMX and WEB.DE", "")] == [
        "Own domains",
        "GMX and WEB.DE",
        "",
    ]
