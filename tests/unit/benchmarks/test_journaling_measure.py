"""All handlers, measured on little: that what is counted is what was asked of DynamoDB."""

import json
from collections.abc import Callable, Iterator

import boto3
import pytest

from benchmarks.http_stub import stubbed_http
from benchmarks.journaling import FAIR, JOURNAL, measure, metered
from benchmarks.lambda_calls import Context, function_environment
from benchmarks.metered_tables import MeteredAws
from benchmarks.naive_handler import (
    COUNTERS,
    DETAILS,
    RECORDS,
    LambdaFunction,
    fair_handler,
    lean_naive_handler,
    naive_handler,
)
from benchmarks.traffic.events import SesEvent
from benchmarks.traffic.shapes import Shape, arrivals
from benchmarks.traffic.wire import lambda_event
from ses_reputation.feedback.outcomes import Outcome

ACCOUNT, IDENTITY = "ACCOUNT#444455556666", "IDENTITY#customer-00000.example.com"
Kind = Callable[[object], LambdaFunction]


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    with function_environment():
        yield


@pytest.fixture
def aws() -> MeteredAws:
    return metered()


def handle(aws: MeteredAws, handler: LambdaFunction, events: list[SesEvent]) -> None:
    with stubbed_http(aws):
        assert handler(json.loads(lambda_event(events)), Context()) == {"batchItemFailures": []}


def counted(aws: MeteredAws) -> dict[tuple[str, ...], dict[str, str]]:
    return {
        place: {name: each["N"] for name, each in row.items() if "N" in each}
        for place, row in aws.tables[COUNTERS].items.items()
    }


@pytest.mark.parametrize(("kind", "puts", "updates"), [(naive_handler, 1, 4), (lean_naive_handler, 1, 3)])
def test_the_naive_handlers_count_each_event_in_three_places(
    aws: MeteredAws, kind: Kind, puts: int, updates: int
) -> None:
    handle(aws, kind(boto3.client("dynamodb")), arrivals(Shape.ONE_HOUR, 7))
    everywhere = {"Delivery": "7"}
    assert counted(aws) == {
        (ACCOUNT, "total"): everywhere,
        (IDENTITY, "total"): everywhere,
        (ACCOUNT, "2026-11-22"): everywhere,
    }
    assert len(aws.tables[RECORDS].items) == 7
    assert aws.calls == {"PutItem": 7 * puts, "UpdateItem": 7 * updates}
    assert aws.write_units == 7 * (puts + updates)


def test_the_fair_handler_writes_a_record_an_event_and_each_counter_once(aws: MeteredAws) -> None:
    handle(aws, fair_handler(boto3.client("dynamodb")), arrivals(Shape.ONE_HOUR, 30))
    assert counted(aws)[ACCOUNT, "total"] == {"Delivery": "30"}
    # 30 records in puts of 25 and 5; three counters.
    assert aws.calls == {"BatchGetItem": 1, "BatchWriteItem": 2, "UpdateItem": 3}
    assert (aws.write_units, aws.read_units) == (30 + 3, 30)


def test_the_fair_handler_counts_nothing_again_that_comes_again(aws: MeteredAws) -> None:
    handler, events = fair_handler(boto3.client("dynamodb")), arrivals(Shape.REALISTIC, 40)
    handle(aws, handler, events)
    once = counted(aws)
    handle(aws, handler, events[5:])
    assert counted(aws) == once


@pytest.mark.parametrize("kind", [naive_handler, lean_naive_handler, fair_handler])
def test_all_kinds_count_alike_and_keep_the_details_of_what_is_adverse(aws: MeteredAws, kind: Kind) -> None:
    events = arrivals(Shape.REALISTIC, 100)
    handle(aws, kind(boto3.client("dynamodb")), events)
    adverse = [event for event in events if event.outcome >= Outcome.BOUNCED_PERMANENT_GENERAL]
    assert len(aws.tables[DETAILS].items) == len(adverse) > 0
    total = counted(aws)[ACCOUNT, "total"]
    assert sum(map(int, total.values())) == 100
    assert total["Send"] == str(sum(event.outcome is Outcome.SENT for event in events))


def test_journaling_one_batch_is_one_call_for_one_page() -> None:
    cost = measure(arrivals(Shape.ONE_HOUR, 150), 50, [JOURNAL], round_events=50)[JOURNAL]
    # 50 facts of 8 bytes, up to 50 heads of 4, keys and names below 400 bytes: one unit.
    assert (cost.use.write_units, cost.use.calls) == (1 / 0.05, 1 / 0.05)
    assert cost.micros.median > 0


def test_a_thousand_facts_cost_at_least_what_their_fingerprints_take() -> None:
    cost = measure(arrivals(Shape.ONE_HOUR, 3_000), 1_000, [JOURNAL])[JOURNAL]
    assert 8_000 / 1_024 < cost.use.write_units <= 11


def test_all_handlers_get_the_same_events_in_as_many_rounds() -> None:
    costs = measure(arrivals(Shape.REALISTIC, 300), 100, [JOURNAL, FAIR], round_events=100)
    assert set(costs) == {JOURNAL, FAIR}
    assert costs[JOURNAL].times_journal == 1
    # 100 records, and reads of as many.
    assert costs[FAIR].use.write_units > 1_000
    assert costs[FAIR].use.read_units == 1_000
