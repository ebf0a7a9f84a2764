"""The commands that change suppression lists, run on a stack of the local AWS and SES's stand-in."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.actions import open_list
from console.application import app
from console.commands import suppression
from console.commands.suppression_changes import add, import_list, remove, restore
from console.local_aws.clients import Clients, Credentials
from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.ses_stand_in.server import SesStandIn
from console.stack.connection import Connection
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore import import_jobs
from ses_reputation.suppression.restore.action_store import ActionTable, stream_changes
from ses_reputation.suppression.restore.actions import ListChange, SuppressionAction
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON

LONG_AGO, FAR_AHEAD = NOON.replace(year=2000), NOON.replace(year=2100)


@dataclass(frozen=True, slots=True)
class ChangedLists:
    """A stack and its SES; `run` runs a command as an operator of the stack's own account."""

    aws: LocalAws
    stack: Stack
    ses: SesStandIn

    @property
    def connection(self) -> Connection:
        _, _, _, region, account, _ = self.stack.outputs["FeedbackQueueArn"].split(":")
        return Connection(self.clients(account, region), self.stack)

    @property
    def own(self) -> Target:
        return Target(self.connection.account_id, self.connection.region)

    def clients(self, account: str, region: str) -> Clients:
        credentials = Credentials.of_account(account)
        return Clients.at_endpoint(self.aws.endpoint_url, region, credentials, self.ses.endpoint_url)

    def run(self, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
        for module in (suppression, restore, import_list, add, remove):
            monkeypatch.setattr(module, "connect", lambda _: self.connection)

        # Lists are read and changed at SES's pace, about one call a second.
        monkeypatch.setattr(Pace, "wait", lambda _: None)
        # The stand-in's jobs are done when they are asked about for the third time.
        monkeypatch.setattr(import_jobs, "POLL_SECONDS", 0.01)

        def connect(account: str, service: str, region: str) -> Any:
            return self.clients(account, region).connect(service, region_name=region)

        monkeypatch.setattr(open_list, "role_clients", lambda *_: connect)
        return CliRunner().invoke(app, ["suppression", *arguments], env={"COLUMNS": "100"})

    def read(self, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> dict[str, Any]:
        """The JSON that a command prints."""
        result = self.run(monkeypatch, *arguments, "--json")
        assert result.exit_code == 0, result.output
        fields: dict[str, Any] = json.loads(result.stdout)
        return fields

    def entries(self, target: Target) -> dict[str, str]:
        """What is on a list, by a client that shares no code with the commands."""
        client = self.clients(target.account, target.region).connect("sesv2", region_name=target.region)
        which = {"TenantName": target.tenant} if target.tenant else {}
        rows: dict[str, str] = {}
        token: dict[str, str] = {}
        while True:
            answer = client.list_suppressed_destinations(**which, **token)
            rows |= {row["EmailAddress"]: row["Reason"] for row in answer["SuppressedDestinationSummaries"]}
            if "NextToken" not in answer:
                return rows
            token = {"NextToken": answer["NextToken"]}

    def put(self, target: Target, entries: dict[str, str]) -> None:
        client = self.clients(target.account, target.region).connect("sesv2", region_name=target.region)
        which = {"TenantName": target.tenant} if target.tenant else {}
        for address, reason in entries.items():
            client.put_suppressed_destination(EmailAddress=address, Reason=reason, **which)

    def actions(self, target: Target) -> list[SuppressionAction]:
        table = ActionTable(self.connection.clients.dynamodb, self.stack.outputs["LedgerTableName"])
        return list(table.actions_of(target, LONG_AGO, FAR_AHEAD))

    def changes(self, action: SuppressionAction) -> list[ListChange]:
        return list(stream_changes(self.connection.snapshots, action))
