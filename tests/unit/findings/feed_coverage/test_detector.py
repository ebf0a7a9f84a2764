"""What one of two feeds misses: when it is found, by which symptom, and how it is worded. Worked by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage.detector import OWNERS_FEED, detect
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, account_entity, identity_entity
from tests.support.mail import (
    BOUNCES_AND_COMPLAINTS,
    EVERYTHING,
    NOTHING,
    SENDER,
    Reported,
    at,
    hours_from,
    read_at,
    reported_mail,
)
from tests.support.notifications import DELEGATE, SECOND_DELEGATE
from tests.support.worded import WordedDetection

ENTITY = identity_entity("example.com")
NOW = at("22 15:05")
ANOTHER = SENDER._replace(account=SECOND_DELEGATE)
ELSEWHERE = SENDER._replace(region="eu-west-1")
HEALTHY = Reported(200, bounced=4, complained=0)
UNREPORTED = replace(HEALTHY, sender=NOTHING)


def gaps(
    hours: Sequence[HourBalance],
    days: Sequence[DayBalance],
    now: datetime,
    entity: ReputationEntity = ENTITY,
) -> list[WordedDetection]:
    mail = EntityMail(History(entity, days, now), hours, None, StandingRules())
    return [WordedDetection(each, entity, now) for each in detect(mail)]


def detections(reported: Iterable[HourBalance], now: datetime = NOW) -> dict[str, WordedDetection]:
    found = gaps(*read_at(now, reported), now)
    assert [each.kind for each in found] == [FindingKind.COVERAGE_GAP] * len(found)
    return {each.scope: each for each in found}


def states(reported: Iterable[HourBalance], now: datetime = NOW) -> dict[str, str]:
    return {scope: str(each.state) for scope, each in detections(reported, now).items()}


def run(first: str, number: int, *mails: Reported, sender: SenderIdentity = SENDER) -> list[HourBalance]:
    """The same mails in each of so many hours."""
    return [reported_mail(hour, *mails, sender=sender) for hour in hours_from(first, number)]


WEEK_BEFORE = run("2026-11-15T00", 7 * 24, HEALTHY)
"""The 15th to the 21st, four bounces an hour reported by both."""


def test_two_feeds_that_report_the_same_leave_no_gap() -> None:
    reported = [*WEEK_BEFORE, *run("2026-11-22T00", 15, HEALTHY)]

    assert states(reported) == {DELEGATE: "clear", f"{DELEGATE}/newsletter": "clear", OWNERS_FEED: "clear"}


# The topic of the agency's event destination is deleted on the 22nd at 09:00 sharp, and made again at 15:00.
# It sends 200 mails an hour, of which four bounce. An hour is looked at from an hour after its end on.
LOST_TOPIC = [
    *WEEK_BEFORE,
    *run("2026-11-22T00", 9, HEALTHY),
    *run("2026-11-22T09", 6, UNREPORTED),
    *run("2026-11-22T15", 5 * 24, HEALTHY),
]


@pytest.mark.parametrize(
    ("now", "state", "bounces"),
    [
        ("22 08:55", "clear", 0),  # all reported
        ("22 09:55", "clear", 0),  # hour 09 is not over
        ("22 10:55", "clear", 0),  # hour 09 is over, but not settled
        ("22 11:00", "inconclusive", 0),  # hour 09 is settled: four bounces are no five
        ("22 11:55", "inconclusive", 0),
        ("22 12:00", "firing", 8),  # hours 09 and 10
        ("22 13:00", "firing", 12),
        ("22 14:00", "firing", 16),
        ("22 14:55", "firing", 16),
        ("22 15:05", "clear", 0),  # reported again at once, though hour 15 is not settled
        ("22 17:00", "clear", 0),
        ("22 20:00", "clear", 0),
        ("24 10:00", "clear", 0),  # the 22nd is a day like others now
        ("27 10:00", "clear", 0),
    ],
)
def test_a_lost_topic_hour_by_hour(now: str, state: str, bounces: int) -> None:
    found = detections(LOST_TOPIC, at(now))[DELEGATE]

    assert found.state == state
    if state == "firing":
        assert found.since == "2026-11-22T09"
        assert found.headline == (
            f"Account 444455556666's feed for example.com has reported nothing since 2026-11-22 09:00 UTC; "
            f"the owner's feed reported {bounces} bounces meanwhile"
        )
        assert found.evidence["symptom"] == "feed_silent"
        assert found.evidence["missed"] == {"delivered": 0, "bounced": bounces, "complained": 0}
        assert found.evidence["last_reported"] == "2026-11-22T08"


def test_nothing_else_is_found_while_a_topic_is_lost_and_after_it() -> None:
    """Its configuration set is not evaluated while the whole feed is lost, and the owner's feed is well."""
    for hours in (*range(9, 24), *range(24, 5 * 24, 5)):
        now = at("22 00:05") + timedelta(hours=hours)
        found = {
            scope
            for scope, each in detections(LOST_TOPIC, now).items()
            if each.state is DetectionState.FIRING
        }
        assert found == ({DELEGATE} if 12 <= hours < 15 else set()), now


