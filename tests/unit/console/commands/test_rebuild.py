"""`ledger post` and `ledger rebuild` as they are typed, over moto's AWS."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from console.application import app
from console.commands.ledger import rebuild
from console.local_aws.clients import Clients
from console.local_aws.deployment import Stack
from console.stack.connection import Connection
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.ledger.store import BalanceTable, JournalTable
from tests.support.aws.ledger_table import make_table
from tests.support.pages import page_of

ACCOUNT = "444455556666"
NOW = datetime.now(UTC)


def hour(days_ago: int) -> Shard:
    return Shard(Segment(AccountHour(ACCOUNT, "us-east-1", f"{NOW - timedelta(days=days_ago):%Y-%m-%dT%H}")))


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[BalanceTable]:
    """A stack's table with two hours that were never posted."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    outputs = {"LedgerTableName": "ledger"}
    with mock_aws():
        make_table(boto3.client("dynamodb"))
        clients = Clients(boto3.Session(), None)
        connection = Connection(clients, Stack("ledger", outputs=outputs, resources={}, parameters={}))
        monkeypatch.setattr(rebuild, "connect", lambda _: connection)
        pages = [page_of(1, 2, shard=hour(3)), page_of(3, shard=hour(9))]
        assert JournalTable(boto3.client("dynamodb"), "ledger").write(pages) == {}
        yield BalanceTable(boto3.client("dynamodb"), "ledger")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["ledger", *arguments])


def balances(table: BalanceTable) -> dict[Shard, int]:
    return {each.shard: each.pages for each in table.balances_of_account(ACCOUNT, "us-east-1")}


def test_post_posts_what_is_missing_and_says_how_much(table: BalanceTable) -> None:
    answer = run("post")

    assert answer.exit_code == 0
    assert "Computed 2 account-hours: 2 balances and " in answer.stdout
    assert balances(table) == {hour(3): 1, hour(9): 1}


def test_a_dry_run_changes_nothing(table: BalanceTable) -> None:
    answer = run("rebuild", "--dry-run")

    assert answer.exit_code == 0
    assert (
        "Would compute the balances of 2 account-hours, on 2 account-days. Nothing was changed."
        in " ".join(answer.stdout.split())
    )
    assert balances(table) == {}


def test_accounts_and_hours_bound_what_is_posted(table: BalanceTable) -> None:
    day = hour(3).segment.account_hour.send_hour[:10]

    assert run("post", "--account", "999999999999").exit_code == 0
    assert balances(table) == {}
    assert run("post", "--account", ACCOUNT, "--from", day, "--to", day).exit_code == 0
    assert balances(table) == {hour(3): 1}


def test_rebuild_replaces_a_balance_that_counts_too_much(table: BalanceTable) -> None:
    assert table.write_balance(Balance(hour(3), pack_figures({}), 9, 1.0, NOW), None)

    assert run("post").exit_code == 0
    assert balances(table)[hour(3)] == 9
    answer = run("rebuild", "--json")

    assert json.loads(answer.stdout) == {
        "format_version": 1,
        "hours": 2,
        "expired": 0,
        "dry_run": False,
        "ended": {"posted": 2},
        "days_written": 0,
        "failed": {},
    }
    assert balances(table) == {hour(3): 1, hour(9): 1}


def test_an_hour_that_cannot_be_posted_is_named_and_the_command_fails(table: BalanceTable) -> None:
    newer = {"pk": {"S": journal_key(hour(3))}, "sk": {"S": "x"}, "page": {"B": b""}, "version": {"N": "9"}}
    boto3.client("dynamodb").put_item(TableName="ledger", Item=newer)

    answer = run("post")

    assert answer.exit_code == 1
    assert f"Failed: {journal_key(hour(3))}: PageError:" in answer.stdout
    assert balances(table) == {hour(9): 1}


def test_an_hour_that_is_none_is_refused() -> None:
    assert run("post", "--from", "yesterday").exit_code == 2
