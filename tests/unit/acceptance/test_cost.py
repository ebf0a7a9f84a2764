"""What a run costs, against sums worked out by hand."""

from dataclasses import replace

import pytest

from tests.acceptance.cost import ESTIMATE, Counts, charge, total

NOTHING = Counts(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def test_nothing_costs_nothing() -> None:
    assert total(charge(NOTHING)) == 0


@pytest.mark.parametrize(
    ("counts", "dollars"),
    [
        # 73 metrics at $0.30 a month of 730 hours, for two hours.
        (replace(NOTHING, metrics=73, hours=2), 0.06),
        # 73 metrics of alarms at $0.10 a month, for an hour.
        (replace(NOTHING, alarm_metrics=73), 0.01),
        (replace(NOTHING, mails=10_000), 1.00),
        (replace(NOTHING, metric_requests=1_000), 0.01),
        # An export is six transitions at $0.025 a thousand.
        (replace(NOTHING, exports=1_000), 0.15),
    ],
)
def test_counts_are_charged_at_list_prices(counts: Counts, dollars: float) -> None:
    assert total(charge(counts)) == pytest.approx(dollars)


def test_a_run_costs_less_than_half_a_dollar() -> None:
    assert 0 < total(charge(ESTIMATE)) < 0.5