def test_what_is_said_of_a_lost_topic() -> None:
    found = detections(LOST_TOPIC, at("22 14:00"))[DELEGATE]

    assert found.figures == (
        ("reported by the owner's feed only", "16 bounces"),
        ("last report", "of mail sent in the hour of 2026-11-22 08:00 UTC"),
        ("configuration sets", "newsletter"),
        ("Region", "us-east-1"),
    )
    assert found.advice == (
        "Find out why, by what AWS says of its event destinations, topics and subscriptions: "
        "`ses-reputation doctor --account 444455556666 --region us-east-1`.",
        "SES does not send these events again: the rates of these hours lack their sends.",
    )


def test_a_topic_lost_amid_an_hour_is_silent_from_the_next_hour_on() -> None:
    half = [replace(HEALTHY, sent=100, bounced=2), replace(UNREPORTED, sent=100, bounced=2)]
    reported = [*WEEK_BEFORE, *run("2026-11-22T00", 9, HEALTHY), *run("2026-11-22T09", 1, *half)]
    reported += run("2026-11-22T10", 5, UNREPORTED)

    found = detections(reported)[DELEGATE]

    assert (found.state, found.since) == (DetectionState.FIRING, "2026-11-22T10")
    # Hours 10 to 13 are settled at 15:05.
    assert found.evidence["missed"]["bounced"] == 16


def test_a_topic_lost_before_the_weekend_is_dated_by_the_day() -> None:
    reported = [*run("2026-11-13T00", 24, HEALTHY), *run("2026-11-16T06", 4, UNREPORTED)]

    found = detections(reported, at("18 10:05"))[DELEGATE]

    assert (found.state, found.since) == (DetectionState.FIRING, "2026-11-14")
    expected = "has reported nothing since 2026-11-14; the owner's feed reported 16 bounces meanwhile"
    assert expected in found.headline


def test_deliveries_show_a_lost_topic_sooner_where_the_owners_feed_reports_them() -> None:
    owner = EVERYTHING[1:]
    reported = [
        *run("2026-11-22T00", 9, Reported(30, owner=owner)),
        *run("2026-11-22T09", 6, Reported(30, bounced=1, owner=owner, sender=NOTHING)),
    ]

    found = detections(reported, at("22 11:00"))[DELEGATE]

    assert found.state is DetectionState.FIRING
    assert found.headline.endswith("the owner's feed reported 1 bounce meanwhile")
    assert ("and besides", "29 deliveries") in found.figures


def test_a_delegate_that_stops_sending_is_not_silent() -> None:
    assert states(WEEK_BEFORE)[DELEGATE] == "clear"


@pytest.mark.parametrize(
    ("bounces", "state"), [(1, "inconclusive"), (4, "inconclusive"), (5, "firing"), (50, "firing")]
)
def test_a_feed_that_never_reported_anything_is_silent(bounces: int, state: str) -> None:
    reported = [
        *run("2026-11-22T00", 10, HEALTHY, sender=ANOTHER),
        reported_mail("2026-11-22T08", Reported(500, bounced=bounces, sender=NOTHING)),
    ]

    found = detections(reported)[DELEGATE]

    assert found.state == state
    if state == "firing":
        assert found.headline == (
            "Account 444455556666's feed for example.com never reported anything; "
            f"the owner's feed reported {bounces} bounces"
        )
        assert found.since == ""


@pytest.mark.parametrize("lost_every", [250, 100, 40])
def test_a_notification_that_is_lost_now_and_then_is_no_gap(lost_every: int) -> None:
    """0.4 %, 1 % and 2.5 % of bounces, reported by one feed only, by either in turn."""
    lost = {number: number % 2 for number in range(0, 24 * 40, lost_every)}
    reported = [
        reported_mail(
            hour,
            *(
                Reported(10, bounced=1, sender=_without(lost, place, 0), owner=_without(lost, place, 1)[2:])
                for place in range(number * 40, number * 40 + 40)
            ),
        )
        for number, hour in enumerate(hours_from("2026-11-21T12", 24))
    ]

    assert set(states(reported).values()) == {"clear"}


