"""Mail without an outcome, outcomes without a send, and what each feed reported, sender by sender."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from ses_reputation.findings.detectors import detect_all
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage.feed_health import FeedView, view_feeds
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rates.windows import History
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, account_entity, identity_entity
from tests.support.reported_mail import (
    AGENCY,
    EVERYTHING,
    NOTHING,
    OWNER,
    PRODUCT,
    Mail,
    at,
    hour_of,
    hours_from,
    known_at,
)
from tests.support.worded import WordedDetection

BOOK = account_entity(AGENCY, "us-east-1")
NOW = at("22 10:05")


def faults(
    reported: Iterable[HourBalance], entity: ReputationEntity = BOOK, now: datetime = NOW
) -> dict[str, WordedDetection]:
    hours, days = known_at(reported, now)
    mail = EntityMail(History(entity, days, now), hours, None, StandingRules())
    found = [WordedDetection(each, entity, now) for each in detect_all(mail)]
    return {each.key: each for each in found if each.kind.is_of_feeds}


def missing_outcomes(reported: Iterable[HourBalance], now: datetime = NOW) -> WordedDetection:
    return faults(reported, now=now)["missing_outcomes"]


def day_of(day: str, *mails: Mail, account: str = AGENCY, identity: str = "example.com") -> HourBalance:
    """All mail of a day, sent in one hour of it."""
    return hour_of(f"{day}T12", *mails, account=account, identity=identity)


@pytest.mark.parametrize(
    ("sent", "open_", "state"),
    [
        (1_000, 0, "clear"),
        (1_000, 9, "clear"),  # 0.9 %
        (1_000, 10, "inconclusive"),  # 1 %
        (1_000, 19, "inconclusive"),
        (1_000, 20, "firing"),  # 2 %, and twenty
        (10_000, 199, "inconclusive"),
        (10_000, 200, "firing"),
        (100, 19, "inconclusive"),  # 19 %, but few
        (20, 20, "firing"),
    ],
)
def test_mail_without_an_outcome_is_found_by_share_and_number(sent: int, open_: int, state: str) -> None:
    assert missing_outcomes([day_of("2026-11-20", Mail(sent, open=open_))]).state == state


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("21 23:55", "clear"),  # the 20th ended less than a day ago: SES may still be trying
        ("22 00:00", "firing"),
        ("27 23:55", "firing"),
        ("29 00:00", "clear"),  # a week later nothing is known of its present
    ],
)
def test_a_day_counts_from_a_day_after_its_end(now: str, state: str) -> None:
    assert missing_outcomes([day_of("2026-11-20", Mail(1_000, open=100))], at(now)).state == state


def test_a_large_sender_is_evaluated_by_its_latest_day() -> None:
    reported = [day_of("2026-11-19", Mail(1_000, open=400)), day_of("2026-11-20", Mail(500))]

    assert missing_outcomes(reported).state is DetectionState.CLEAR
    assert missing_outcomes(reported).figures == (
        ("without an outcome", "0 of 500 sends (0.0 %)"),
        ("days of sending", "2026-11-20"),
    )


def test_a_small_sender_is_evaluated_by_as_many_days_as_hold_500_sends() -> None:
    days = [f"2026-11-{day}" for day in (14, 15, 16, 17, 18, 19, 20)]
    found = missing_outcomes([day_of(day, Mail(120, open=6)) for day in days])

    # 5 x 120 sends from the 16th to the 20th.
    assert found.headline == "30 of 600 sends of account 444455556666 have no outcome a day later"
    assert ("days of sending", "2026-11-16 to 2026-11-20") in found.figures


def test_mail_without_an_outcome_is_worded_by_its_sets_and_since_when() -> None:
    reported = [
        day_of("2026-11-17", Mail(1_000, open=4)),
        day_of("2026-11-18", Mail(1_000, open=50), Mail(600, name="promotions")),
        day_of("2026-11-19", Mail(1_000, open=60), Mail(600, name="promotions")),
        day_of("2026-11-20", Mail(1_000, bounced=10, open=55), Mail(600, open=9, name="promotions")),
    ]
    found = missing_outcomes(reported)

    assert (found.kind, found.scope, found.state) == (FindingKind.MISSING_OUTCOMES, "", DetectionState.FIRING)
    assert found.since == "2026-11-18"
    assert found.headline == "64 of 1,600 sends of account 444455556666 have no outcome a day later"
    assert found.figures == (
        ("without an outcome", "64 of 1,600 sends (4.0 %)"),
        ("days of sending", "2026-11-20"),
        ("configuration set newsletter", "55 of 1,000 sends"),
        ("configuration set promotions", "9 of 600 sends"),
    )
    assert found.evidence == {
        "first_day": "2026-11-20",
        "last_day": "2026-11-20",
        "sends": 1_600,
        "without_outcome": 64,
        "share": 0.04,
        "undelivered_sets": [],
        "by_configuration_set": {
            "newsletter": {"sends": 1_000, "without_outcome": 55},
            "promotions": {"sends": 600, "without_outcome": 9},
        },
    }
    assert found.advice[0].startswith("Events are lost on the way")


def test_a_set_of_which_no_delivery_is_reported_does_not_select_them() -> None:
    undelivered = Mail(500, bounced=5, name="promotions", sender=("sent", "bounced", "complained"))
    found = missing_outcomes([day_of("2026-11-20", Mail(1_000), undelivered)])

    # All of promotions but its bounces.
    assert found.headline == "495 of 1,500 sends of account 444455556666 have no outcome a day later"
    assert found.evidence["undelivered_sets"] == ["promotions"]
    assert found.advice == (
        "No delivery of promotions is reported: add DELIVERY (and BOUNCE, if it is missing) to the "
        "MatchingEventTypes of the event destination, which `aws sesv2 "
        "get-configuration-set-event-destinations --configuration-set-name promotions --region us-east-1` "
        "shows.",
    )


def test_a_delivery_that_the_owners_feed_reports_is_an_outcome_too() -> None:
    mail = Mail(500, bounced=5, sender=("sent", "bounced"), owner=("delivered",))

    assert missing_outcomes([day_of("2026-11-20", mail)]).state is DetectionState.CLEAR


def test_mail_of_all_identities_of_the_account_counts_and_no_other_accounts() -> None:
    reported = [
        day_of("2026-11-20", Mail(1_000, open=10)),
        day_of("2026-11-20", Mail(1_000, open=35), identity="example.org"),
        day_of("2026-11-20", Mail(1_000, open=900), account=PRODUCT),
    ]

    assert (
        missing_outcomes(reported).headline
        == "45 of 2,000 sends of account 444455556666 have no outcome a day later"
    )


def test_without_any_mail_nothing_is_unaccounted() -> None:
    assert missing_outcomes([]).state is DetectionState.CLEAR


def test_sends_lost_one_in_250_are_no_finding() -> None:
    """As in the demo's day: 0.4 % of notifications lost, where one feed reports deliveries."""
    assert missing_outcomes([day_of("2026-11-20", Mail(25_000, open=100))]).state is DetectionState.CLEAR


