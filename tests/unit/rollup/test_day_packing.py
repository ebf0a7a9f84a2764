"""Whatever is packed comes back, names that no table knows too."""

import json
import zlib

from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.rollup.day_packing import (
    pack_detail,
    pack_totals,
    unpack_figures,
    unpack_hours,
    unpack_totals,
)
from ses_reputation.rollup.rate_counts import Breakdown, RateCounts, break_down

SETS = st.sampled_from(["newsletter", "gmail", "sent", "everything", "(none)", "0"])
PROVIDERS = st.sampled_from([*(provider.wire_name for provider in Provider), "a-provider-to-come"])
OUTCOMES = st.sampled_from([*(outcome.wire_name for outcome in Outcome), "an_outcome_to_come"])
NUMBERS = st.one_of(st.integers(1, 3), st.integers(1, 10**9))
COUNTS = st.dictionaries(
    SETS,
    st.dictionaries(PROVIDERS, st.dictionaries(OUTCOMES, NUMBERS, min_size=1), min_size=1),
    max_size=3,
)
TAGS = st.sampled_from([{}, {"campaign=spring": {"gmail": {"sent": 3, "bounced_permanent_general": 1}}}])
HOURS = st.dictionaries(st.integers(0, 23).map(lambda hour: f"2026-11-22T{hour:02}"), COUNTS, max_size=6)


def without_empty(table: Breakdown) -> Breakdown:
    return {mail_slice: figures for mail_slice, figures in table.items() if any(figures)}


@given(COUNTS)
def test_totals_come_back(counts: Counts) -> None:
    totals = break_down(counts)

    assert unpack_totals(pack_totals(totals)) == without_empty(totals)


@given(HOURS, COUNTS, TAGS)
def test_hours_and_figures_come_back(by_hour: dict[str, Counts], counts: Counts, tags: Counts) -> None:
    hours = {hour: break_down(each, tags) for hour, each in by_hour.items()}
    figures = BalanceCounts(counts, {"newsletter": {"gmail": {"delayed_still_open": 2}}}, {}, tags)

    packed = pack_detail(hours, figures)

    assert unpack_hours("2026-11-22", packed) == {
        hour: without_empty(table) for hour, table in sorted(hours.items())
    }
    assert unpack_figures(packed) == figures


def test_a_code_means_what_it_meant_when_it_was_stored() -> None:
    """These bytes were stored once; whoever changes a code must read them as before."""
    totals = [
        1,
        "newsletter",
        10,
        1,
        0,
        9,
        0,
        11,
        1,
        2,
        303,
        10,
        1,
        0,
        0,
        0,
        11,
        1,
        5,
        117,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
    ]
    stored = zlib.compressobj(wbits=-15)
    packed = stored.compress(json.dumps(totals).encode()) + stored.flush()

    assert {(each.kind.value, each.name): figures for each, figures in unpack_totals(packed).items()} == {
        ("configuration_set", "newsletter"): RateCounts(10, 1, 0, 9, 0, 11, 1),
        ("provider", "gmail"): RateCounts(10, 1, 0, 0, 0, 11, 1),
        ("bounce", "bounced_permanent_no_email"): RateCounts(0, 1),
    }
