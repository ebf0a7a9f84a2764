"""DynamoDB refuses, and leaves writes undone: messages come again, and nothing is lost or counted twice."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from console.demo.expected.comparison import compare_facts, compare_fates
from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.ledger_contents import LedgerContents
from console.local_stack.stack import LocalStack
from tests.e2e.support.run import entity
from tests.e2e.support.throttling import BusyDynamoDB
from tests.e2e.support.traffic import Traffic, invent_traffic
from tests.support.aws.local_aws import PARAMETERS, let_messages_come_again

pytestmark = pytest.mark.local_aws

# Ten calls of the function at most are at work at once, and each asks three times: some are refused for good.
REFUSED = 30


@dataclass(frozen=True, slots=True)
class ThrottledRun:
    """What was put in, what came of it, and how hard it was made: `repeated` messages came again."""

    traffic: Traffic
    contents: LedgerContents
    refusals: int
    unprocessed: int
    repeated: int


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
        let_messages_come_again(aws, stack, after_seconds=10)
        contents = entity(LocalStack(aws, stack, ses), traffic)
        consumed = aws.read_consumed_messages(stack.outputs["FeedbackQueueArn"])
        repeated = sum(message.receive_count > 1 for message in consumed)
        yield ThrottledRun(traffic, contents, busy.refusals, busy.unprocessed, repeated)


def test_the_run_is_throttled(run: ThrottledRun) -> None:
    assert run.refusals == REFUSED
    assert run.unprocessed > 0
    assert run.repeated > 0


def test_every_message_received_is_accounted_for(run: ThrottledRun) -> None:
    tally = run.contents.tally
    assert tally.received == len(run.traffic.day.publications)
    assert tally.received == tally.accounted_for
    assert tally.failed == 0


def test_every_message_ends_as_it_must(run: ThrottledRun) -> None:
    assert compare_fates(run.traffic.day, run.contents.tally).mismatches == ()


def test_balances_are_those_of_the_distinct_facts(run: ThrottledRun) -> None:
    assert run.traffic.day.duplicates > 0
    assert compare_facts(run.traffic.day, run.contents.hours).mismatches == ()
