"""The last assessment is dated by the watermark, or by the newest entity, whichever is later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.rollup.entities import SenderIdentity, account_entity, identity_entity
from ses_reputation.standing.last_assessment import last_assessment
from ses_reputation.standing.state import EntityState

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
NEWEST = EntityState(identity_entity("example.com"), 1, NOW)
SENDERS = [SenderIdentity("444455556666", "us-east-1", f"example.{tld}") for tld in ("com", "org")]
OLDER = EntityState(identity_entity("example.org"), 1, NOW - timedelta(hours=1))


# Balances take ten minutes to settle, so the watermark is ten minutes behind its assessment.
@pytest.mark.parametrize(
    ("watermark", "minutes_later"),
    [(None, 0), (NOW - timedelta(minutes=4), 6), (NOW - timedelta(hours=1), 0)],
)
def test_the_later_of_watermark_and_newest_entity_counts(
    watermark: datetime | None, minutes_later: int
) -> None:
    assert last_assessment(watermark, [OLDER, NEWEST], SENDERS).at == NOW + timedelta(minutes=minutes_later)


@pytest.mark.parametrize(("minutes", "is_behind"), [(60, False), (120, False), (121, True)])
def test_an_entity_is_behind_after_more_than_two_hours(minutes: int, is_behind: bool) -> None:
    later = replace(NEWEST, entity=OLDER.entity, assessed_at=NOW + timedelta(minutes=minutes))

    assert last_assessment(None, [NEWEST, later], SENDERS).has_left_out(NEWEST) is is_behind


def test_whom_nobody_assesses_is_not_behind() -> None:
    """SES's decision is all that is known of it, or its mail has left every window."""
    gone = EntityState(account_entity("555566667777", "us-east-1"), 1, NOW - timedelta(days=9))

    assert not last_assessment(None, [NEWEST, gone], SENDERS).has_left_out(gone)
