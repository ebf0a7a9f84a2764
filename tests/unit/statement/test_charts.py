"""Where the marks of small charts lie; all places are worked out by hand."""

import pytest

from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.statement.charts import (
    NONE,
    RateCells,
    delegate_scales,
    outcomes,
    rows,
    scale_top,
    spark_path,
    tint,
)
from ses_reputation.statement.view.mail import ProviderLine, Sparkline
from tests.support.statements import make_measure, make_series, one_delegate_at_pause


def provider(delivered: int, waiting: int, bounced: int, sends: int) -> ProviderLine:
    return ProviderLine("gmail", "Gmail", sends, delivered, 0, bounced, waiting, 0.0, 0, None, "", "", None)


def test_a_row_has_what_a_rate_is_made_of_and_its_interval() -> None:
    """The Wilson interval of 50 in 1,000 at 95 %, as published calculators have it: 3.81 to 6.53 %."""
    series = make_series(["2026-11-22"], [1_000], [50])

    [(period, sends, bounces, complaints)] = rows(series)

    assert (period, sends) == ("2026-11-22", 1_000)
    assert bounces == RateCells("5.00 %", "50 / 1,000", "3.81 to 6.53")
    assert complaints.made_of == "0 / 500"


def test_rows_begin_with_the_first_mail_and_keep_days_without_any() -> None:
    series = make_series(["2026-11-21T09", "2026-11-21T10", "2026-11-21T11"], [0, 10, 0], [0, 1, 0])

    assert [(period, sends) for period, sends, _, _ in rows(series)] == [
        ("2026-11-21 10:00", 10),
        ("2026-11-21 11:00", 0),
    ]
    assert [bounces.rate for _, _, bounces, _ in rows(series)] == ["10.00 %", NONE]


def test_a_bar_of_outcomes_ends_with_all_sends() -> None:
    assert outcomes(provider(80, 15, 5, 100)) == [
        ("delivered", 0.0, 0.8),
        ("waiting", 0.8, pytest.approx(0.15)),
        ("bounced", pytest.approx(0.95), pytest.approx(0.05)),
    ]


def test_a_bar_has_no_more_than_all_sends_even_where_more_outcomes_than_sends_are_known() -> None:
    assert sum(width for _, _, width in outcomes(provider(90, 15, 5, 100))) == pytest.approx(1)
    assert outcomes(provider(0, 0, 0, 0)) == [
        (name, 0.0, 0.0) for name in ("delivered", "waiting", "bounced")
    ]


@pytest.mark.parametrize(
    ("rate", "top"),
    [
        pytest.param(Rate(40, 10_000), 0.022, id="the next mark is watch, 2 %"),
        pytest.param(Rate(300, 10_000), 0.055, id="the next mark is review, 5 %"),
        pytest.param(
            Rate(2_000, 10_000), 0.22875, id="above all marks the interval's end, 20.796 %, is highest"
        ),
    ],
)
def test_a_scale_ends_over_the_next_mark(rate: Rate, top: float) -> None:
    assert scale_top(make_measure(Measure.BOUNCES, Standing.WATCH, rate)) == pytest.approx(top, abs=0.0001)


def test_delegates_are_drawn_to_the_scale_of_the_worst() -> None:
    """404 of 3,680 are 10.98 %, with an interval to 12.03 %; a tenth of room is above it. 13 of 122 a day."""
    marks, top, highest = delegate_scales(one_delegate_at_pause())

    assert [mark.standing for mark in marks] == [Standing.WATCH, Standing.REVIEW, Standing.PAUSE]
    assert top == pytest.approx(1.1 * 0.1203, abs=0.0001)
    assert highest == pytest.approx(13 / 122)


def test_a_sparkline_has_gaps_where_nothing_was_sent() -> None:
    """Four days, a unit each; 100 high with a margin of 4: half of the highest is in the middle."""
    spark = Sparkline(("a", "b", "c", "d"), (100, 100, 0, 100), (0, 5, 0, 10), (0, 0, 0, 0))

    assert spark_path(spark, 0.1) == "M0 96 1 50M3 4h.1"
    assert spark_path(Sparkline(("a",), (0,), (0,), (0,)), 0.1) == ""


@pytest.mark.parametrize(
    ("delayed", "step"), [(0, 1), (9, 1), (10, 2), (49, 2), (50, 3), (100, 4), (249, 4), (250, 5), (1_000, 5)]
)
def test_a_tint_is_a_step_of_the_share_that_was_delayed(delayed: int, step: int) -> None:
    assert tint(delayed, 1_000) == step


def test_a_day_without_mail_has_no_tint() -> None:
    assert tint(0, 0) == 0
