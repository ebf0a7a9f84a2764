"""Where mail stands by a measure: the rate that decides, its window, and the way to the marks."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from ses_reputation.rates.headroom import Headroom
from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.facts.measures import measure_sentence, view_measure
from ses_reputation.statement.view.rates import MeasureView
from tests.support.evaluated import ACCOUNT, IDENTITY, NOW, bounces, causes_in_account, complaints
from tests.support.stood import stood

COMMAND = "ses-reputation standing explain"


def view(evaluation: Evaluation) -> MeasureView:
    measure = evaluation.measure
    mail = stood(ACCOUNT, evaluation)
    return view_measure(mail, measure, StandingRules().thresholds[measure], COMMAND)


def by_ses(estimated: Standing | None) -> Evaluation:
    """A healthy estimate of 1.80 %; SES's own rate is 6.1 %."""
    at = NOW - timedelta(hours=1)
    official = OfficialRate(Fraction(61, 1000), at, Standing.REVIEW, estimated)
    return replace(bounces(Standing.HEALTHY), standing=official.worst, official=official)


def test_a_rate_stands_with_what_it_is_made_of() -> None:
    found = view(bounces(Standing.REVIEW))

    assert (found.rate.numerator, found.rate.denominator) == (513, 10_021)
    assert found.rate.value == pytest.approx(0.051192, abs=1e-6)
    assert (found.window.first_hour, found.window.last_hour) == ("2026-11-20T08", "2026-11-22T10")
    assert (found.window.is_full, found.window.sends, found.window.events) == (True, 10_021, 513)
    assert [(each.standing, each.rate) for each in found.thresholds] == [
        (Standing.WATCH, 0.02),
        (Standing.REVIEW, 0.05),
        (Standing.PAUSE, 0.1),
    ]


def test_the_way_to_each_mark_is_shown_where_it_is_known() -> None:
    # The last is what so little mail has that not even all of it would reach the mark.
    unknown = Headroom(Standing.PAUSE, Fraction(1, 10), 0, 0)
    evaluation = bounces(Standing.REVIEW)
    short = replace(evaluation, headroom=(*evaluation.headroom[:2], unknown))

    assert [(each.standing, each.more_events, each.clean_sends) for each in view(evaluation).headroom] == [
        (Standing.WATCH, 0, 15_630),
        (Standing.REVIEW, 0, 240),
        (Standing.PAUSE, 490, 0),
    ]
    assert [each.standing for each in view(short).headroom] == [Standing.WATCH, Standing.REVIEW]


@pytest.mark.parametrize(
    ("estimated", "decides"),
    [(Standing.HEALTHY, True), (None, True), (Standing.REVIEW, False), (Standing.PAUSE, False)],
)
def test_ses_own_rate_is_named_first_where_it_decides(estimated: Standing | None, decides: bool) -> None:
    found = view(by_ses(estimated))

    assert found.official is not None
    assert (found.official.rate, found.official.at, found.official.decides) == (
        0.061,
        NOW - timedelta(hours=1),
        decides,
    )
    assert ("6.10 % by SES's own rate; 1.80 % of 10,021 sends" in found.headline) is decides


def test_complaints_are_shown_over_all_mail_too() -> None:
    found = view(complaints(Standing.WATCH))

    assert found.all_mail is not None
    assert (found.rate.denominator, found.all_mail.denominator) == (10_021, 15_021)
    assert view(bounces(Standing.WATCH)).all_mail is None


def test_causes_are_of_all_events_and_kinds_of_bounces_have_no_rate() -> None:
    news, microsoft, no_email = view(bounces(Standing.REVIEW, causes_in_account(513))).causes

    assert (news.events, news.events_of_all, news.sends, news.rate.denominator) == (412, 513, 4_530, 4_530)
    assert (microsoft.kind, microsoft.name, microsoft.events) == ("provider", "microsoft", 393)
    assert (no_email.sends, no_email.rate.value) == (0, None)
    assert no_email.rate.reason != ""


def test_mail_that_was_never_rated_says_why() -> None:
    sentence = measure_sentence(Evaluated(IDENTITY), Measure.BOUNCES)

    assert sentence == "without a standing by its bounces: no mail of it is known that is in a rate"
