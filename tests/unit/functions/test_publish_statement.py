"""The function as Lambda calls it, over moto's AWS: states in; pages and their twins out."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any, ClassVar

import boto3
import pytest
from moto import mock_aws

from functions.publish_statement import app
from ses_reputation.errors import UnavailableError
from ses_reputation.hours import format_second
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.rows import row_of_state
from ses_reputation.standing.state import EntityState, MeasureState
from ses_reputation.statement.runs_store import StatementRunTable
from ses_reputation.statement.store import StatementBucket
from tests.support.aws.ledger_table import TABLE
from tests.support.lambda_functions import CREDENTIALS, context_of
from tests.support.mail import NOW
from tests.support.notifications import OWNER
from tests.support.stack_template import render_stack
from tests.unit.statement.test_settings import ENVIRONMENT

LEDGER = render_stack().properties("LedgerTable")
KEYS = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
IDENTITY = identity_entity("example.com")
CHANGED = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with the stack's table and bucket; gives what the function logs."""
    stream = StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", stream)
    monkeypatch.setattr(app, "manifests", {})
    for name, value in (CREDENTIALS | ENVIRONMENT | {"LEDGER_TABLE": TABLE}).items():
        monkeypatch.setenv(name, value)
    forget_clients()
    with mock_aws():
        boto3.client("dynamodb").create_table(TableName=TABLE, **{name: LEDGER[name] for name in KEYS})
        boto3.client("s3").create_bucket(Bucket="bucket")
        yield stream
    forget_clients()


def forget_clients() -> None:
    for cached in (app._settings, app._dynamodb, app._table, app._runs, app._s3):
        cached.cache_clear()


def keep_state(assessed_at: datetime = NOW) -> None:
    measures = {Measure.BOUNCES: MeasureState(Standing.REVIEW, NOW)}
    state = EntityState(IDENTITY, 1, assessed_at, measures)
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row_of_state(state))


def call(event: dict[str, Any], millis_left: int = 600_000) -> dict[str, int]:
    answer: dict[str, int] = app.lambda_handler(event, context_of("publish_statement", millis_left))
    return answer


def fetch(key: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(boto3.client("s3").get_object(Bucket="bucket", Key=key)["Body"].read())
    return plain


def changed(at: datetime) -> dict[str, Any]:
    """An event as the bus gives it."""
    return {"source": "ses-reputation", "detail": {"at": format_second(at), "stack": "reputation"}}


def test_the_schedule_has_all_statements_written() -> None:
    keep_state()

    # The owners of example.com and example.net, and Agency North, which has a name.
    assert call({"scheduled_at": "2026-11-22T10:05:00Z"}) == {"published": 3}
    index = fetch("statements/index.json")
    assert [line["name"] for line in index["statements"]] == [
        "delegate-444455556666",
        f"owner-{OWNER}",
        "owner-777788889999",
    ]
    assert index["assessed_at"] == "2026-11-22T10:05:00Z"


@pytest.mark.parametrize(
    "event",
    [
        changed(NOW) | {"id": "5a1f1e7c-0000-4000-8000-000000000001"},
        {"scheduled_at": "2026-11-22T10:05:00Z"},
        {},
    ],
    ids=["change", "schedule", "by hand"],
)
def test_an_event_that_lambda_tries_again_takes_over_from_a_call_that_was_killed(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_state()
    # Lambda kills without a word: neither does a call that ends here let go of anything.
    monkeypatch.setattr(StatementRunTable, "release", lambda *_: None)
    with monkeypatch.context() as killing:
        killing.setattr(StatementBucket, "put", kill)
        with pytest.raises(KeyboardInterrupt):
            call(event)

    assert call(changed(NOW) | {"id": "another"}) == {"published": 0}
    assert call(event) == {"published": 3}


def kill(*_: object) -> None:
    raise KeyboardInterrupt


class Asking(StatementBucket):
    """While the first round is written, a change is stored and asks; the second cannot write its pages."""

    before: ClassVar[dict[str, str]]
    fault: ClassVar[BaseException]

    def put(self, key: str, text: str, content_type: str, made_at: datetime) -> None:
        if not self.before:
            keep_state(CHANGED)
            assert call(changed(CHANGED) | {"id": "another"}) == {"published": 0}
        elif key in self.before and "owner" in key:
            raise self.fault
        self.before[key] = text
        super().put(key, text, content_type, made_at)


@pytest.mark.parametrize("lets_go", [True, False], ids=["lets go", "killed"])
@pytest.mark.parametrize(
    ("fault", "raised"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (UnavailableError("PutObject SlowDown"), UnavailableError)],
    ids=["cut off", "party fails"],
)
def test_who_asked_of_a_round_that_failed_is_served_when_the_run_is_tried_again(
    fault: BaseException, raised: type[BaseException], monkeypatch: pytest.MonkeyPatch, *, lets_go: bool
) -> None:
    keep_state()
    first = changed(NOW) | {"id": "first"}
    if not lets_go:
        monkeypatch.setattr(StatementRunTable, "release", lambda *_: None)
    with monkeypatch.context() as failing:
        failing.setattr(Asking, "before", {}, raising=False)
        failing.setattr(Asking, "fault", fault, raising=False)
        failing.setattr(app, "StatementBucket", Asking)
        with pytest.raises(raised):
            call(first)

    assert call(first) == {"published": 3}
    assert fetch(f"statements/owner-{OWNER}/statement.json")["assessed_at"] == format_second(CHANGED)


def test_a_change_of_an_earlier_assessment_that_stores_it_late_is_on_the_page() -> None:
    # Assessments overlap: that of a minute later ended first, and its change is published.
    keep_state(CHANGED)
    call(changed(CHANGED) | {"id": "later"})
    keep_state(NOW)

    assert call(changed(NOW) | {"id": "earlier, and slower"}) == {"published": 3}
    assert fetch(f"statements/owner-{OWNER}/statement.json")["assessed_at"] == format_second(NOW)


def test_a_run_that_could_not_write_all_fails_and_names_whom_it_left_out(log: StringIO) -> None:
    with pytest.raises(UnavailableError, match="3 statements were not published"):
        call({}, millis_left=10_000)

    (line,) = [json.loads(each) for each in log.getvalue().splitlines() if "published" in each]
    assert line["failed"] == {
        "delegate-444455556666": "OutOfTime",
        f"owner-{OWNER}": "OutOfTime",
        "owner-777788889999": "OutOfTime",
    }


def test_no_log_line_holds_a_letter_of_a_headline(log: StringIO) -> None:
    keep_state()
    call({})

    assert "example.com" not in log.getvalue()
