"""A delegate imports a bad list: 4,000 mails, 16 % of them to mailboxes that do not exist.

Each day from 8 to 18 o'clock the owner's account sends 200 mails an hour (1 bounces) and the delegate 500 (2
bounce). On Monday, 16 November, the import comes on top: 1,000 mails an hour from 9 to 13, of which 160
bounce.

By hand. A volume window is the latest hours that hold 10,000 sends. The delegate's:

  Mon 10:05  2,000 of Monday, 5,000 of Sunday, 3,000 of Saturday since 12:00: 160 + 4 + 20 + 12 = 196 bounces,
             1.96 %: healthy. But of the last 24 hours' 3,500 + 2,000 mails 14 + 164 = 178 bounced, 3.24 %,
             and usually 0.40 %: the spike is found an hour after the import began.
  Mon 11:05  3,500 + 5,000 + 1,500 since Saturday 15:00: 326 + 20 + 6 = 352, 3.52 %: watch. 148 more are 5 %.
             Below 1.8 % it is when the newest 10,000 sends begin after the import's first hour, or hold 179
             bounces: 8,500 clean sends after the 1,500 of the hour of 10:00, with 162 bounces.
  Mon 12:05  5,000 + 5,000 since Sunday 8:00: 488 + 20 = 508, 5.08 %: review. 492 more are 10 %.
  Tue 10:05  1,000 + 9,000 since Monday 8:00: 4 + 660 = 664, 6.64 %. A day after the first alert: a reminder.
  Tue 12:05  The last 24 hours begin on Monday at 13:00: 18 of 4,500 bounced: the spike is over.
  Tue 16:05  4,000 + 7,000 since Monday 10:00: 16 + 496 = 512 of 11,000, 4.65 %: not yet below 4.5 %.
  Tue 17:05  4,500 + 5,500 since Monday 11:00: 18 + 334 = 352, 3.52 %: back to watch.
  Wed 12:05  2,000 + 5,000 + 4,000 since Monday 12:00: 8 + 20 + 172 = 200 of 11,000, 1.82 %: not below 1.8 %.
  Wed 13:05  2,500 + 5,000 + 2,500 since Monday 13:00: 40, 0.40 %: healthy.

The identity's, with the owner's mail in it:

  Mon 10:05  The last 24 hours: 4,900 + 2,400 mails, 21 + 166 = 187 bounces, 2.56 %.
  Mon 11:05  4,100 + 6,300 since Sunday 9:00: 329 + 27 = 356 of 10,400, 3.42 %. Without that first hour it is
             353, and of the 10,000 that were asked for 3.53 %, which is more: watch.
  Mon 12:05  5,800 + 4,200 since Sunday 12:00: 492 + 18 = 510, 5.10 %: review.
  Tue 12:05  2,800 + 8,600 since Monday 10:00: 12 + 504 = 516 of 11,400, 4.53 %: not yet below 4.5 %.
  Tue 13:05  3,500 + 6,900 since Monday 11:00: 15 + 341 = 356 of 10,400, 3.42 %: back to watch.
  Tue 16:05  5,600 + 5,200 since Monday 12:00: 24 + 178 = 202 of 10,800, 1.87 %: not below 1.8 %.
  Tue 17:05  6,300 + 5,200: 27 + 178 = 205 of 11,500, 1.78 %: healthy.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

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
        yield Mail(OWNER, "receipts", "gmail", 200, bounced=1)
        yield Mail(DELEGATE, "newsletter", "gmail", 300, bounced=1)
        yield Mail(DELEGATE, "newsletter", "microsoft", 200, bounced=1)
    if at(16, 9) <= hour < at(16, 13):
        yield Mail(DELEGATE, "newsletter", "other", 1_000, bounced=160)


@pytest.fixture(scope="module")
def alerts() -> list[Transition]:
    return replay(traffic, at(3), watched=at(15, 16), last=at(18, 20))


def test_each_entity_has_an_alert_for_each_change_and_daily_while_it_lasts(alerts: list[Transition]) -> None:
    assert timeline(alerts) == [
        "16 10:05 444455556666 finding_opened bounce_spike",
        "16 10:05 example.com finding_opened bounce_spike",
        "16 11:05 444455556666 standing_changed bounces watch",
        "16 11:05 example.com standing_changed bounces watch",
        "16 12:05 444455556666 standing_changed bounces review",
        "16 12:05 example.com standing_changed bounces review",
        "17 10:05 444455556666 reminder review",
        "17 10:05 example.com reminder review",
        "17 12:05 444455556666 finding_resolved bounce_spike",
        "17 12:05 example.com finding_resolved bounce_spike",
        "17 13:05 example.com standing_changed bounces watch",
        "17 17:05 444455556666 standing_changed bounces watch",
        "17 17:05 example.com standing_changed bounces healthy",
        "18 13:05 444455556666 standing_changed bounces healthy",
    ]


def test_the_owner_who_sent_well_hears_nothing_of_its_own_account(alerts: list[Transition]) -> None:
    assert OWNER not in {alert.entity.name for alert in alerts}


def test_the_alerts_say_this_word_for_word(alerts: list[Transition]) -> None:
    assert written(alerts) == expected_text("bad_list_import")
