"""Which configuration set is paused: the one that bears most, if it stands at pause by itself."""

import json

import pytest

from ses_reputation.protection.target import choose_target
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from tests.support.mail import history_of, mail

Sent = tuple[str, int, int, int]
"""Configuration set, sends, hard bounces, complaints."""


def evaluate(measure: Measure, *sent: Sent) -> Evaluation:
    hours = [
        mail(ago, sends, bounces, complaints, name=name)
        for ago, (name, sends, bounces, complaints) in enumerate(sent, start=1)
    ]
    evaluation = evaluate_standing(history_of(hours), {}, StandingRules())[measure]
    assert evaluation.standing is Standing.PAUSE
    return evaluation


@pytest.mark.parametrize(
    ("sent", "chosen", "cause"),
    [
        (
            [("offers", 3000, 900, 0), ("receipts", 5000, 25, 0)],
            "offers",
            "configuration set offers bears 900 of 925 hard bounces, its own bounce rate is 30.00 %; "
            "without it the account's would be 0.50 %",
        ),
        (
            [("offers", 3000, 900, 0)],
            "offers",
            "configuration set offers bears 900 of 900 hard bounces, its own bounce rate is 30.00 %",
        ),
        # The bigger set bears most but is not at pause itself; the smaller is, but does not bear most.
        (
            [("offers", 2000, 400, 0), ("receipts", 6000, 450, 0)],
            "",
            "configuration set receipts bears 450 of 850 hard bounces, but by itself, with a bounce rate of "
            "7.50 %, it stands at review",
        ),
        (
            [("offers", 1999, 900, 0), ("receipts", 5000, 25, 0)],
            "",
            "configuration set offers bears 900 of 925 hard bounces, but its 1,999 sends are too few to "
            "rate it",
        ),
        # Exactly at the minimum volume and the threshold.
        (
            [("offers", 2000, 200, 0), ("receipts", 10, 1, 0)],
            "offers",
            "configuration set offers bears 200 of 201 hard bounces, its own bounce rate is 10.00 %; "
            "without it the account's would be 10.00 %",
        ),
    ],
)
def test_the_set_that_bears_most_bounces_is_chosen_or_why_none_can_be(
    sent: list[Sent], chosen: str, cause: str
) -> None:
    target = choose_target(evaluate(Measure.BOUNCES, *sent))
    assert (target.configuration_set, target.cause) == (chosen, cause)


def test_complaints_are_worded_in_their_own_way() -> None:
    target = choose_target(evaluate(Measure.COMPLAINTS, ("offers", 3000, 0, 60), ("receipts", 5000, 0, 1)))
    assert target.configuration_set == "offers"
    assert target.cause == (
        "configuration set offers bears 60 of 61 complaints, its own complaint rate is 2.000 %; "
        "without it the account's would be 0.020 %"
    )


def test_the_evidence_is_plain_json() -> None:
    target = choose_target(evaluate(Measure.BOUNCES, ("offers", 3000, 900, 0), ("receipts", 5000, 25, 0)))

    assert json.loads(json.dumps(target.evidence)) == {
        "measure": "bounces",
        "first_hour": "2026-11-22T08",
        "last_hour": "2026-11-22T10",
        "account_rate": 925 / 8000,
        "account_events": 925,
        "configuration_set": "offers",
        "events": 900,
        "sends": 3000,
        "rate": 0.3,
        "account_rate_without_it": 0.005,
    }


def test_where_no_part_is_known_none_is_chosen() -> None:
    evaluation = evaluate(Measure.BOUNCES, ("offers", 3000, 900, 0))
    without_parts = Evaluation(
        evaluation.measure,
        evaluation.window,
        evaluation.sends,
        evaluation.events,
        evaluation.rate,
        Standing.PAUSE,
    )

    target = choose_target(without_parts)

    assert (target.configuration_set, target.cause) == ("", "no configuration set bears a hard bounce")
