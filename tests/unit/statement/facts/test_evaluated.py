"""A part of an identity's mail is rated by itself, and it is known since which day it stands as badly."""

from datetime import datetime, timedelta

import pytest

from ses_reputation.hours import ONE_DAY, day_of
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.statement.facts.evaluated import evaluate_part, with_beginnings
from tests.support.assessed_world import MINE, daily_mail
from tests.support.mail import NOW, days_of

ENTITY = identity_entity("example.com")
MIDNIGHT = datetime(2026, 11, 22, tzinfo=NOW.tzinfo)
FIRST_READ = day_of(NOW - 30 * ONE_DAY)


def began(hours: list[HourBalance], rules: StandingRules) -> tuple[Standing | None, datetime | None]:
    """Where a part stands by its bounces, of which 31 days are read, and since when."""
    days = days_of(hours)
    read = [each for each in days if each.day >= FIRST_READ]
    part = evaluate_part(ENTITY, read, rules, NOW)
    found = with_beginnings(part, read, {each.day for each in days}, rules, NOW)
    return found.standing_of(Measure.BOUNCES), found.since(Measure.BOUNCES)


@pytest.mark.parametrize(("sends", "bounces"), [(8, 1), (100, 7)])
def test_what_was_always_so_has_no_beginning(sends: int, bounces: int) -> None:
    """The same mail each day for two months, of which no day fills the window of 10,000."""
    assert began(daily_mail(MINE, sends, bounces, range(60)), StandingRules()) == (Standing.REVIEW, None)


def test_a_standing_begins_with_the_first_day_at_whose_end_it_was_as_bad() -> None:
    """100 mails a day, the latest 1,000 count; seven days were bad.

    After three bad days 3 x 12 + 7 x 1 of 1,000 had bounced, 4.3 %. After four it was 5.4 %, and 48 of the
    latest 400 are no chance.
    """
    hours = [*daily_mail(MINE, 100, 1, range(7, 60)), *daily_mail(MINE, 100, 12, range(7))]

    assert began(hours, StandingRules(volume=1_000)) == (Standing.REVIEW, MIDNIGHT - timedelta(days=3))


def test_mail_that_began_of_late_begins_its_standing() -> None:
    """Twelve of a hundred bounce each day since the 18th, and nothing was sent before.

    At 5 % chance brings twelve of a hundred (0.004), and hardly 24 of 200 (0.0001).
    """
    standing, since = began(daily_mail(MINE, 100, 12, range(5)), StandingRules())

    assert (standing, since) == (Standing.REVIEW, MIDNIGHT - timedelta(days=3))
