"""How numbers, times and names are put for people."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from ses_reputation.feedback.outcomes import COMPLAINTS, HARD_BOUNCES, Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import EVERYTHING, Dimension, Slice
from ses_reputation.wording import (
    count,
    duration,
    moment,
    moment_of,
    percent,
    provider_title,
    rate_percent,
    slice_title,
)


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "", "0"),
        (1_234_567, "", "1,234,567"),
        (0, "bounce", "0 bounces"),
        (1, "bounce", "1 bounce"),
        (1_234, "bounce", "1,234 bounces"),
    ],
)
def test_numbers_have_separators_and_nouns_follow_them(number: int, noun: str, text: str) -> None:
    assert count(number, noun) == text


def test_a_plural_of_its_own_is_for_all_but_one() -> None:
    said = [count(number, "entry", "entries") for number in (0, 1, 1_234)]
    assert said == ["0 entries", "1 entry", "1,234 entries"]


def test_shares_have_two_decimals_and_complaint_rates_three() -> None:
    assert percent(Fraction(1, 3)) == "33.33 %"
    assert rate_percent(Measure.BOUNCES, Fraction(513, 10_021)) == "5.12 %"
    assert rate_percent(Measure.COMPLAINTS, Fraction(7, 10_021)) == "0.070 %"
    assert rate_percent(Measure.BOUNCES, 0.0) == "0.00 %"
    assert rate_percent(Measure.BOUNCES, 1.0) == "100.00 %"


def test_times_are_worded_in_utc() -> None:
    summer_time = timezone(timedelta(hours=2))
    assert moment(datetime(2026, 11, 22, 10, 5, tzinfo=UTC)) == "2026-11-22 10:05 UTC"
    assert moment(datetime(2026, 7, 22, 1, 5, tzinfo=summer_time)) == "2026-07-21 23:05 UTC"
    assert moment_of("2026-11-22T09") == "2026-11-22 09:00 UTC"
    assert moment_of("2026-11-22") == "2026-11-22"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(), "0 minutes"),
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=65), "1 hour 5 minutes"),
        (timedelta(hours=24), "1 day"),
        (timedelta(days=3, hours=4, minutes=59), "3 days 4 hours"),
        (timedelta(days=3, minutes=59), "3 days"),
    ],
)
def test_a_span_is_worded_by_its_two_largest_units(span: timedelta, text: str) -> None:
    assert duration(span) == text


@pytest.mark.parametrize(
    ("part", "title"),
    [
        (EVERYTHING, "all mail"),
        (Slice(Dimension.CONFIGURATION_SET, "newsletter"), "configuration set newsletter"),
        (Slice(Dimension.CONFIGURATION_SET, "(none)"), "mail without a configuration set"),
        (
            Slice(Dimension.CONFIGURATION_SET, "444455556666/newsletter"),
            "configuration set newsletter of 444455556666",
        ),
        (
            Slice(Dimension.CONFIGURATION_SET, "444455556666/(none)"),
            "mail without a configuration set of 444455556666",
        ),
        (Slice(Dimension.TAG, "campaign=spring"), "campaign spring"),
        (Slice(Dimension.TAG, "444455556666/ses:tenant-name=acme"), "tenant acme of 444455556666"),
        (Slice(Dimension.TAG, "campaign=2026/spring"), "campaign 2026/spring"),
        (Slice(Dimension.TAG, "444455556666/campaign=2026/spring"), "campaign 2026/spring of 444455556666"),
        (Slice(Dimension.CONFIGURATION_SET, "[/x]\n\x1b"), r"configuration set [/x]\n\x1b"),
        (Slice(Dimension.IDENTITY, "a\u202eb"), r"identity a\u202eb"),
        (Slice(Dimension.PROVIDER, "microsoft"), "mail to Microsoft"),
        (Slice(Dimension.PROVIDER, "other"), "mail to other providers"),
        (Slice(Dimension.SENDING_ACCOUNT, "444455556666"), "sending account 444455556666"),
        (Slice(Dimension.IDENTITY, "example.com"), "identity example.com"),
        (
            Slice(Dimension.BOUNCE, "bounced_permanent_no_email"),
            "bounces: no such mailbox (Permanent, NoEmail)",
        ),
        (Slice(Dimension.BOUNCE, "bounced_permanent_general"), "bounces: Permanent, General"),
        (Slice(Dimension.COMPLAINT, "complained_abuse"), "complaints: abuse"),
        (Slice(Dimension.COMPLAINT, "complained_of_tomorrow"), "complaints: complained of tomorrow"),
    ],
)
def test_parts_are_named_as_people_name_them(part: Slice, title: str) -> None:
    assert slice_title(part) == title


def test_no_name_of_the_ledgers_own_reaches_people() -> None:
    bounces = {slice_title(Slice(Dimension.BOUNCE, outcome.wire_name)) for outcome in HARD_BOUNCES}
    complaints = {slice_title(Slice(Dimension.COMPLAINT, outcome.wire_name)) for outcome in COMPLAINTS}
    providers = {provider_title(provider.wire_name) for provider in Provider}

    assert not any("_" in title or "bounced" in title for title in bounces)
    assert not any("_" in title or "complained" in title for title in complaints)
    assert not any("_" in title for title in providers)
    assert len(bounces) == len(HARD_BOUNCES)
    assert len(complaints) == len(COMPLAINTS)
    assert len(providers) == len(Provider)
    assert Outcome.COMPLAINED_NOT_SPAM not in COMPLAINTS


def test_a_provider_that_this_version_does_not_know_is_still_named() -> None:
    assert provider_title("new_provider") == "New Provider"
    assert provider_title("gmx_webde") == "GMX and WEB.DE"