WITHOUT_SENDS = Mail(10, bounced=1, sender=("delivered", "bounced", "complained"))


@pytest.mark.parametrize(
    ("mails", "state"),
    [
        ([Mail(100, bounced=2)], "clear"),
        ([Mail(91), Mail(9, sender=("delivered",))], "clear"),  # nine in ten
        ([Mail(89), Mail(11, sender=("delivered",))], "inconclusive"),
        ([Mail(51), Mail(49, sender=("delivered",))], "inconclusive"),
        ([Mail(50), Mail(50, sender=("delivered",))], "firing"),  # half
        ([Mail(19, sender=("delivered",))], "inconclusive"),  # few
        ([Mail(20, sender=("delivered",))], "firing"),
        ([Mail(100, owner=EVERYTHING[1:], sender=NOTHING)], "clear"),  # the sender's feed tells nothing
    ],
)
def test_outcomes_without_their_sends_are_found_by_set(mails: list[Mail], state: str) -> None:
    name = "(none)" if mails[0].sender == NOTHING else "newsletter"

    assert faults([hour_of("2026-11-22T06", *mails)])[f"sends_missing#{name}"].state == state


def test_a_set_that_never_reported_a_send() -> None:
    reported = [
        hour_of(hour, WITHOUT_SENDS, Mail(100, name="promotions")) for hour in hours_from("2026-11-21T12", 20)
    ]
    seen = faults(reported)
    found = seen["sends_missing#newsletter"]

    assert seen["sends_missing#promotions"].state is DetectionState.CLEAR
    assert (found.scope, found.since) == ("newsletter", "")
    assert found.headline == (
        "Configuration set newsletter of account 444455556666 reports no sends: its rates have no denominator"
    )
    # The latest hours with 50 outcomes: five of ten each.
    assert found.figures[0] == ("reported of the latest mail", "50 outcomes, 0 sends")
    assert found.evidence == {
        "configuration_set": "newsletter",
        "sends": 0,
        "outcomes": 50,
        "last_reported": "",
        "since": "",
    }
    assert "--configuration-set-name newsletter --region us-east-1" in found.advice[0]


def test_sends_that_are_no_longer_selected_are_dated_and_clear_when_they_are_again() -> None:
    reported = [
        *(hour_of(hour, Mail(10, bounced=1)) for hour in hours_from("2026-11-21T12", 10)),
        *(hour_of(hour, WITHOUT_SENDS) for hour in hours_from("2026-11-21T22", 8)),
        *(hour_of(hour, Mail(10, bounced=1)) for hour in hours_from("2026-11-22T06", 12)),
    ]

    def newsletter(now: str) -> WordedDetection:
        return faults(reported, now=at(now))["sends_missing#newsletter"]

    assert newsletter("21 23:55").state is DetectionState.CLEAR
    # Hours 22 and 23 are settled: 20 of the latest 50 outcomes lack their send.
    assert newsletter("22 01:00").state is DetectionState.INCONCLUSIVE
    assert newsletter("22 02:00").state is DetectionState.FIRING
    assert newsletter("22 06:55").since == "2026-11-21T22"
    assert newsletter("22 06:55").headline == (
        "Configuration set newsletter of account 444455556666 has reported almost no sends since "
        "2026-11-21 22:00 UTC: its rates have no denominator"
    )
    assert newsletter("22 12:00").state is DetectionState.CLEAR