def _without(lost: dict[int, int], place: int, feed: int) -> tuple[str, ...]:
    return tuple(kind for kind in EVERYTHING if kind != "bounced" or lost.get(place) != feed)


# Two of the agency's sets send as much; `promotions` loses its event destination on the 22nd at 06:00.
PROMOTIONS = replace(HEALTHY, name="promotions")
LOST_SET = [
    *run("2026-11-15T00", 7 * 24, HEALTHY, PROMOTIONS),
    *run("2026-11-22T00", 6, HEALTHY, PROMOTIONS),
    *run("2026-11-22T06", 9, HEALTHY, replace(PROMOTIONS, sender=NOTHING)),
    *run("2026-11-22T15", 5 * 24, HEALTHY, PROMOTIONS),
]


@pytest.mark.parametrize(
    ("now", "state", "bounces"),
    [
        ("22 07:55", "clear", 0),
        ("22 08:00", "inconclusive", 0),  # 4 of 96 bounces of twelve hours, hour 06 the newest
        ("22 09:00", "firing", 8),
        ("22 14:55", "firing", 28),  # hours 06 to 12; hour 13 is not settled yet
    ],
)
def test_a_set_that_falls_silent_while_others_report_is_mail_without_a_set(
    now: str, state: str, bounces: int
) -> None:
    """Only its feed names a set, so nothing shows whether the mail names none, or its events are lost."""
    seen = detections(LOST_SET, at(now))
    found = seen[DELEGATE]

    assert found.state == state
    assert seen[f"{DELEGATE}/newsletter"].state is DetectionState.CLEAR
    assert seen[f"{DELEGATE}/promotions"].state is DetectionState.CLEAR
    if state == "firing":
        assert found.headline == (
            "Account 444455556666's feed leaves out some mail of example.com, and nobody names a "
            f"configuration set of it; only the owner's feed reported {bounces} bounces"
        )
        assert found.evidence["symptom"] == "mail_without_set"
        assert "--account 444455556666" in found.advice[0]


@pytest.mark.parametrize("hours", [2, 9, 30])
def test_an_outage_of_a_set_is_one_finding_that_is_over_when_it_is(hours: int) -> None:
    reported = [
        *run("2026-11-21T00", 30, HEALTHY, PROMOTIONS),
        *run("2026-11-22T06", hours, HEALTHY, replace(PROMOTIONS, sender=NOTHING)),
        *run(hours_from("2026-11-22T06", hours + 1)[-1], 36, HEALTHY, PROMOTIONS),
    ]
    firing = []
    for after in range(hours + 36):
        now = at("22 06:05") + timedelta(hours=after)
        found = {
            scope for scope, each in detections(reported, now).items() if each.state is DetectionState.FIRING
        }
        assert found <= {DELEGATE}, now
        firing.append(bool(found))
    # Two hours must be settled before it is found, and one or two after it, which miss nothing.
    begins, ends = firing.index(True), len(firing) - firing[::-1].index(True)
    assert begins == 3
    assert hours + 2 <= ends <= hours + 3
    assert all(firing[begins:ends])


def test_a_set_that_is_used_no_more_has_lost_nothing() -> None:
    reported = [*run("2026-11-15T00", 24, HEALTHY, PROMOTIONS), *run("2026-11-16T00", 6 * 24 + 15, HEALTHY)]

    assert set(states(reported).values()) == {"clear"}


def test_mail_without_a_configuration_set_is_found_as_such() -> None:
    """One program in five names no set: the owner's feed reports 20 bounces an hour, 4 of them alone."""
    named, unnamed = Reported(800, bounced=16), Reported(200, bounced=4, sender=NOTHING)
    found = detections(run("2026-11-21T00", 39, named, unnamed))[DELEGATE]

    assert found.state is DetectionState.FIRING
    assert found.headline == (
        "Account 444455556666's feed leaves out some mail of example.com, and nobody names a configuration "
        # Of the latest twelve hours: 02 to 13.
        "set of it; only the owner's feed reported 48 bounces"
    )
    assert "has to name its set on every send" in found.advice[1]


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ((13,), "inconclusive"),  # four bounces are no five
        ((12, 13), "firing"),
        ((1, 2, 3, 4, 5, 6, 7), "clear"),  # it is over: nothing was missed of 24 bounces since
    ],
)
def test_mail_without_a_set_is_over_when_nothing_is_missed_for_hours(
    last: tuple[int, ...], state: str
) -> None:
    named, unnamed = Reported(400, bounced=4), Reported(100, bounced=4, sender=NOTHING)
    today = [
        reported_mail(f"2026-11-22T{hour:02}", *([named, unnamed] if hour in last else [named]))
        for hour in range(14)
    ]

    assert states([*run("2026-11-21T00", 24, named), *today])[DELEGATE] == state


