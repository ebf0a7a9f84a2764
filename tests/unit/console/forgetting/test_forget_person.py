"""A person is not erased while an export may still write the address; from then on none does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from console.errors import NotAllowedError
from console.forgetting import forget_person
from console.forgetting.forget_person import PersonOnStack
from ses_reputation.forgetting.erasure import Erasure
from ses_reputation.forgetting.lock import ForgettingHeldError, ForgettingLock
from ses_reputation.forgetting.lock_store import LockTable
from tests.support.aws_table import serve_table
from tests.support.forgotten import forgotten
from tests.support.in_memory.suppression import NOON

OUTPUTS = {
    "ExportSuppressionWorkflowArn": "arn:workflow",
    "LedgerTableName": "ledger",
    "ReputationBucketName": "bucket",
}


@dataclass
class Workflow:
    """Executions by name, the most recent first; those that run."""

    names: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)

    def get_paginator(self, operation: str) -> "Workflow":
        assert operation == "list_executions"
        return self

    def paginate(self, stateMachineArn: str, statusFilter: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803
        assert (stateMachineArn, statusFilter or "RUNNING") == ("arn:workflow", "RUNNING")
        found = self.running if statusFilter else self.names
        for start in range(0, max(1, len(found)), 2):
            yield {
                "executions": [{"name": name, "executionArn": f"arn:{name}"} for name in found[start:][:2]]
            }


@dataclass
class Scene:
    """A stack without any object: what is erased is asked for, and noted."""

    workflow: Workflow
    dynamodb: Any
    erased: list[str] = field(default_factory=list)
    people: Any = field(default_factory=lambda: forgotten("b@example.com"))
    now: datetime = NOON

    def person(self) -> PersonOnStack:
        clients = SimpleNamespace(
            step_functions=self.workflow,
            dynamodb=self.dynamodb,
            sts=boto3.client("sts", region_name="us-east-1"),
            s3=None,
        )
        connection: Any = SimpleNamespace(
            forgotten=self.people,
            output=OUTPUTS.__getitem__,
            clients=clients,
            stack=SimpleNamespace(name="ses-reputation"),
            account_id="111122223333",
            region="us-east-1",
        )
        return PersonOnStack(connection, "Ann@example.com", lambda: self.now)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr(forget_person, "list_targets", lambda _: [])
    monkeypatch.setattr(forget_person, "read_expiries", lambda *_: [])
    with serve_table() as dynamodb:
        found = Scene(Workflow(["20261126T070000Z"]), dynamodb)

        def erase_person(person: Any, _holders: Any, on_progress: Any, *, applies: bool) -> Erasure:
            assert applies
            found.erased.append(person.normal)
            on_progress("items of the ledger", 1)
            on_progress("snapshots", 1)
            return Erasure()

        monkeypatch.setattr(forget_person, "erase_person", erase_person)
        yield found


def test_the_hash_is_kept_and_nothing_erased_while_an_export_is_under_way(scene: Scene) -> None:
    scene.workflow.running = ["20261127T070000Z"]

    with pytest.raises(NotAllowedError, match="20261127T070000Z is exporting suppression lists"):
        scene.person().forget(lambda _what, _read: None)

    assert scene.erased == []
    assert scene.people.read().knows("ann@example.com")
    assert scene.people.read().knows("b@example.com")


def test_nothing_is_erased_while_somebody_else_forgets(scene: Scene) -> None:
    with (
        ForgettingLock(LockTable(scene.dynamodb, "ledger"), "user ada", lambda: NOON),
        pytest.raises(ForgettingHeldError, match="user ada is forgetting somebody since 2026-11-21T12:00:00"),
    ):
        scene.person().forget(lambda _what, _read: None)
    assert scene.erased == []

    assert scene.person().forget(lambda _what, _read: None).is_complete
    assert scene.erased == ["ann@example.com"]


def test_while_a_person_is_erased_nobody_else_is(scene: Scene) -> None:
    refused = []

    def begin_another(_what: str, _read: int) -> None:
        with pytest.raises(ForgettingHeldError) as refusal:
            scene.person().forget(lambda _what, _read: None)
        refused.append(str(refusal.value))

    scene.person().forget(begin_another)
    assert (len(refused), scene.erased) == (2, ["ann@example.com"])


def test_it_stops_where_another_has_taken_over(scene: Scene) -> None:
    """This one slept for too long, and the other may have deleted what it is about to describe."""
    heard = []

    def sleep_and_be_followed(what: str, _read: int) -> None:
        heard.append(what)
        scene.now += timedelta(hours=1, seconds=1)
        other = LockTable(scene.dynamodb, "ledger")
        assert other.take("another", "user ben", scene.now)

    with pytest.raises(ForgettingHeldError, match="user ben is forgetting somebody"):
        scene.person().forget(sleep_and_be_followed)
    assert heard == ["items of the ledger"]


def test_it_works_for_as_long_as_it_takes(scene: Scene) -> None:
    def work(_what: str, _read: int) -> None:
        scene.now += timedelta(minutes=40)
        assert not LockTable(scene.dynamodb, "ledger").take("another", "user ben", scene.now)

    assert scene.person().forget(work).is_complete


@pytest.mark.parametrize("before", [[], ["20261126T070000Z", "20261125T070000Z"]])
def test_an_export_that_began_meanwhile_leaves_it_incomplete(scene: Scene, before: list[str]) -> None:
    """Also one that has ended by then: it may have compared with a snapshot that was not rewritten yet."""
    scene.workflow.names = before
    began = ["20261127T130000Z", "20261127T120000Z", "20261127T110000Z"]

    certificate = scene.person().forget(lambda *_: setattr(scene.workflow, "names", began + before))

    assert certificate.exports_meanwhile == tuple(began)
    assert not certificate.is_complete
    assert scene.person().forget(lambda _what, _read: None).is_complete
