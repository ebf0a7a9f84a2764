"""Spikes: the last 24 hours against the 30 days before, without crying wolf."""

import json
from collections.abc import Iterable

import pytest

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.rate_spikes import detect
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import ReputationEntity, identity_entity
from tests.support.mail import ENTITY, NOW, history_of, hour_ago, mail
from tests.support.notifications import DELEGATE
from tests.support.worded import WordedDetection

RULES = StandingRules()
FIRING, INCONCLUSIVE, CLEAR = DetectionState


def spikes(
    hours: Iterable[HourBalance], entity: ReputationEntity = ENTITY
) -> tuple[WordedDetection, WordedDetection]:
    mail = EntityMail(history_of(hours, entity), (), None, RULES)
    bounces, complaints = (WordedDetection(each, entity, NOW) for each in detect(mail))
    assert (bounces.kind, complaints.kind) == (FindingKind.BOUNCE_SPIKE, FindingKind.COMPLAINT_SPIKE)
    return bounces, complaints


# Sends and hard bounces of the last 24 hours, and of the 30 days before.
BOUNCES = [
    # 6.1 % after 1.45 %: 4.2 times.
    ((2_000, 122), (60_000, 870), FIRING),
    # Exactly twice 1 %, and exactly 2 %; at 99.9 % at least 1.80 % against at most 1.14 %.
    ((50_000, 1_000), (60_000, 600), FIRING),
    # A mail less than twice as many, or than 2 %.
    ((50_000, 999), (60_000, 600), INCONCLUSIVE),
    # 1.5 % is three quarters of 2 %; a bounce less is below.
    ((50_000, 750), (60_000, 60), INCONCLUSIVE),
    ((50_000, 749), (60_000, 60), CLEAR),
    # 6 % after 4 %: half as much again; a bounce less is below.
    ((50_000, 3_000), (50_000, 2_000), INCONCLUSIVE),
    ((50_000, 2_999), (50_000, 2_000), CLEAR),
    # 1.9 % after 0.1 %: nineteen times, but nothing to write about yet.
    ((50_000, 950), (60_000, 60), INCONCLUSIVE),
    # 10 % after 2 %, but of so few that it may be chance: 5 of 50 are 2.6 % to 31.6 %.
    ((50, 5), (100, 2), INCONCLUSIVE),
    # 120 a day, 1.85 % of which bounce: seven bounces come by chance on one day of 140. At 95 % (2.9 % and
    # more against at most 2.4 %) this would be a rise, at 99.9 % (1.8 % and more) it is none.
    ((118, 7), (3_600, 67), INCONCLUSIVE),
    # Ten of a hundred (3.7 % and more) after 2 of 1,000 (1.4 % at most).
    ((100, 10), (1_000, 2), FIRING),
    # Four of 40 are certainly more than nothing of 60,000, but four bounces are no rise yet.
    ((40, 4), (60_000, 0), INCONCLUSIVE),
    ((40, 5), (60_000, 0), FIRING),
    # After 0 of 50 the usual rate may be anything up to 17.8 %, and 10 of 100 at least 3.7 %.
    ((100, 10), (50, 0), INCONCLUSIVE),
    ((2_000, 0), (60_000, 870), CLEAR),
    # Nothing to compare, or with.
    ((2_000, 500), (0, 0), CLEAR),
    ((0, 0), (60_000, 870), CLEAR),
    # Bounces without any known Send event make no rate.
    ((0, 500), (60_000, 870), CLEAR),
    ((2_000, 500), (0, 9), CLEAR),
    ((0, 0), (0, 0), CLEAR),
]


@pytest.mark.parametrize(("recent", "usual", "state"), BOUNCES)
def test_a_rise_of_bounces_is_found_where_it_is_sharp_and_certain(
    recent: tuple[int, int], usual: tuple[int, int], state: DetectionState
) -> None:
    detection, _ = spikes([mail(5, *recent), mail(100, *usual)])

    assert (detection.state, detection.scope) == (state, "")
    assert detection.key == "bounce_spike"


# The same for complaints: watch begins at 0.05 %.
COMPLAINTS = [
    ((10_000, 12), (300_000, 30), FIRING),
    ((10_000, 4), (300_000, 30), INCONCLUSIVE),
    ((10_000, 3), (300_000, 30), CLEAR),
    # 0.05 % of 10,000 after 0.02 %: 5 are at least 0.01 %.
    ((10_000, 5), (300_000, 60), INCONCLUSIVE),
    ((10_000, 5), (300_000, 0), FIRING),
]


@pytest.mark.parametrize(("recent", "usual", "state"), COMPLAINTS)
def test_a_rise_of_complaints_is_found_by_their_own_threshold(
    recent: tuple[int, int], usual: tuple[int, int], state: DetectionState
) -> None:
    hours = [mail(5, recent[0], complaints=recent[1]), mail(100, usual[0], complaints=usual[1])]

    bounces, complaints = spikes(hours)

    assert (bounces.state, complaints.state) == (CLEAR, state)


