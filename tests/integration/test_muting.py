"""An operator mutes over DynamoDB with the permissions that the documents name, and assessments go on."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws
from typer.testing import Result

from console.commands import findings
from ses_reputation.assessment.assessment import AssessmentRun, assess_reputation
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.standing.state import EntityState, Transition
from tests.support.in_memory.assessment_table import Announced
from tests.support.mail import NOW, balance_of, mail
from tests.support.posted_rows import rows_of_posting
from tests.support.stack_template import ROOT, render_stack
from tests.unit.assessment.test_assessment import ACCOUNT, BAD_IMPORT, GOOD, SETTINGS, Paused
from tests.unit.console.running import run_on

DAY = timedelta(days=1)
OPTIONS = ("--account", ACCOUNT.name, "--region", ACCOUNT.region)
MUTE = ("findings", "mute", "bounces", "--until", "2026-12-01", "--why", "ticket 42", *OPTIONS)
UNMUTE = ("findings", "unmute", "bounces", *OPTIONS)
DEPLOYED = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")


class Stack(NamedTuple):
    """A ledger over moto, its assessments, and what its operator's calls need."""

    client: Any
    announced: Announced
    needed: set[tuple[str, str]]

    def assess(self, days: int) -> list[Transition]:
        """What is published of the account by an assessment so many days after NOW."""
        before = len(self.announced.published)
        now = NOW + days * DAY
        run = AssessmentRun(now, lambda: now, readers=1)
        outcome = assess_reputation(
            AssessmentTable(self.client, "ledger"), self.announced, Paused(), SETTINGS, run, HistoryMemory()
        )
        assert outcome.failed == {}
        return [each for each in self.announced.published[before:] if each.entity == ACCOUNT]

    def command(self, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
        self.needed.clear()
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.meta.events.register("provide-client-params.dynamodb.*", self.note)
        sts = SimpleNamespace(sts=boto3.client("sts", region_name="us-east-1"))
        return run_on(monkeypatch, findings, AssessmentTable(client, "ledger"), *arguments, clients=sts)

    def note(self, params: Any, model: Any, **_: Any) -> None:
        """Note each action and partition of a call: a transaction needs the permissions of its parts."""
        if model.name == "Query":
            self.needed.add(("dynamodb:Query", params["ExpressionAttributeValues"][":pk"]["S"]))
            return
        puts = {"PutItem": [params], "TransactWriteItems": params.get("TransactItems")}[model.name]
        for put in puts:
            self.needed.add(("dynamodb:PutItem", put.get("Put", put)["Item"]["pk"]["S"]))

    @property
    def state(self) -> EntityState:
        return AssessmentTable(self.client, "ledger").read_states()[ACCOUNT]


@pytest.fixture
def stack() -> Iterator[Stack]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        properties = render_stack().properties("LedgerTable")
        client.create_table(TableName="ledger", **{name: properties[name] for name in DEPLOYED})
        stack = Stack(client, Announced(), set())
        for hour in (*GOOD, BAD_IMPORT):
            post(stack, hour)
        yield stack


def post(stack: Stack, hour: Any, days: int = 0) -> None:
    for row in rows_of_posting(balance_of(hour, NOW + days * DAY - timedelta(minutes=1))):
        stack.client.put_item(TableName="ledger", Item=row)


def kinds(published: list[Transition]) -> list[str]:
    return [f"{each.kind} {each.name}" for each in published]


def test_a_mute_silences_reminders_and_no_worsening(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "standing_changed bounces" in kinds(stack.assess(0))
    for key in ("bounces", "bounce_spike"):
        done = stack.command(monkeypatch, "findings", "mute", key, *MUTE[3:])
        assert done.exit_code == 0, done.output

    # The spike, the import of 24 hours before, is over; the standing lasts, and nothing is said of it.
    assert kinds(stack.assess(2)) == ["finding_resolved bounce_spike"]
    assert list(stack.state.mutes) == ["bounces"]
    # Nobody has sent for days, which is news.
    assert kinds(stack.assess(4)) == ["finding_opened mail_stopped"]
    post(stack, mail("2026-11-27T09", 300, 100, name="import"), days=5)
    assert {"standing_changed bounces", "finding_opened bounce_spike"} <= set(kinds(stack.assess(5)))
    assert stack.state.mutes == {}
    assert kinds(stack.assess(6))[-1] == "reminder pause"


def test_a_mute_needs_what_the_documents_say(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.assess(0)
    needed = set()
    for command in (MUTE, UNMUTE):
        assert stack.command(monkeypatch, *command).exit_code == 0
        needed |= stack.needed

    assert needed == {
        ("dynamodb:Query", "STANDINGS"),
        ("dynamodb:PutItem", "STANDINGS"),
        ("dynamodb:PutItem", f"TRANSITIONS#{ACCOUNT.key}"),
    }
    for action, patterns in documented_permissions():
        used = {partition for called, partition in needed if called == action}
        # All that is needed is allowed, and no pattern allows what nothing uses.
        assert all(any(fnmatchcase(each, pattern) for pattern in patterns) for each in used)
        assert all(any(fnmatchcase(each, pattern) for each in used) for pattern in patterns)


def documented_permissions() -> list[tuple[str, list[str]]]:
    """The actions of the policy under `findings` in docs/command-line.md, with the partitions of each."""
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    section = page.partition("\n## findings\n")[2].partition("\n## ")[0]
    (policy,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    found = []
    for statement in json.loads(policy)["Statement"]:
        ((_, keys),) = statement["Condition"].items()
        found.append((statement["Action"], keys["dynamodb:LeadingKeys"]))
    assert {action for action, _ in found} == {"dynamodb:Query", "dynamodb:PutItem"}
    return found
