"""Where the marks of small charts lie; all places are worked out by hand."""

from dataclasses import replace

import pytest

from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.statement.charts import (
    NONE,
    RateCells,
    delegate_scales,
    heat_map,
    outcomes,
    rows,
    scale_top,
    spark_path,
    time_order,
    tint,
)
from ses_reputation.statement.view.mail import ProviderLine, Sparkline
from tests.support.statements import make_measure, make_series, make_warm_up, one_delegate_at_pause


def provider(delivered: int, waiting: int, bounced: int, sends: int) -> ProviderLine:
    return ProviderLine(
        "gmail", "Gmail", sends, delivered, 0, bounced, waiting, sends, 0.0, 0, None, "", "", None
    )


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
    places = {name: (start, width) for name, start, width in outcomes(provider(80, 15, 5, 100))}

    assert places["delivered"] == pytest.approx((0, 0.8))
    assert places["waiting"] == pytest.approx((0.8, 0.15))
    assert places["bounced"] == pytest.approx((0.95, 0.05))


def test_a_bar_shows_all_bounces_where_some_of_the_mail_was_delivered_first() -> None:
    """Of 100 sends 97 were delivered, 8 of which bounced later: Microsoft, in the demo."""
    places = {name: (start, width) for name, start, width in outcomes(provider(97, 0, 8, 100))}

    assert places["delivered"] == pytest.approx((0, 0.92))
    assert places["bounced"] == pytest.approx((0.92, 0.08))
    assert [width for _, _, width in outcomes(provider(0, 0, 0, 0))] == [0, 0, 0]


def test_times_sort_by_their_seconds() -> None:
    times = ["within 10 s", "within 1 min", "within 10 min", "within 1 h", "within 6 h", "over 6 h"]

    orders = [int(time_order(each)) for each in times]

    assert orders == sorted(set(orders))
    assert time_order("") == NONE


def test_a_heat_map_has_the_days_between_the_first_and_the_last_mail() -> None:
    first, second = make_warm_up()
    days = tuple(f"2026-{day}" for day in ("10-29", "10-30", "10-31", "11-01", "11-02"))
    first = replace(first, days=days, sends=(0, 9, 0, 0, 0))
    second = replace(second, days=days, sends=(0, 0, 0, 7, 0))

    heat = heat_map([first, second])

    assert heat.days == [("30", "Oct", True), ("31", "Oct", False), ("1", "Nov", True)]
    assert heat.span == (1, 4)
    assert heat.sets == [(first.title, [first, second])]


def test_a_heat_map_without_mail_has_no_days() -> None:
    row = replace(make_warm_up()[0], sends=(0,) * 14)

    assert heat_map([row]).days == []


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
    """Seven days, a unit each; 100 high with a margin of 4: half of the highest is in the middle."""
    spark = Sparkline(("",) * 7, (100, 100, 0, 100, 100, 100, 100), (0, 5, 0, 10, 10, 5, 0), (0,) * 7)

    assert spark_path(spark, 0.1) == "M0 96l1 -46M3 4l1 0 1 46 1 46"
    assert spark_path(Sparkline(("a",), (0,), (0,), (0,)), 0.1) == ""


def test_a_sparkline_of_few_days_is_points() -> None:
    spark = Sparkline(("a", "b", "c", "d"), (0, 0, 100, 100), (0, 0, 5, 10), (0, 0, 0, 0))

    assert spark_path(spark, 0.1) == "M2 50h0M3 4h0"


def test_a_sparklines_lone_day_between_days_without_mail_is_a_point() -> None:
    spark = Sparkline(("",) * 7, (100, 0, 100, 100, 100, 100, 0), (10, 0, 10, 10, 10, 10, 0), (0,) * 7)

    assert spark_path(spark, 0.1) == "M0 4l0 0M2 4l1 0 1 0 1 0"


@pytest.mark.parametrize(
    ("delayed", "step"), [(0, 1), (9, 1), (10, 2), (49, 2), (50, 3), (100, 4), (249, 4), (250, 5), (1_000, 5)]
)
def test_a_tint_is_a_step_of_the_share_that_was_delayed(delayed: int, step: int) -> None:
    assert tint(delayed, 1_000) == step


def test_a_day_without_mail_has_no_tint() -> None:
    assert tint(0, 0) == 0
