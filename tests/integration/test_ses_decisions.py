"""SES pauses an account, and lets it send again: from the reader to people and programs.

Policies are enforced, so the functions read and keep it with their own permissions.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.invocation import run_scheduled
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from tests.support.account_stack import AccountStack
from tests.support.aws.local_aws import PARAMETERS

pytestmark = pytest.mark.local_aws

LEDGER, DELEGATE, REGION = "444444444444", "333333333333", "us-east-1"
ROLES = {"ReadingRoleName": "ses-reputation-reading", "ExternalId": "3f0b6a4c9d1e8275"}


class World:
    """A ledger, a delegate whose account has the reading role, and somebody who hears alerts and events."""

    def __init__(self, aws: LocalAws, ses: SesStandIn, stack: Stack) -> None:
        self.aws, self.ses, self.stack = aws, ses, stack
        self.hearing = Hearing.of_stack(aws, stack)
        self.now = datetime.now(UTC)

    def hint(self, account: str) -> Any:
        """Call the reader as EventBridge does: the emulator, like AWS, lets nobody put an event of SES."""
        event = {
            "source": "aws.ses",
            "detail-type": "Sending Status Disabled",
            "account": account,
            "region": REGION,
            "time": datetime.now(UTC).isoformat(),
            "resources": [],
            "detail": {},
        }
        name = self.stack.outputs["ReadSesStatisticsFunctionName"]
        answer = self.aws.clients().functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        assert "FunctionError" not in answer
        return json.loads(answer["Payload"].read())

    def assess(self) -> None:
        self.now += timedelta(minutes=5)
        run_scheduled(self.aws, self.stack.outputs["AssessReputationFunctionName"], self.now)

    def heard(self) -> tuple[list[str], list[tuple[str, str]]]:
        """The subjects of alerts, and the types of events with the change that each names."""
        alerts = [each.subject for each in self.hearing.take_alerts(wait_seconds=2)]
        events = [(each.detail_type, each.detail["change"]) for each in self.hearing.take_events(2)]
        return alerts, events


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(auth=True, account_id=LEDGER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        stack = deploy_template(aws, PARAMETERS | ROLES | {"DelegateAccounts": DELEGATE})
        delegate = AccountStack(aws, DELEGATE, "delegate-sender")
        delegate.create(
            FeedbackQueueArn=stack.outputs["FeedbackQueueArn"],
            SesEventBusArn=stack.outputs["SesEventBusArn"],
            ReadSesStatisticsRoleArn=stack.outputs["ReadSesStatisticsRoleArn"],
            **ROLES,
        )
        yield World(aws, ses, stack)


@pytest.mark.parametrize("account", [LEDGER, DELEGATE], ids=["the ledger's", "a delegate's"])
def test_a_pause_by_ses_is_one_alert_and_one_event_and_so_is_its_end(world: World, account: str) -> None:
    state = world.ses.open_account(account)
    assert world.hint(account) == {"decided": 1, "undecided": 0}
    world.assess()
    assert world.heard() == ([], [])

    state.enforce("SHUTDOWN")
    world.hint(account)
    for _ in range(2):
        world.assess()
    paused = f"SES has paused all sending of account {account} in {REGION}"
    assert world.heard() == ([paused], [("SES Decision Changed", "paused")])

    state.enforce("HEALTHY")
    world.hint(account)
    for _ in range(2):
        world.assess()
    ended = f"SES has ended the pause: account {account} in {REGION} may send again"
    assert world.heard() == ([ended], [("SES Decision Changed", "healthy")])


def test_a_tenant_that_ses_stops_is_one_alert_and_one_event(world: World) -> None:
    account = world.ses.open_account(DELEGATE)
    client = world.aws.clients(DELEGATE).connect("sesv2", region_name=REGION)
    client.create_tenant(TenantName="orchard")
    world.hint(DELEGATE)
    world.assess()

    account.enforce_tenant("orchard", "DISABLED", "The bounce rate exceeded 15.0 %.")
    world.hint(DELEGATE)
    for _ in range(2):
        world.assess()
    account.enforce_tenant("orchard", "REINSTATED")
    world.hint(DELEGATE)
    world.assess()

    alerts, events = world.heard()
    assert alerts == [
        f"1 tenant stopped, account {DELEGATE} in {REGION}",
        f"1 tenant free again, account {DELEGATE} in {REGION}",
    ]
    assert events == [("SES Decision Changed", "tenants")] * 2


def test_the_hourly_reading_asks_about_every_registered_account(world: World) -> None:
    world.ses.open_account(LEDGER).attributes["SendingEnabled"] = False
    world.ses.open_account(DELEGATE).enforce("PROBATION")
    answer = run_scheduled(world.aws, world.stack.outputs["ReadSesStatisticsFunctionName"], world.now)
    world.assess()

    assert (answer["decided"], answer["undecided"]) == (2, 0)
    assert sorted(world.heard()[0]) == [
        f"SES has put account {DELEGATE} in {REGION} under review",
        f"Sending was switched off in account {LEDGER} in {REGION}",
    ]
