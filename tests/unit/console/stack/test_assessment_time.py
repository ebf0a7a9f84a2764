"""The last assessment is dated by the watermark, or by the newest entity, whichever is later."""

from datetime import UTC, datetime, timedelta

import pytest

from console.stack.assessment_time import has_fallen_behind, last_assessed_at
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.state import EntityState

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
NEWEST = EntityState(identity_entity("example.com"), 1, NOW)
OLDER = EntityState(identity_entity("example.org"), 1, NOW - timedelta(hours=1))


# Balances take ten minutes to settle, so the watermark is ten minutes behind its assessment.
@pytest.mark.parametrize(
    ("watermark", "minutes_later"),
    [(None, 0), (NOW - timedelta(minutes=4), 6), (NOW - timedelta(hours=1), 0)],
)
def test_the_later_of_watermark_and_newest_entity_counts(
    watermark: datetime | None, minutes_later: int
) -> None:
    assert last_assessed_at(watermark, [OLDER, NEWEST]) == NOW + timedelta(minutes=minutes_later)


@pytest.mark.parametrize(("minutes", "is_behind"), [(60, False), (120, False), (121, True)])
def test_an_entity_is_behind_after_more_than_two_hours(minutes: int, is_behind: bool) -> None:
    assert has_fallen_behind(NEWEST, NOW + timedelta(minutes=minutes)) is is_behind
