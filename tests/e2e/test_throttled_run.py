"""DynamoDB refuses, and leaves writes undone: messages come again, and nothing is lost or counted twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from console.demo.expected.comparison import compare_facts, compare_fates
from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.function_logs import read_function_log
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.ledger_contents import Booked
from console.local_stack.stack import LocalStack
from tests.e2e.support.run import entity
from tests.e2e.support.throttling import BusyDynamoDB
from tests.e2e.support.traffic import Traffic, invent_traffic
from tests.support.aws.local_aws import PARAMETERS

pytestmark = pytest.mark.local_aws

# Ten calls of the function at most are at work at once, and each asks three times: some are refused for good.
REFUSED = 30


@dataclass(frozen=True, slots=True)
class ThrottledRun:
    """What was put in, what came of it, and how hard it was made: messages that failed and came again."""

    traffic: Traffic
    booked: Booked
    refusals: int
    unprocessed: int
    failed: int


@pytest.fixture(scope="module")
def run() -> Iterator[ThrottledRun]:
    traffic = invent_traffic(seed=23, mails=150)
    parameters = PARAMETERS | {"OwnDomains": "corp.example.com", "JournalBatchSize": "100"}
    with (
        start_ministack(auth=True) as aws,
        SesStandIn() as ses,
        BusyDynamoDB(aws, REFUSED) as busy,
    ):
        environment = {"AWS_ENDPOINT_URL_DYNAMODB": busy.endpoint_url}
        stack = deploy_template(aws, parameters, function_environment=environment)
        # Longer than a batch takes, or its messages would be journaled twice; shorter than anyone would wait.
        aws.clients().sqs.set_queue_attributes(
            QueueUrl=stack.resources["FeedbackQueue"], Attributes={"VisibilityTimeout": "10"}
        )
        booked = entity(LocalStack(aws, stack, ses), traffic)
        log = read_function_log(aws, stack.resources["JournalFeedbackFunction"], last=1_000_000)
        yield ThrottledRun(traffic, booked, busy.refusals, busy.unprocessed, _count_failed(log))


def test_the_run_is_throttled(run: ThrottledRun) -> None:
    assert run.refusals == REFUSED
    assert run.unprocessed > 0
    assert run.failed > 0


def test_every_message_received_is_accounted_for(run: ThrottledRun) -> None:
    tally = run.booked.tally
    assert tally.received == len(run.traffic.day.publications)
    assert tally.received == tally.accounted_for
    assert tally.failed == 0


def test_every_message_ends_as_it_must(run: ThrottledRun) -> None:
    assert compare_fates(run.traffic.day, run.booked.tally).mismatches == ()


def test_balances_are_those_of_the_distinct_facts(run: ThrottledRun) -> None:
    assert run.traffic.day.duplicates > 0
    assert compare_facts(run.traffic.day, run.booked.hours).mismatches == ()


def _count_failed(log: list[str]) -> int:
    batches = [json.loads(line) for line in log if "FeedbackFailed" in line and line.startswith("{")]
    return int(sum(sum(batch["FeedbackFailed"]) for batch in batches))
