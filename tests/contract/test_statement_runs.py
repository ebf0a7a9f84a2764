"""Who runs, and who asks, is kept alike in memory, in moto's DynamoDB and in that of the local AWS."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.statement.runs import StatementRuns, StatementStart
from ses_reputation.statement.runs_store import StatementRunTable
from tests.support.aws.ledger_table import TABLE
from tests.support.aws_table import KEYS_OF_A_TABLE, serve_table
from tests.support.in_memory.statement_runs import InMemoryStatementRuns
from tests.support.mail import NOW

LEASE = timedelta(minutes=11)
SECOND = timedelta(seconds=1)


@dataclass
class World:
    """A clock that moves by a second each time somebody looks at it, and who starts."""

    runs: StatementRuns
    at: datetime = field(default=NOW)

    def clock(self) -> datetime:
        self.at += SECOND
        return self.at

    def start(self, holder: str) -> StatementStart:
        return StatementStart(holder, self.clock)


@pytest.fixture(params=["memory", "moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    if request.param == "memory":
        yield World(InMemoryStatementRuns())
    elif request.param == "moto":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with serve_table(TABLE) as client:
            yield World(StatementRunTable(client, TABLE))
    else:
        dynamodb: Any = request.getfixturevalue("ministack").clients().dynamodb
        dynamodb.create_table(TableName=TABLE, **KEYS_OF_A_TABLE)
        yield World(StatementRunTable(dynamodb, TABLE))
        dynamodb.delete_table(TableName=TABLE)


def test_the_first_begins_and_the_next_ones_do_not(world: World) -> None:
    assert world.runs.take(world.start("a")) == NOW + SECOND
    assert world.runs.take(world.start("b")) is None
    assert world.runs.take(world.start("schedule")) is None


def test_who_ended_lets_the_next_one_begin(world: World) -> None:
    world.runs.take(first := world.start("a"))

    assert world.runs.finish(first)
    assert world.runs.take(world.start("b")) == NOW + 2 * SECOND


def test_who_is_asked_does_not_end_before_another_round(world: World) -> None:
    world.runs.take(first := world.start("a"))

    assert world.runs.ask(world.start("b"))
    assert not world.runs.finish(first)
    assert world.runs.next_round(first) == NOW + 3 * SECOND
    assert world.runs.finish(first)


def test_two_who_ask_are_served_by_one_round(world: World) -> None:
    world.runs.take(first := world.start("a"))

    assert world.runs.ask(world.start("b"))
    assert world.runs.ask(world.start("schedule"))
    assert world.runs.next_round(first)
    assert world.runs.finish(first)


def test_nobody_is_asked_where_nobody_runs(world: World) -> None:
    assert not world.runs.ask(world.start("a"))
    world.runs.take(first := world.start("a"))
    world.runs.finish(first)

    assert not world.runs.ask(world.start("b"))


def test_who_was_cut_off_is_followed_when_the_lease_is_over(world: World) -> None:
    world.runs.take(late := world.start("a"))
    world.at += LEASE - SECOND
    assert world.runs.take(world.start("b")) is None

    assert not world.runs.ask(world.start("b"))
    assert world.runs.take(world.start("b"))
    assert not world.runs.finish(late)
    assert world.runs.next_round(late) is None
    world.runs.release("a")
    assert world.runs.take(world.start("c")) is None


def test_another_round_has_a_lease_of_its_own(world: World) -> None:
    world.runs.take(first := world.start("a"))
    world.at += LEASE - 2 * SECOND
    world.runs.next_round(first)
    world.at += LEASE - 2 * SECOND

    assert world.runs.take(world.start("b")) is None


def test_an_event_that_is_tried_again_takes_over_from_itself_with_all_that_was_asked(world: World) -> None:
    world.runs.take(world.start("a"))
    world.runs.ask(world.start("b"))

    assert world.runs.take(again := world.start("a")) == NOW + 3 * SECOND
    assert not world.runs.finish(again)
    assert world.runs.next_round(again) == NOW + 4 * SECOND
    assert world.runs.finish(again)


def test_whoever_follows_one_that_was_cut_off_has_what_was_asked_of_it(world: World) -> None:
    world.runs.take(world.start("a"))
    world.runs.ask(world.start("b"))
    world.runs.release("a")

    world.runs.take(after := world.start("c"))
    assert not world.runs.finish(after)


def test_whoever_failed_lets_go(world: World) -> None:
    world.runs.take(world.start("a"))
    world.runs.ask(world.start("b"))
    world.runs.release("a")

    assert world.runs.take(world.start("c"))


def test_a_table_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with serve_table(TABLE) as client, pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        StatementRunTable(client, "another").take(StatementStart("a", lambda: NOW))
