"""The bill, against amounts worked out by hand."""

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.bill import bill, micros_of, traces
from benchmarks.pipeline import Scenario, Usage
from benchmarks.simulated_windows import Gathering, Windows
from benchmarks.traffic.shapes import Shape

WINDOWS = Windows(journal_seconds=60, batch_size=1_000, posting_seconds=150, pollers=5)
USAGE = Usage(
    Scenario(Shape.REALISTIC, 10, WINDOWS),
    events=36_000,
    pages=360,
    entries=1_800,
    page_units=3_600,
    entry_units=Counter(table=1_800, by_recipient=1_800),
    balance_units=Counter(table=720),
    query_units=3_000.0,
    lookup_units=600.0,
    ended=Counter(posted=360),
    postponed=0,
    page_byte_days=36_000 * 10 * 150.0,
    entry_bytes=1_800 * 1_500,
    balance_bytes=50_000,
)


def lines(usage: Usage = USAGE) -> dict[str, float]:
    return bill(usage, micros_of({Shape.REALISTIC: {"10": 50.0, "1000": 50.0}}))


def test_units_are_added_up_with_reads_at_a_fifth() -> None:
    assert (USAGE.writes, USAGE.reads, USAGE.units) == (7_920, 3_600, 8_640)
    assert USAGE.per_thousand(USAGE.units) == 240


def test_writes_and_reads_cost_what_dynamodb_asks() -> None:
    # 220 writes and 100 reads for 1,000 events: 220,000 and 100,000 for a million.
    assert lines()["writes"] == pytest.approx(0.22 * 0.625)
    assert lines()["reads"] == pytest.approx(0.1 * 0.125)


def test_every_event_is_published_once_and_passes_the_queue() -> None:
    assert lines()["sns"] == pytest.approx(0.5)
    # Sent and received one by one at two events a second and poller, deleted in tens: 2.1 requests.
    assert lines()["sqs"] == pytest.approx(2.1 * 0.4)


def test_storage_is_paid_for_the_life_of_each_item() -> None:
    gigabyte_days = (36_000 * 10 * 150 + 1_800 * 1_500 * 400 + 50_000 * 365) / 1024**3
    backed_up = 36_000 * 10 * 150 / 1024**3
    expected = (gigabyte_days * 0.25 + backed_up * 0.2) / 30.44 / 0.036
    assert lines()["storage"] == pytest.approx(expected)


def test_metrics_are_paid_by_the_month_however_little_is_sent_and_of_five_entities_at_most() -> None:
    # 24, and four for each of five among fifty identities and the account, for 26.3 million events a month.
    assert lines()["metrics"] == pytest.approx((24 + 4 * 5) * 0.3 / (10 * 30.44 * 0.0864))
    busier = replace(USAGE, scenario=replace(USAGE.scenario, rate=100))
    assert lines(busier)["metrics"] == pytest.approx(lines()["metrics"] / 10)


def test_active_tracing_takes_one_call_a_second_and_a_twentieth_of_the_others() -> None:
    assert [traces(calls) for calls in (0.5, 1, 21)] == [0.5, 1, 2]


def test_between_measured_batches_a_call_costs_what_it_costs_by_itself() -> None:
    # 30 us an event and 700 a call: 100 in tens, 37 in hundreds, 30.7 in thousands.
    micros = micros_of({Shape.REALISTIC: {"10": 100.0, "1000": 30.7}})
    assert micros(Shape.REALISTIC, 100) == pytest.approx(37)
    assert micros(Shape.OWN_HOUR, 1_000) == pytest.approx(30.7)


def test_a_batch_ends_with_its_window_or_when_it_is_full() -> None:
    # Two a second and poller: the first after half a second, and 60 seconds of more.
    assert Gathering(10, WINDOWS).period == 60.5
    assert Gathering(10, WINDOWS).batch == 121
    assert Gathering(1_000, WINDOWS).period == 5
    assert Gathering(10, replace(WINDOWS, pollers=1)).batch == 601