def test_a_day_that_mixes_what_was_reported_and_missed_opens_nothing() -> None:
    """The owner's topics are lost from 06:00 to 22:00 of Friday, and nothing is sent till Monday."""
    reported = [
        *run("2026-11-20T00", 6, HEALTHY),
        *run("2026-11-20T06", 16, UNHEARD),
        *run("2026-11-20T22", 2, HEALTHY),
    ]

    assert states(reported, at("20 21:00"))[OWNERS_FEED] == "firing"
    for now in ("21 12:00", "22 12:00", "23 08:00"):
        assert states(reported, at(now))[OWNERS_FEED] != "firing", now


def test_a_type_of_event_that_was_never_selected() -> None:
    """Sends, deliveries and bounces are reported; complaints by the owner's feed alone."""
    mail = Reported(400, bounced=4, complained=1, sender=("sent", "delivered", "bounced"))
    reported = run("2026-11-20T00", 63, mail)

    found = detections(reported)[f"{DELEGATE}/newsletter"]

    assert found.state is DetectionState.FIRING
    assert found.headline == (
        "Configuration set newsletter of 444455556666 leaves out complaints of example.com; "
        # The latest 20 of them: hours 00 to 13 of the 22nd, and 18 to 23 of the 21st.
        "only the owner's feed reported 20 complaints"
    )
    assert found.evidence["symptom"] == "kinds_missing"


def test_two_types_that_were_never_selected_are_one_gap() -> None:
    reported = run("2026-11-21T00", 39, Reported(400, bounced=4, complained=2, sender=("sent", "delivered")))

    found = detections(reported)[f"{DELEGATE}/newsletter"]

    assert "leaves out bounces and complaints" in found.headline
    assert found.evidence["kinds"] == ["bounced", "complained"]


def test_bounces_that_are_reported_in_part_are_found_as_such() -> None:
    kept = Reported(100, bounced=2)
    dropped = replace(kept, sender=("sent", "delivered"))
    reported = run("2026-11-21T00", 39, kept, dropped)

    found = detections(reported)[f"{DELEGATE}/newsletter"]

    assert found.state is DetectionState.FIRING
    assert found.evidence["symptom"] == "kinds_missing"
    assert ("missed", "50.0 % of the latest bounces") in found.figures


# The identity's topics are deleted on the 22nd at 09:00, and set again at 15:00.
UNHEARD = replace(HEALTHY, owner=NOTHING)
LOST_IDENTITY_TOPIC = [
    *WEEK_BEFORE,
    *run("2026-11-22T00", 9, HEALTHY),
    *run("2026-11-22T09", 6, UNHEARD),
    *run("2026-11-22T15", 5 * 24, HEALTHY),
]


@pytest.mark.parametrize(
    ("now", "state", "bounces"),
    [
        ("22 10:55", "clear", 0),
        ("22 11:00", "inconclusive", 0),
        ("22 12:00", "firing", 8),
        ("22 14:55", "firing", 16),
        ("22 18:00", "clear", 0),
        ("24 10:00", "clear", 0),
    ],
)
def test_the_owners_lost_topics_hour_by_hour(now: str, state: str, bounces: int) -> None:
    seen = detections(LOST_IDENTITY_TOPIC, at(now))
    found = seen[OWNERS_FEED]

    assert found.state == state
    assert seen[DELEGATE].state is DetectionState.CLEAR
    if state == "firing":
        assert found.since == "2026-11-22T09"
        assert found.headline == (
            "The owner's feed for example.com has reported nothing since 2026-11-22 09:00 UTC; "
            f"the senders' feeds reported {bounces} bounces meanwhile"
        )
        assert found.evidence["symptom"] == "feed_silent"
        assert found.advice == (
            "Find out why, by what AWS says of the identity's topics and their subscriptions: "
            "`ses-reputation doctor --region us-east-1`.",
        )


def test_one_finding_is_about_the_owners_feed_for_all_senders() -> None:
    reported = [*LOST_IDENTITY_TOPIC, *run("2026-11-22T00", 9, HEALTHY, sender=ANOTHER)]
    reported += run("2026-11-22T09", 5, UNHEARD, sender=ANOTHER)

    found = detections(reported, at("22 14:00"))

    assert found[OWNERS_FEED].evidence["missed"]["bounced"] == 32
    assert found[DELEGATE].state is found[SECOND_DELEGATE].state is DetectionState.CLEAR


