"""Where an entity stands: thresholds, the way down, and the minimum volume."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, identity_entity
from ses_reputation.standing.evaluation import Evaluation, classify, evaluate_standing
from tests.support.mail import ENTITY, REGION, history_of, mail
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

HEALTHY, WATCH, REVIEW, PAUSE = Standing
RULES = StandingRules()
SECOND = SenderIdentity(SECOND_DELEGATE, REGION, "example.com")


def evaluate(
    hours: Sequence[HourBalance],
    measure: Measure = Measure.BOUNCES,
    previous: Standing | None = None,
    rules: StandingRules = RULES,
    entity: ReputationEntity = ENTITY,
) -> Evaluation:
    return evaluate_standing(history_of(hours, entity), {measure: previous} if previous else {}, rules)[
        measure
    ]


# Hard bounces (complaints) of 10,000 sends, and where they stand.
STANDINGS = [
    (Measure.BOUNCES, 0, HEALTHY),
    (Measure.BOUNCES, 199, HEALTHY),
    (Measure.BOUNCES, 200, WATCH),
    (Measure.BOUNCES, 499, WATCH),
    (Measure.BOUNCES, 500, REVIEW),
    (Measure.BOUNCES, 999, REVIEW),
    (Measure.BOUNCES, 1_000, PAUSE),
    (Measure.BOUNCES, 10_000, PAUSE),
    (Measure.COMPLAINTS, 4, HEALTHY),
    (Measure.COMPLAINTS, 5, WATCH),
    (Measure.COMPLAINTS, 9, WATCH),
    (Measure.COMPLAINTS, 10, REVIEW),
    (Measure.COMPLAINTS, 49, REVIEW),
    (Measure.COMPLAINTS, 50, PAUSE),
]


@pytest.mark.parametrize(("measure", "events", "standing"), STANDINGS)
def test_a_standing_begins_at_its_threshold(measure: Measure, events: int, standing: Standing) -> None:
    figures = (events, 0) if measure is Measure.BOUNCES else (0, events)

    evaluation = evaluate([mail(0, 10_000, *figures)], measure)

    assert evaluation.standing is standing
    assert (evaluation.sends, evaluation.events, evaluation.rate) == (10_000, events, Rate(events, 10_000))


# Where it stood, hard bounces of 10,000, and where it stands: a standing is left at 9/10 of its threshold,
# that is below 180, 450 and 900.
EASED = [
    (HEALTHY, 199, HEALTHY),
    (HEALTHY, 200, WATCH),
    (HEALTHY, 1_200, PAUSE),
    (WATCH, 199, WATCH),
    (WATCH, 180, WATCH),
    (WATCH, 179, HEALTHY),
    (WATCH, 499, WATCH),
    (WATCH, 500, REVIEW),
    (REVIEW, 500, REVIEW),
    (REVIEW, 450, REVIEW),
    (REVIEW, 449, WATCH),
    (REVIEW, 200, WATCH),
    # Below 2 % but not below 1.8 %: of `review`'s way down `watch` is left last.
    (REVIEW, 190, WATCH),
    (REVIEW, 179, HEALTHY),
    (PAUSE, 900, PAUSE),
    (PAUSE, 899, REVIEW),
    (PAUSE, 460, REVIEW),
    (PAUSE, 449, WATCH),
    (PAUSE, 0, HEALTHY),
]


@pytest.mark.parametrize(("previous", "events", "standing"), EASED)
def test_a_standing_is_left_below_nine_tenths_of_its_threshold(
    previous: Standing, events: int, standing: Standing
) -> None:
    assert evaluate([mail(0, 10_000, events)], previous=previous).standing is standing


def test_without_easing_a_standing_is_left_where_it_begins() -> None:
    thresholds = RULES.thresholds[Measure.BOUNCES]

    assert classify(Fraction(499, 10_000), REVIEW, thresholds) is WATCH
    assert classify(Fraction(500, 10_000), REVIEW, thresholds) is REVIEW


def test_thresholds_and_easing_are_rules() -> None:
    thresholds = {
        **RULES.thresholds,
        Measure.BOUNCES: replace(RULES.thresholds[Measure.BOUNCES], watch=Fraction(1, 100)),
    }
    rules = replace(RULES, thresholds=thresholds, hysteresis=Fraction(1, 2))

    assert evaluate([mail(0, 10_000, 100)], rules=rules).standing is WATCH
    assert evaluate([mail(0, 10_000, 50)], previous=WATCH, rules=rules).standing is WATCH
    assert evaluate([mail(0, 10_000, 49)], previous=WATCH, rules=rules).standing is HEALTHY


# Eligible sends, where it stood, and whether it is rated.
MINIMUM = [
    (1_999, None, False),
    (2_000, None, True),
    (1_999, WATCH, True),
    (1_000, WATCH, True),
    (999, WATCH, False),
]


@pytest.mark.parametrize(("sends", "previous", "is_rated"), MINIMUM)
def test_below_the_minimum_volume_there_are_counts_only(
    sends: int, previous: Standing | None, is_rated: bool
) -> None:
    evaluation = evaluate([mail(0, sends, 300)], previous=previous)

    assert (evaluation.standing is not None) is is_rated
    assert (evaluation.sends, evaluation.events, evaluation.rate) == (sends, 300, Rate(300, sends))


def test_between_the_minima_a_rated_entity_is_still_rated() -> None:
    assert evaluate([mail(0, 1_500, 200)], previous=HEALTHY).standing is PAUSE
    assert evaluate([mail(0, 1_500)], previous=PAUSE).standing is HEALTHY


def test_of_an_odd_minimum_the_half_is_exact() -> None:
    rules = replace(RULES, minimum_volume=2_001)

    assert evaluate([mail(0, 1_000)], previous=WATCH, rules=rules).standing is None
    assert evaluate([mail(0, 1_001)], previous=WATCH, rules=rules).standing is HEALTHY


def test_a_minimum_beyond_the_volume_cannot_keep_a_full_window_from_being_rated() -> None:
    rules = replace(RULES, volume=1_000, minimum_volume=5_000)

    assert evaluate([mail(0, 600), mail(1, 600)], rules=rules).standing is HEALTHY


@pytest.mark.parametrize("hours", [[], [mail(0, 0, 7)], [mail(0, 9_000, 9_000, provider="simulator")]])
def test_without_known_sends_there_is_neither_rate_nor_standing(hours: list[HourBalance]) -> None:
    evaluation = evaluate(hours, previous=REVIEW)

    assert (evaluation.rate, evaluation.standing, evaluation.headroom, evaluation.sends) == (
        None,
        None,
        (),
        0,
    )


def test_where_send_events_were_lost_a_rate_is_at_most_all() -> None:
    evaluation = evaluate([mail(0, 2_500, 2_600)])

    assert (evaluation.rate, evaluation.standing, evaluation.sends) == (Rate(2_600, 2_600), PAUSE, 2_500)


def test_both_measures_are_evaluated_by_themselves() -> None:
    previous = {Measure.COMPLAINTS: REVIEW}

    evaluations = evaluate_standing(history_of([mail(0, 10_000, 499, 9)]), previous, RULES)

    assert [(measure, each.measure, each.standing) for measure, each in evaluations.items()] == [
        (Measure.BOUNCES, Measure.BOUNCES, WATCH),
        (Measure.COMPLAINTS, Measure.COMPLAINTS, REVIEW),
    ]


def test_newer_mail_decides_the_standing_where_the_oldest_hour_dilutes_it() -> None:
    evaluation = evaluate([mail(0, 5_000, 550, name="import"), mail(1, 20_000, 10)])

    assert (evaluation.sends, evaluation.events) == (25_000, 560)
    assert (evaluation.rate, evaluation.standing) == (Rate(550, 10_000), REVIEW)
    assert [(cause.mail_slice.name, cause.events, cause.of) for cause in evaluation.causes[:1]] == [
        ("import", 550, 550)
    ]


def test_complaints_have_a_standing_of_mail_with_feedback_loops_too() -> None:
    # 6 of 10,000 are 0.06 %: watch. Of the 3,000 that are not to Gmail they are 0.2 %: review.
    hours = [mail(0, 7_000, provider="gmail"), mail(0, 3_000, 900, 6, provider="yahoo")]

    evaluations = evaluate_standing(history_of(hours), {}, RULES)
    complaints, bounces = evaluations[Measure.COMPLAINTS], evaluations[Measure.BOUNCES]

    assert (complaints.rate, complaints.standing) == (Rate(6, 10_000), WATCH)
    assert (complaints.feedback_loop_rate, complaints.feedback_loop_standing) == (Rate(6, 3_000), REVIEW)
    assert (bounces.feedback_loop_rate, bounces.feedback_loop_standing) == (None, None)


def test_mail_to_gmail_alone_has_no_rate_with_feedback_loops() -> None:
    complaints = evaluate([mail(0, 10_000, provider="gmail")], Measure.COMPLAINTS)

    assert complaints.standing is HEALTHY
    assert (complaints.feedback_loop_rate, complaints.feedback_loop_standing) == (None, None)


def test_too_little_mail_with_feedback_loops_has_a_rate_but_no_standing() -> None:
    hours = [mail(0, 9_000, provider="gmail"), mail(0, 1_999, complaints=6, provider="yahoo")]

    complaints = evaluate(hours, Measure.COMPLAINTS)

    assert (complaints.feedback_loop_rate, complaints.feedback_loop_standing) == (Rate(6, 1_999), None)


def test_each_part_of_the_mail_has_its_own_standing() -> None:
    hours = [
        mail(0, 3_000, 330, name="import", provider="yahoo"),
        mail(0, 6_000, 60, name="receipts", provider="gmail"),
        mail(0, 1_999, 999, name="test", provider="gmail", sender=SECOND),
    ]

    evaluation = evaluate(hours, entity=identity_entity("example.com"))

    found = {
        (mail_slice.mail_slice.kind.value, mail_slice.mail_slice.name): (
            mail_slice.sends,
            mail_slice.events,
            mail_slice.standing,
        )
        for mail_slice in evaluation.slices
    }
    assert found == {
        ("sending_account", DELEGATE): (9_000, 390, WATCH),
        ("sending_account", SECOND_DELEGATE): (1_999, 999, None),
        ("configuration_set", f"{DELEGATE}/import"): (3_000, 330, PAUSE),
        ("configuration_set", f"{DELEGATE}/receipts"): (6_000, 60, HEALTHY),
        ("configuration_set", f"{SECOND_DELEGATE}/test"): (1_999, 999, None),
        ("provider", "yahoo"): (3_000, 330, PAUSE),
        ("provider", "gmail"): (7_999, 1_059, PAUSE),
    }
    assert [mail_slice.mail_slice.name for mail_slice in evaluation.slices][:2] == [SECOND_DELEGATE, DELEGATE]