def test_two_outcomes_of_one_mail_do_not_make_its_send_missing() -> None:
    """Out-of-office replies follow deliveries."""
    mail = replace(Mail(100, bounced=0), sender=EVERYTHING)
    replies = Mail(100, bounced=8, sender=("bounced",))
    reported = hour_of("2026-11-22T06", mail)
    reported.coverage["newsletter"]["bounced"] = {"sender_only": replies.bounced}

    assert faults([reported])["sends_missing#newsletter"].state is DetectionState.CLEAR


def test_each_entity_gets_what_concerns_it() -> None:
    reported = [hour_of(hour, Mail(50, bounced=2)) for hour in hours_from("2026-11-20T00", 58)]

    assert faults(reported).keys() == {"missing_outcomes", "sends_missing#newsletter"}
    assert faults(reported, account_entity(AGENCY, "eu-west-1")).keys() == {"missing_outcomes"}
    of_identity = faults(reported, identity_entity("example.com"))
    assert {each.kind for each in of_identity.values()} == {FindingKind.COVERAGE_GAP}


SEEN = [
    *(hour_of(hour, Mail(100, bounced=2, complained=1)) for hour in hours_from("2026-11-18T00", 96)),
    *(
        hour_of(hour, Mail(100, bounced=2), Mail(50, bounced=1, sender=NOTHING), Mail(10, name="promotions"))
        for hour in hours_from("2026-11-22T00", 9)
    ),
    *(
        hour_of(hour, Mail(30, bounced=1, sender=NOTHING), account=PRODUCT)
        for hour in hours_from("2026-11-21T00", 9)
    ),
    *(hour_of(hour, Mail(20, owner=NOTHING), account=OWNER) for hour in hours_from("2026-11-20T00", 24)),
]


def views(reported: Iterable[HourBalance] = SEEN, now: datetime = NOW) -> dict[str, FeedView]:
    seen = view_feeds(*known_at(reported, now), now)
    assert [view.sender for view in seen] == sorted(view.sender for view in seen)
    return {view.sender.account: view for view in seen}


def test_the_view_shows_what_each_feed_reported_of_each_sender() -> None:
    """The agency: 96 hours of 100 mails, then 9 hours with two sets and mail without any."""
    view = views()[AGENCY].as_json()

    assert view["sender_feed"] == {
        "is_set_up": True,
        "last_reported": "2026-11-22T08",
        "told": {
            "sends": 96 * 100 + 9 * 110,
            "delivered": 96 * 98 + 9 * (98 + 10),
            "bounced": 96 * 2 + 9 * 2,
            "complained": 96,
        },
    }
    assert view["owner_feed"] == {
        "is_set_up": True,
        "last_reported": "2026-11-22T08",
        "told": {"delivered": 0, "bounced": 96 * 2 + 9 * 3, "complained": 96},
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
    assert view["unaccounted"] == {
        "first_day": "2026-11-20",
        "last_day": "2026-11-20",
        "sends": 2_400,
        "without_outcome": 0,
        "share": 0.0,
    }


def test_the_view_says_which_feed_is_not_set_up() -> None:
    product, owner = views()[PRODUCT].as_json(), views()[OWNER].as_json()

    assert product["sender_feed"] == {
        "is_set_up": False,
        "last_reported": None,
        "told": {"sends": 0, "delivered": 0, "bounced": 0, "complained": 0},
    }
    assert product["owner_feed"]["is_set_up"]
    assert product["unaccounted"] is None
    assert not owner["owner_feed"]["is_set_up"]
    # The 20th is reported by the day.
    assert owner["sender_feed"]["last_reported"] == "2026-11-20"


def test_the_view_is_plain_json_and_names_the_sender() -> None:
    seen = [view.as_json() for view in views().values()]

    assert json.loads(json.dumps(seen)) == seen
    assert {(each["sending_account"], each["region"], each["identity"]) for each in seen} == {
        (account, "us-east-1", "example.com") for account in (AGENCY, PRODUCT, OWNER)
    }


def test_the_view_separates_senders_by_identity_too() -> None:
    other = hour_of("2026-11-22T05", Mail(7), identity="example.org")
    seen = view_feeds(*known_at([*SEEN, other], NOW), NOW)

    (view,) = [each for each in seen if each.sender == SenderIdentity(AGENCY, "us-east-1", "example.org")]
    assert view.counts.sends == 7


def test_no_feeds_are_seen_where_nothing_is_known() -> None:
    assert view_feeds([], [], NOW) == []
