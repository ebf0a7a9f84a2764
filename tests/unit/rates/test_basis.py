"""What a rate is over, by hand."""

import pytest

from ses_reputation.rates.basis import Basis, RateBasis, basis_of
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import EVERYTHING, Breakdown, Dimension, RateCounts, Slice

NONE = Slice(Dimension.WITHOUT_SEND, "(none)")
ALERTS = Slice(Dimension.WITHOUT_SEND, "444455556666/alerts")
UNRATED = {
    Slice(Dimension.UNRATED, "(none)"): RateCounts(hard_bounces=7, complaints=1, fbl_complaints=1),
    Slice(Dimension.UNRATED, "alerts"): RateCounts(hard_bounces=5),
}


def everything(sends: int) -> Breakdown:
    return {EVERYTHING: RateCounts(sends, fbl_sends=sends)}


def outcomes(sends: int) -> RateCounts:
    return RateCounts(sends, fbl_sends=sends)


@pytest.mark.parametrize(
    ("table", "basis"),
    [
        ({}, RateBasis(None)),
        (everything(100), RateBasis(Basis.SENDS)),
        (everything(100) | {NONE: outcomes(100)}, RateBasis(Basis.FINAL_OUTCOMES, 100)),
        (
            everything(100) | {NONE: outcomes(60), ALERTS: outcomes(40)},
            RateBasis(Basis.FINAL_OUTCOMES, 100),
        ),
        (everything(100) | {NONE: outcomes(1)}, RateBasis(Basis.SENDS_AND_FINAL_OUTCOMES, 1)),
        (
            everything(100) | {Slice(Dimension.COUNTED_BY_SES): outcomes(100)},
            RateBasis(Basis.SES_COUNT),
        ),
    ],
)
def test_a_basis_is_what_the_mail_is_known_by(table: Breakdown, basis: RateBasis) -> None:
    assert basis_of(table, Measure.BOUNCES) == basis
    assert basis_of(table, Measure.COMPLAINTS) == basis


def test_events_of_nobody_knows_how_much_mail_are_counted_beside_the_rate() -> None:
    assert basis_of(UNRATED, Measure.BOUNCES) == RateBasis(None, 0, 12)
    assert basis_of(UNRATED, Measure.COMPLAINTS) == RateBasis(None, 0, 1)
    assert basis_of(everything(9) | UNRATED, Measure.BOUNCES) == RateBasis(Basis.SENDS, 0, 12)
