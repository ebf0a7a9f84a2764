"""Where an entity stands: thresholds, what chance explains, and the way down."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, identity_entity
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from tests.support.mail import ENTITY, REGION, history_of, mail
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

HEALTHY, WATCH, REVIEW, PAUSE = Standing
RULES = StandingRules()
IDENTITY = identity_entity("example.com")
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


# Hard bounces (complaints) of 10,000 sends, and where they stand. By Chernoff's bound, worked in a program of
# its own: of mail at 2 %, 255 of 10,000 come less than once in a thousand, and 254 more often.
STANDINGS = [
    (Measure.BOUNCES, 0, HEALTHY),
    (Measure.BOUNCES, 200, HEALTHY),
    (Measure.BOUNCES, 254, HEALTHY),
    (Measure.BOUNCES, 255, WATCH),
    (Measure.BOUNCES, 583, WATCH),
    (Measure.BOUNCES, 584, REVIEW),
    (Measure.BOUNCES, 1_113, REVIEW),
    (Measure.BOUNCES, 1_114, PAUSE),
    (Measure.BOUNCES, 10_000, PAUSE),
    (Measure.COMPLAINTS, 5, HEALTHY),
    (Measure.COMPLAINTS, 15, HEALTHY),
    (Measure.COMPLAINTS, 16, WATCH),
    (Measure.COMPLAINTS, 23, WATCH),
    (Measure.COMPLAINTS, 24, REVIEW),
    (Measure.COMPLAINTS, 78, REVIEW),
    (Measure.COMPLAINTS, 79, PAUSE),
]


@pytest.mark.parametrize(("measure", "events", "standing"), STANDINGS)
def test_a_standing_begins_where_chance_does_not_explain_its_threshold(
    measure: Measure, events: int, standing: Standing
) -> None:
    figures = (events, 0) if measure is Measure.BOUNCES else (0, events)

    evaluation = evaluate([mail(0, 10_000, *figures)], measure)

    assert evaluation.standing is standing
    assert (evaluation.sends, evaluation.events, evaluation.rate) == (10_000, events, Rate(events, 10_000))


def test_a_part_that_is_all_the_mail_stands_where_it_does() -> None:
    """205 of 9,800 are past 2 % as chance may bring them; 55 of the latest 800 are not.

    Chernoff's bound at 2 %: 0.8 for all, 1e-13 for the latest.
    """
    mails = [mail(5, 9_000, 150, sender=SECOND), mail(1, 800, 55, sender=SECOND)]

    alone = evaluate(mails, entity=IDENTITY)
    assert (alone.standing, {each.standing for each in alone.slices}) == (WATCH, {WATCH})
    # Of a part no more is known than its rate; chance explains it.
    beside = evaluate([*mails, mail(3, 100, 0, sender=SECOND._replace(account=DELEGATE))], entity=IDENTITY)
    of_second = [each.standing for each in beside.slices if each.mail_slice.name == SECOND_DELEGATE]
    assert (beside.standing, of_second) == (WATCH, [HEALTHY])


# Where it stood, hard bounces of 10,000, and where it stands: a standing is left at 9/10 of its threshold,
# that is below 180, 450 and 900, and begins at 255, 584 and 1,114.
EASED = [
    (HEALTHY, 254, HEALTHY),
    (HEALTHY, 255, WATCH),
    (HEALTHY, 1_200, PAUSE),
    (WATCH, 199, WATCH),
    (WATCH, 180, WATCH),
    (WATCH, 179, HEALTHY),
    (WATCH, 583, WATCH),
    (WATCH, 584, REVIEW),
    (REVIEW, 450, REVIEW),
    (REVIEW, 449, WATCH),
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


def test_thresholds_and_easing_are_rules() -> None:
    thresholds = {
        **RULES.thresholds,
        Measure.BOUNCES: replace(RULES.thresholds[Measure.BOUNCES], watch=Fraction(1, 100)),
    }
    rules = replace(RULES, thresholds=thresholds, hysteresis=Fraction(1, 2))

    assert evaluate([mail(0, 10_000, 140)], rules=rules).standing is WATCH
    assert evaluate([mail(0, 10_000, 50)], previous=WATCH, rules=rules).standing is WATCH
    assert evaluate([mail(0, 10_000, 49)], previous=WATCH, rules=rules).standing is HEALTHY


# Sends, hard bounces, complaints, and where each stands.
LITTLE = [
    (1, 1, 1, HEALTHY, HEALTHY),
    # Of four mails nothing is said, whatever became of them.
    (4, 4, 4, HEALTHY, HEALTHY),
    (5, 5, 0, PAUSE, HEALTHY),
    (700, 119, 0, PAUSE, HEALTHY),
    (1_800, 216, 0, REVIEW, HEALTHY),
    (1_900, 570, 0, PAUSE, HEALTHY),
    (2_000, 0, 1, HEALTHY, HEALTHY),
    (2_000, 0, 2, HEALTHY, HEALTHY),
    (2_000, 0, 10, HEALTHY, REVIEW),
    (1_498, 0, 6, HEALTHY, WATCH),
]


@pytest.mark.parametrize(("sends", "bounces", "complaints", "by_bounces", "by_complaints"), LITTLE)
def test_little_mail_is_rated_by_what_it_shows(
    sends: int, bounces: int, complaints: int, by_bounces: Standing, by_complaints: Standing
) -> None:
    evaluations = evaluate_standing(history_of([mail(0, sends, bounces, complaints)]), {}, RULES)

    assert [each.standing for each in evaluations.values()] == [by_bounces, by_complaints]


def test_a_rate_that_chance_explains_in_the_window_is_shown_by_the_mail_before_it() -> None:
    # 240 of 10,000 are 2.4 %: chance explains 254. In 40,000 it explains 905 (2.26 %), and 960 came.
    steady = [mail(ago, 10_000, 240) for ago in range(4)]

    assert evaluate(steady[:1]).standing is HEALTHY
    assert evaluate(steady).standing is WATCH


def test_evidence_of_long_ago_does_not_count_against_a_rate_of_today() -> None:
    # The window is at 2 % by chance; what was bad lies more than four volumes back.
    hours = [mail(0, 10_000, 200), mail(1, 10_000, 100), mail(2, 20_000, 200), mail(3, 40_000, 8_000)]

    assert evaluate(hours).standing is HEALTHY


def test_a_burst_of_today_counts_where_the_window_is_at_the_threshold() -> None:
    # 202 and 203 of 10,000 are 2 %, which chance explains, as it does 52 of the latest 1,500, but not 53.
    calm = mail(1, 8_500, 150)

    assert evaluate([mail(0, 1_500, 52), calm]).standing is HEALTHY
    assert evaluate([mail(0, 1_500, 53), calm]).standing is WATCH


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


def test_complaints_are_rated_by_mail_to_providers_with_feedback_loops() -> None:
    # 12,000 sends, three quarters to Gmail, 13 complaints: 0.11 % of all, 0.43 % of the mail that SES counts.
    hours = [mail(0, 9_000, provider="gmail"), mail(0, 3_000, 900, 13, provider="yahoo")]

    evaluations = evaluate_standing(history_of(hours), {}, RULES)
    complaints, bounces = evaluations[Measure.COMPLAINTS], evaluations[Measure.BOUNCES]

    assert (complaints.sends, complaints.rate, complaints.standing) == (3_000, Rate(13, 3_000), REVIEW)
    assert complaints.all_mail_rate == Rate(13, 12_000)
    assert (bounces.sends, bounces.all_mail_rate) == (12_000, None)


def test_four_complaints_of_three_thousand_are_shown_and_may_be_chance() -> None:
    hours = [mail(0, 9_000, provider="gmail"), mail(0, 3_000, complaints=4, provider="yahoo")]

    complaints = evaluate(hours, Measure.COMPLAINTS)

    assert (complaints.rate, complaints.standing) == (Rate(4, 3_000), HEALTHY)


def test_the_window_of_complaints_is_counted_in_mail_to_providers_with_feedback_loops() -> None:
    day = [mail(ago, 9_000, provider="gmail") for ago in range(20)]
    loops = [mail(ago, 1_000, 0, 2, provider="yahoo") for ago in range(20)]

    evaluations = evaluate_standing(history_of([*day, *loops]), {}, RULES)

    assert evaluations[Measure.BOUNCES].window.hours == 1
    assert evaluations[Measure.COMPLAINTS].window.hours == 10
    assert evaluations[Measure.COMPLAINTS].rate == Rate(20, 10_000)


def test_mail_to_gmail_alone_is_not_rated_by_complaints() -> None:
    complaints = evaluate([mail(0, 10_000, provider="gmail")], Measure.COMPLAINTS)

    assert (complaints.rate, complaints.standing, complaints.headroom) == (None, None, ())
    assert complaints.all_mail_rate == Rate(0, 10_000)


@pytest.mark.parametrize("hours", [[], [mail(0, 10)], [mail(0, 10, provider="simulator")]])
def test_an_entity_has_mail_whether_it_is_rated_or_not(hours: list[HourBalance]) -> None:
    assert evaluate(hours).has_mail is bool(hours)


def test_a_provider_with_little_mail_is_rated_too() -> None:
    """110 of 1,373 to Gmail are 8.0 %: 5 % would bring so many less than once in a thousand, 8 % often."""
    evaluation = evaluate(
        [mail(0, 1_373, 110, provider="gmail"), mail(0, 20_000, 20, provider="yahoo", name="r")]
    )

    (gmail,) = [each for each in evaluation.slices if each.mail_slice.name == "gmail"]
    assert (gmail.rate, gmail.standing) == (Rate(110, 1_373), REVIEW)


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
        ("sending_account", SECOND_DELEGATE): (1_999, 999, PAUSE),
        ("configuration_set", f"{DELEGATE}/import"): (3_000, 330, REVIEW),
        ("configuration_set", f"{DELEGATE}/receipts"): (6_000, 60, HEALTHY),
        ("configuration_set", f"{SECOND_DELEGATE}/test"): (1_999, 999, PAUSE),
        ("provider", "yahoo"): (3_000, 330, REVIEW),
        ("provider", "gmail"): (7_999, 1_059, PAUSE),
    }
    assert [mail_slice.mail_slice.name for mail_slice in evaluation.slices][:2] == [SECOND_DELEGATE, DELEGATE]