def test_the_30_days_before_end_with_the_24_hours_and_leave_them_out() -> None:
    edges = [mail(23, 2_000, 122), mail(24, 30_000, 435), mail(743, 30_000, 435), mail(744, 9_000, 9_000)]

    detection, _ = spikes(edges)

    assert detection.state is FIRING
    assert detection.evidence["last_24_hours"]["denominator"] == 2_000
    assert detection.evidence["30_days_before"]["numerator"] == 870


def test_a_spike_is_worded_with_its_figures() -> None:
    hours = [
        mail(3, 500, 115, name="import", provider="yahoo"),
        mail(3, 1_500, 7, provider="gmail"),
        mail(100, 60_000, 870),
    ]

    detection, _ = spikes(hours, identity_entity("example.com"))

    assert detection.headline == (
        "The bounce rate of the last 24 hours is 6.10 %, 4.2 times that of the 30 days before"
    )
    assert detection.since == "2026-11-22T07"
    # 122 of 2,000: (0.061 + 0.00096) / 1.00192 = 0.06184, give or take 0.01052; 870 of 60,000: 0.01453,
    # 0.00096.
    assert detection.figures == (
        ("last 24 hours", "6.10 % (122 hard bounces of 2,000 sends; 95 % interval 5.13 % to 7.24 %)"),
        ("30 days before", "1.45 % (870 hard bounces of 60,000 sends; 95 % interval 1.36 % to 1.55 %)"),
        (f"sending account {DELEGATE}", "122 of 122 hard bounces"),
        (f"configuration set import of {DELEGATE}", "115 of 122 hard bounces"),
        ("mail to Yahoo", "115 of 122 hard bounces"),
        ("bounces: no such mailbox (Permanent, NoEmail)", "122 of 122 hard bounces"),
    )
    assert f"configuration set import of {DELEGATE}" in detection.advice[0]
    assert detection.evidence["times"] == 4.21
    assert detection.evidence["measure"] == "bounces"
    assert detection.evidence["causes"][1]["name"] == f"{DELEGATE}/import"
    assert json.loads(json.dumps(detection.evidence)) == detection.evidence


def test_a_spike_after_nothing_is_worded_as_such() -> None:
    _, detection = spikes([mail(3, 5_000, complaints=6), mail(100, 60_000)])

    assert detection.headline == (
        "The complaint rate of the last 24 hours is 0.120 %, after 30 days without any complaint"
    )
    assert detection.evidence["times"] is None
    assert detection.figures[1] == (
        "30 days before",
        "0.000 % (0 complaints of 60,000 sends; 95 % interval 0.000 % to 0.006 %)",
    )


def test_without_a_rate_to_compare_there_is_nothing_to_say() -> None:
    assert [each.detection for each in spikes([mail(3, 5_000, 4_000, 1_000)])] == [
        Detection(FindingKind.BOUNCE_SPIKE, "", CLEAR),
        Detection(FindingKind.COMPLAINT_SPIKE, "", CLEAR),
    ]


# Hard bounces of 1,000 sends in each of the last hours, latest first; the hour in which the rise began.
BEGAN = [
    # All bad for as long as can be seen.
    ([80] * 24, 23),
    ([80] * 5 + [10] * 19, 4),
    # It began, and is over.
    ([10] * 3 + [80] * 4 + [10] * 17, 6),
    ([300] + [10] * 23, 0),
    # A single worse hour long before is not its beginning.
    ([150] * 4 + [10] * 15 + [60] + [10] * 4, 3),
]


@pytest.mark.parametrize(("bounces", "began"), BEGAN)
def test_a_rise_began_with_the_hour_since_which_it_was_worse(bounces: list[int], began: int) -> None:
    recent = [mail(ago, 1_000, number) for ago, number in enumerate(bounces)]

    detection, _ = spikes([*recent, mail(100, 60_000, 600)])

    assert (detection.state, detection.since) == (FIRING, hour_ago(began))


def test_what_is_over_has_no_beginning_but_the_figures_of_today() -> None:
    detection, _ = spikes([mail(5, 10_000, 100), mail(100, 60_000, 600)])

    assert (detection.state, detection.since) == (CLEAR, "")
    assert detection.headline.endswith("is 1.00 %, 1.0 times that of the 30 days before")
    assert len(detection.figures) > 2


def usual_days(sends: int, bounces: int) -> list[HourBalance]:
    """The same mail on each of the ten days before the last 24 hours."""
    return [mail(24 * day + 5, sends, bounces) for day in range(1, 11)]


def test_a_feed_that_fell_silent_is_no_spike_though_the_owner_still_reports_its_bounces() -> None:
    # 30 bounces of 1,000 sends would be 3 %, after 0.6 %; but 24 of them are of mail of unreported sends.
    silent = [mail(20, 1_000, 6), mail(5, 0, 24, name="(none)")]

    detection, _ = spikes([*silent, *usual_days(5_000, 30)])

    assert detection.state is CLEAR


def test_a_rise_of_mail_with_sends_is_one_whatever_comes_without() -> None:
    detection, _ = spikes([mail(20, 500, 25), mail(5, 0, 2, name="(none)"), *usual_days(5_000, 30)])

    assert detection.state is FIRING
