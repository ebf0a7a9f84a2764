"""`export-entries` as it is typed, over moto's AWS."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from console.application import app
from console.commands.ledger import entries as ledger
from console.local_aws.clients import Clients
from console.local_aws.deployment import Stack
from console.stack.connection import Connection
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.store import JournalTable
from tests.support.aws.ledger_table import make_table
from tests.support.pages import page_of

OUTPUTS = {"LedgerTableName": "ledger", "ReputationBucketName": "reputation"}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket of a stack whose ledger has three entries and a page."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        make_table(boto3.client("dynamodb"))
        rows = [entry(number) for number in range(3)]
        assert JournalTable(boto3.client("dynamodb"), "ledger").write([*rows, page_of(1)]) == {}
        connection = Connection(Clients(boto3.Session(), None), Stack("s", {}, outputs=OUTPUTS, resources={}))
        monkeypatch.setattr(ledger, "connect", lambda _: connection)
        made = boto3.resource("s3").Bucket("reputation")
        made.create()
        yield made


def entry(number: int) -> Entry:
    attributes = {"recipient": f"recipient-{number}@example.com", "occurred_at": "2026-11-20T14:00:45.641Z"}
    return Entry("message-1", f"rejected#{number}#sender", attributes, 1_800_000_000)


def test_all_entries_are_exported_into_one_object_that_the_answer_names(bucket: Any) -> None:
    answer = CliRunner().invoke(app, ["entries", "export", "--json"])

    assert answer.exit_code == 0, answer.output
    (stored,) = bucket.objects.all()
    told = json.loads(answer.stdout)
    place = {"bucket": "reputation", "key": stored.key}
    assert told == {"format_version": 1, **place, "entries": 3}
    lines = [json.loads(line) for line in gzip.decompress(stored.get()["Body"].read()).splitlines()]
    assert sorted(line["recipient"] for line in lines) == [f"recipient-{n}@example.com" for n in range(3)]


def test_without_json_the_place_is_printed_and_no_address(bucket: Any) -> None:
    answer = CliRunner().invoke(app, ["entries", "export"])

    (stored,) = bucket.objects.all()
    assert answer.stdout.strip() == f"s3://reputation/{stored.key}"
    assert "Export entries: 3 entries" in answer.stderr
    assert "@" not in answer.output


def test_the_old_name_does_the_same_and_says_the_new_one(bucket: Any) -> None:
    answer = CliRunner().invoke(app, ["export-entries", "--json"])

    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["entries"] == 3
    assert "`export-entries` is called `entries export` now" in answer.stderr
    assert "export-entries" not in CliRunner().invoke(app, ["-h"]).stdout


def test_options_of_a_group_stand_behind_the_word_of_its_command(bucket: Any) -> None:
    answer = CliRunner().invoke(app, ["entries", "--json", "export"])

    assert answer.exit_code == 2
    assert "Give options after the word export." in answer.stderr
    assert list(bucket.objects.all()) == []
