"""What each feed reported, sender by sender."""

import json
from collections.abc import Iterable
from datetime import datetime

from ses_reputation.findings.feed_coverage.feed_health import FeedView, view_feeds
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.entities import SenderIdentity
from tests.support.mail import (
    NOTHING,
    SENDER,
    Reported,
    at,
    hours_from,
    read_at,
    reported_mail,
)
from tests.support.notifications import DELEGATE, OWNER, SECOND_DELEGATE

NOW = at("22 10:05")

SEEN = [
    *(
        reported_mail(hour, Reported(100, bounced=2, complained=1))
        for hour in hours_from("2026-11-18T00", 96)
    ),
    *(
        reported_mail(
            hour,
            Reported(100, bounced=2),
            Reported(50, bounced=1, sender=NOTHING),
            Reported(10, name="promotions"),
        )
        for hour in hours_from("2026-11-22T00", 9)
    ),
    *(
        reported_mail(
            hour, Reported(30, bounced=1, sender=NOTHING), sender=SENDER._replace(account=SECOND_DELEGATE)
        )
        for hour in hours_from("2026-11-21T00", 9)
    ),
    *(
        reported_mail(hour, Reported(20, owner=NOTHING), sender=SENDER._replace(account=OWNER))
        for hour in hours_from("2026-11-20T00", 24)
    ),
]


def views(reported: Iterable[HourBalance] = SEEN, now: datetime = NOW) -> dict[str, FeedView]:
    seen = view_feeds(*read_at(now, reported), now)
    assert [view.sender for view in seen] == sorted(view.sender for view in seen)
    return {view.sender.account: view for view in seen}


def test_the_view_shows_what_each_feed_reported_of_each_sender() -> None:
    """The agency: 96 hours of 100 mails, then 9 hours with two sets and mail without any."""
    view = views()[DELEGATE].to_json()

    assert view["sender_feed"] == {
        "is_set_up": True,
        "last_reported": "2026-11-22T08",
        "reported": {
            "sends": 96 * 100 + 9 * 110,
            "delivered": 96 * 98 + 9 * (98 + 10),
            "bounced": 96 * 2 + 9 * 2,
            "complained": 96,
        },
    }
    assert view["owner_feed"] == {
        "is_set_up": True,
        "last_reported": "2026-11-22T08",
        "reported": {"delivered": 0, "bounced": 96 * 2 + 9 * 3, "complained": 96},
    }
    assert view["coverage"]["bounced"] == {"owner_only": 9, "sender_only": 0, "both": 210}
    assert view["configuration_sets"]["promotions"] == {
        "sends": 90,
        "last_reported": "2026-11-22T08",
        "coverage": {
            "delivered": {"owner_only": 0, "sender_only": 90, "both": 0},
            "bounced": {"owner_only": 0, "sender_only": 0, "both": 0},
            "complained": {"owner_only": 0, "sender_only": 0, "both": 0},
        },
    }
    assert view["configuration_sets"]["(none)"]["last_reported"] is None
    assert view["missing_outcomes"] == {
        "first_day": "2026-11-20",
        "last_day": "2026-11-20",
        "sends": 2_400,
        "without_outcome": 0,
        "share": 0.0,
    }


def test_the_view_says_which_feed_is_not_set_up() -> None:
    product, owner = views()[SECOND_DELEGATE].to_json(), views()[OWNER].to_json()

    assert product["sender_feed"] == {
        "is_set_up": False,
        "last_reported": None,
        "reported": {"sends": 0, "delivered": 0, "bounced": 0, "complained": 0},
    }
    assert product["owner_feed"]["is_set_up"]
    assert product["missing_outcomes"] is None
    assert not owner["owner_feed"]["is_set_up"]
    # The 20th is reported by the day.
    assert owner["sender_feed"]["last_reported"] == "2026-11-20"


def test_the_view_is_plain_json_and_names_the_sender() -> None:
    seen = [view.to_json() for view in views().values()]

    assert json.loads(json.dumps(seen)) == seen
    assert {(each["sending_account"], each["region"], each["identity"]) for each in seen} == {
        (account, "us-east-1", "example.com") for account in (DELEGATE, SECOND_DELEGATE, OWNER)
    }


def test_the_view_separates_senders_by_identity_too() -> None:
    other = reported_mail("2026-11-22T05", Reported(7), sender=SENDER._replace(identity="example.org"))
    seen = view_feeds(*read_at(NOW, [*SEEN, other]), NOW)

    (view,) = [each for each in seen if each.sender == SenderIdentity(DELEGATE, "us-east-1", "example.org")]
    assert view.counts.sends == 7


def test_no_feeds_are_seen_where_nothing_is_known() -> None:
    assert view_feeds([], [], NOW) == []
