"""A mailbox provider throttles: for 30 hours Microsoft defers 31 of 100 mails an hour, where 1 is usual.

The delegate sends 60 mails an hour to Gmail and 100 to Microsoft, day and night. From Tuesday, 17 November,
14:00 to Wednesday 20:00, 31 of the latter are deferred for the IP address, and delivered within the hour.

By hand. The week before had 168 of 16,800 deferred; with 95 % confidence that is 1.16 % at most, and twice
that is less than 8 %, the least that is a deferral if it lasts. Of one hour's mail five times that is needed,
of two hours' three times: 24 %.

  Tue 15:05  31 of 100 in one hour are less than 40 %. 32 of 200 in two, 16.0 %: 11.6 % at least. Not yet.
  Tue 16:05  62 of 200 in two, 31.0 %, with 95 % confidence 25.0 % at least: found, since 14:00. The week
             before is the 9th to the 15th: 7 * 24 * 100 = 16,800 mails.
  Wed 16:05  A day later, 62 of 200, 31.0 %: a reminder.
  Wed 23:05  The hours from 20:00 are the third calm one: 3 of 300, 1.0 %: over. At 22:05 two of three were.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from ses_reputation.standing.state import Transition
from tests.scenarios.replay import (
    DELEGATE,
    Mail,
    at,
    expected_text,
    replay,
    timeline,
    written,
)


def traffic(hour: datetime) -> Iterator[Mail]:
    is_throttled = at(17, 14) <= hour < at(18, 20)
    yield Mail(DELEGATE, "newsletter", "gmail", 60)
    yield Mail(DELEGATE, "newsletter", "microsoft", 100, delayed=31 if is_throttled else 1)


@pytest.fixture(scope="module")
def alerts() -> list[Transition]:
    return replay(traffic, at(8), watched=at(17, 6), last=at(19, 12))


def test_the_owner_hears_when_it_begins_after_a_day_and_when_it_is_over(alerts: list[Transition]) -> None:
    assert timeline(alerts) == [
        "17 16:05 example.com finding_opened provider_deferral#microsoft",
        "18 16:05 example.com reminder healthy",
        "18 23:05 example.com finding_resolved provider_deferral#microsoft",
    ]


def test_the_alerts_say_this_word_for_word(alerts: list[Transition]) -> None:
    assert written(alerts) == expected_text("throttling")
