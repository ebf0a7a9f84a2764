"""A topic is lost: for 29 hours SES may not publish a delegate's events, and its sends are unknown.

Each day from 8 to 18 o'clock the owner's account sends 200 mails an hour (1 bounces) and the delegate 500 (3
bounce). From Tuesday, 17 November, 10:00 to Wednesday 15:00 only the owner's topic reports the delegate's
mail: of its bounces.

By hand. An hour is compared an hour after its end, and five bounces must be missed:

  Tue 12:05  3 bounces of the hour of 10:00 were reported by the owner only: too few.
  Tue 13:05  6, of 10:00 and 11:00: found, since 10:00, the hour after the last that the sender reported.
  Wed 13:05  A day later: 24 of Tuesday (8 hours) and 12 of Wednesday (8:00 to 11:00), 36: a reminder.
  Wed 16:05  The feed has reported the hour of 15:00: over.

Meanwhile the bounces stand against ever fewer known sends of the last 24 hours (on Wednesday at 8:05 27 of
500, 5.40 %), though there are no more of them than on any other day: no spike may be found. The standing is
taken over 10,000 sends, 60 of which bounced before, and 45 more do not reach 2 %.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from ses_reputation.findings.finding import FindingKind
from ses_reputation.standing.state import Transition
from tests.scenarios.replay import (
    DELEGATE,
    OWNER,
    Mail,
    at,
    expected_text,
    replay,
    timeline,
    written,
)


def traffic(hour: datetime) -> Iterator[Mail]:
    if 8 <= hour.hour < 18:
        is_published = not at(17, 10) <= hour < at(18, 15)
        yield Mail(OWNER, "receipts", "gmail", 200, bounced=1)
        yield Mail(DELEGATE, "newsletter", "gmail", 300, bounced=2, is_reported_by_sender=is_published)
        yield Mail(DELEGATE, "newsletter", "microsoft", 200, bounced=1, is_reported_by_sender=is_published)


@pytest.fixture(scope="module")
def alerts() -> list[Transition]:
    return replay(traffic, at(3), watched=at(16, 16), last=at(20, 12))


def test_the_owner_hears_when_it_begins_after_a_day_and_when_it_is_over(alerts: list[Transition]) -> None:
    assert timeline(alerts) == [
        "17 13:05 example.com finding_opened coverage_gap#444455556666",
        "18 13:05 example.com reminder healthy",
        "18 16:05 example.com finding_resolved coverage_gap#444455556666",
    ]


def test_mail_of_which_no_send_is_known_is_not_taken_for_a_rise(alerts: list[Transition]) -> None:
    assert not any(FindingKind.BOUNCE_SPIKE in alert.name for alert in alerts)


def test_the_alerts_say_this_word_for_word(alerts: list[Transition]) -> None:
    assert written(alerts) == expected_text("lost_topic")
