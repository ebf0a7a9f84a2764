"""Which configuration set is paused: the one that bears most, if it stands at pause by itself."""

import json

import pytest

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.protection.target import choose_target
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from tests.support.mail import NOTHING, Reported, history_of, hour_ago, mail, reported_mail

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
            [("offers", 19, 19, 0)],
            "",
            "configuration set offers bears 19 of 19 hard bounces, but only a person pauses a set for fewer "
            "than 20",
        ),
        (
            [("offers", 20, 20, 0), ("receipts", 10, 1, 0)],
            "offers",
            "configuration set offers bears 20 of 21 hard bounces, its own bounce rate is 100.00 %; "
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


def by_feeds(*parts: Reported) -> Evaluation:
    """The bounces of an account of which a sender's and an owner's feed report so much."""
    hours = [reported_mail(hour_ago(ago), part) for ago, part in enumerate(parts, start=1)]
    evaluation = evaluate_standing(history_of(hours), {}, StandingRules())[Measure.BOUNCES]
    assert evaluation.standing is Standing.PAUSE
    return evaluation


UNTOLD = ("sent", "delivered", "complained")
"""What the sender's feed reports of mail whose bounces only the owner's topic reports."""
RECEIPTS = Reported(5000, 25, name="receipts")


def test_what_the_owner_alone_reports_pauses_nothing() -> None:
    """The owner reports 900 bounces; the agency's own feed reports 25 of 8,000 sends, 0.31 %."""
    target = choose_target(by_feeds(Reported(3000, 900, name="offers", sender=UNTOLD), RECEIPTS))

    assert (target.configuration_set, target.is_held_back) == ("", True)
    assert target.cause == (
        "configuration set offers bears 900 of 925 hard bounces, its own bounce rate is 30.00 %; without it "
        "the account's would be 0.50 %; but the identity owner's feed alone reports 900 of the 925 hard "
        "bounces, without them the account's bounce rate is 0.31 %"
    )
    assert target.evidence["by_senders"] == {
        "measure": "bounces",
        "first_hour": "2026-11-22T08",
        "last_hour": "2026-11-22T10",
        "account_rate": 25 / 8000,
        "account_events": 25,
    }


@pytest.mark.parametrize("owner", [(), ("bounced",), ("bounced", "complained")])
def test_what_the_sender_reports_pauses_whatever_the_owner_reports(owner: tuple[str, ...]) -> None:
    target = choose_target(by_feeds(Reported(3000, 900, name="offers", owner=owner), RECEIPTS))

    assert (target.configuration_set, target.is_held_back) == ("offers", False)
    assert target.evidence["events"] == 900


def test_the_senders_word_is_enough_and_the_evidence_counts_no_more_than_it() -> None:
    """Both feeds report 1,050 bounces of the offers, and the owner 50 more; 1,050 of 3,000 are 35 %."""
    both = Reported(2900, 1050, name="offers")
    untold = Reported(100, 50, name="offers", sender=UNTOLD)

    target = choose_target(by_feeds(both, untold, RECEIPTS))

    assert target.configuration_set == "offers"
    assert target.cause == (
        "by the sender's own feed, configuration set offers bears 1,050 of 1,075 hard bounces, its own "
        "bounce rate is 35.00 %; without it the account's would be 0.50 %"
    )
    assert (target.evidence["events"], target.evidence["account_events"]) == (1_050, 1_075)


def test_another_sets_own_bounces_are_no_reason_while_only_the_owner_puts_the_account_at_pause() -> None:
    """By its own feed 2,400 sends of surveys bounced 10 %, but that is 2.4 % of the account's 10,000."""
    surveys, rest = Reported(2400, 240, name="surveys"), Reported(5600, 0, name="receipts")
    forged = Reported(2000, 900, name="offers", sender=UNTOLD)

    assert choose_target(by_feeds(surveys, rest, forged)).configuration_set == ""


def test_sends_that_only_the_owner_says_were_stopped_by_a_list_stay_in_the_rate() -> None:
    """10,000 sends of which 600 bounced; the owner says of 5,000 others that the account's list stopped them.

    600 of 5,000 are 12 %, 600 of 10,000 are 6 %.
    """
    stopped = Outcome.BOUNCED_PERMANENT_ON_ACCOUNT_SUPPRESSION_LIST
    evaluation = by_feeds(Reported(10_000, 600, name="offers", owner_says={stopped: range(5_000, 10_000)}))

    target = choose_target(evaluation)

    assert (target.configuration_set, target.is_held_back) == ("", True)
    assert evaluation.rate == Rate(600, 5_000)
    assert target.evidence["by_senders"]["account_rate"] == 0.06


def test_soft_bounces_that_only_the_owner_reports_change_nothing() -> None:
    """Out-of-office replies enter no rate: the evaluation needs no second look."""
    replies = {Outcome.BOUNCED_TRANSIENT_GENERAL: range(1_000, 2_000)}

    evaluation = by_feeds(Reported(3000, 900, name="offers", owner_says=replies), RECEIPTS)

    assert evaluation.by_senders is None
    assert choose_target(evaluation).configuration_set == "offers"


def test_a_set_that_no_sender_names_was_never_chosen() -> None:
    """Where the sender has no feed, nobody names a set: nothing is rated, so nothing can be paused."""
    hours = [reported_mail(hour_ago(1), Reported(9000, 900, sender=NOTHING))]
    evaluation = evaluate_standing(history_of(hours), {}, StandingRules())[Measure.BOUNCES]

    assert (evaluation.standing, evaluation.by_senders) == (None, None)


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