def test_a_topic_that_the_identity_never_had() -> None:
    reported = run("2026-11-20T00", 63, Reported(400, bounced=4, complained=1, owner=("bounced",)))

    found = detections(reported)[OWNERS_FEED]

    assert found.state is DetectionState.FIRING
    assert found.headline == (
        "The owner's feed for example.com leaves out complaints; "
        "only the senders' feeds reported 62 complaints"
    )


def test_a_topic_that_is_lost_for_one_type_only() -> None:
    reported = [
        *run("2026-11-20T00", 53, Reported(400, bounced=4, complained=2)),
        *run("2026-11-22T05", 10, Reported(400, bounced=4, complained=2, owner=("bounced",))),
    ]

    found = detections(reported)[OWNERS_FEED]

    assert (found.state, found.since) == (DetectionState.FIRING, "2026-11-22T05")
    assert found.headline == (
        "The owner's feed for example.com has reported no complaints since 2026-11-22 05:00 UTC; "
        "the senders' feeds reported 18 complaints meanwhile"
    )


def test_an_owners_feed_that_does_not_report_deliveries_misses_none() -> None:
    reported = run("2026-11-21T00", 39, Reported(5_000, bounced=4))

    assert states(reported)[OWNERS_FEED] == "clear"


def test_where_the_owners_feed_never_reported_anything_nothing_is_compared() -> None:
    assert detections(run("2026-11-20T00", 63, UNHEARD)) == {}


def test_a_feed_that_reported_nothing_for_a_month_is_no_longer_expected() -> None:
    reported = [*run("2026-10-20T00", 24, HEALTHY), *run("2026-11-20T00", 63, UNHEARD)]

    assert detections(reported) == {}
    assert OWNERS_FEED in detections([*run("2026-10-24T00", 24, HEALTHY), *reported])


def test_each_region_has_topics_of_its_own_and_the_most_severe_shows() -> None:
    here, there = run("2026-11-21T00", 39, HEALTHY), run("2026-11-21T00", 33, HEALTHY, sender=ELSEWHERE)
    lost = run("2026-11-22T09", 5, UNREPORTED, sender=ELSEWHERE)

    found = detections([*here, *there, *lost])[DELEGATE]

    assert found.state is DetectionState.FIRING
    assert found.evidence["regions"] == ["eu-west-1"]
    assert ("Region", "eu-west-1") in found.figures
    assert "--region eu-west-1" in found.advice[0]


def test_a_sender_in_a_region_without_the_owners_topics_is_not_compared() -> None:
    here = run("2026-11-21T00", 39, HEALTHY)
    there = run("2026-11-21T00", 39, UNHEARD, sender=ANOTHER._replace(region="eu-west-1"))

    assert states([*here, *there]).keys() == {DELEGATE, f"{DELEGATE}/newsletter", OWNERS_FEED}


def test_mail_of_other_identities_does_not_count() -> None:
    other = [
        reported_mail(hour, UNREPORTED, sender=SENDER._replace(identity="example.org"))
        for hour in hours_from("2026-11-22T00", 15)
    ]

    assert detections(other) == {}
    assert set(states([*other, *run("2026-11-22T00", 15, HEALTHY)]).values()) == {"clear"}


def test_coverage_is_no_matter_of_an_account() -> None:
    assert gaps(*read_at(NOW, LOST_TOPIC), NOW, account_entity(DELEGATE, "us-east-1")) == []


def test_figures_of_a_finding_that_is_over_say_what_was_reported_last() -> None:
    cleared = detections(LOST_TOPIC, at("22 17:00"))[DELEGATE]

    assert (cleared.state, cleared.headline) == (DetectionState.CLEAR, "")
    assert cleared.figures == (("last report", "of mail sent in the hour of 2026-11-22 17:00 UTC"),)


def test_what_is_found_is_the_same_in_whatever_order_hours_come() -> None:
    hours, days = read_at(at("22 14:00"), LOST_SET)

    forwards = gaps(hours, days, at("22 14:00"))

    assert gaps(hours[::-1], days[::-1], at("22 14:00")) == forwards


def test_no_detection_names_an_address() -> None:
    for reported in (LOST_TOPIC, LOST_SET, LOST_IDENTITY_TOPIC):
        for each in detections(reported, at("22 14:00")).values():
            assert "@" not in f"{each}"


def test_bounces_and_complaints_are_what_owners_feeds_report() -> None:
    assert HEALTHY.owner == BOUNCES_AND_COMPLAINTS
