"""Both handlers, measured on little: that what is counted is what was asked of DynamoDB."""

from collections.abc import Iterator

import boto3
import pytest

from benchmarks.http_stub import stubbed_http
from benchmarks.journaling import JOURNAL, measure
from benchmarks.lambda_calls import Context, function_environment
from benchmarks.metered_tables import LEDGER_TABLE, MeteredAws, MeteredTable, ledger_table
from benchmarks.naive_handler import COUNTERS, RECORDS, LambdaFunction, lean_naive_handler, naive_handler
from benchmarks.sender_hour import batches, deliveries, mixed_feedback

ACCOUNT, IDENTITY = "ACCOUNT#444455556666", "IDENTITY#example.com"


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    with function_environment():
        yield


@pytest.fixture
def aws() -> MeteredAws:
    return MeteredAws(
        {
            LEDGER_TABLE: ledger_table(),
            COUNTERS: MeteredTable(["pk", "sk"]),
            RECORDS: MeteredTable(["id"]),
        }
    )


def counts_after(aws: MeteredAws, handler: LambdaFunction, events: int) -> dict[tuple[str, ...], object]:
    with stubbed_http(aws):
        answer = handler({"Records": list(deliveries(events))}, Context())
    assert answer == {"batchItemFailures": []}
    return {place: counter["Delivery"]["N"] for place, counter in aws.tables[COUNTERS].items.items()}


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize(("kind", "puts", "updates"), [(naive_handler, 1, 4), (lean_naive_handler, 1, 3)])
def test_the_naive_handlers_count_each_event_in_three_places(
    aws: MeteredAws, kind: object, puts: int, updates: int
) -> None:
    handler = kind(boto3.client("dynamodb"))  # type: ignore[operator]
    counted = counts_after(aws, handler, events=7)
    assert counted == {(ACCOUNT, "total"): "7", (IDENTITY, "total"): "7", (ACCOUNT, "2026-11-22"): "7"}
    assert len(aws.tables[RECORDS].items) == 7
    assert aws.calls == {"PutItem": 7 * puts, "UpdateItem": 7 * updates}
    assert aws.write_units == 7 * (puts + updates)


def test_journaling_one_batch_is_one_call_for_one_page() -> None:
    cost = measure(batches(list(deliveries(50)), 50), naive_rounds=0, rounds=1)[JOURNAL]
    # 50 facts of 8 bytes, up to 50 heads of 4, keys and names below 400 bytes: one unit.
    assert (cost.write_units, cost.calls) == (1 / 0.05, 1 / 0.05)
    assert cost.least_micros > 0


def test_a_thousand_facts_cost_at_least_what_their_fingerprints_take() -> None:
    cost = measure(batches(list(deliveries(1_000)), 1_000), naive_rounds=0, rounds=1)[JOURNAL]
    assert 8_000 / 1_024 < cost.write_units <= 11


def test_every_recipient_is_another() -> None:
    bodies = {record["body"] for record in deliveries(300)}
    assert len(bodies) == 300


def test_mixed_feedback_is_read_and_nothing_fails() -> None:
    (cost,) = measure(batches(mixed_feedback(100), 100), naive_rounds=0, rounds=1).values()
    assert cost.write_units > 0
