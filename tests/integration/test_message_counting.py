"""Every message is counted once, as what became of it, whatever the log says of it and when."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.demo.expected.comparison import compare_fates
from console.demo.traffic import generate_day
from console.local_aws.delivery import FeedbackTopics, TopicMessage, send_to_queue
from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.function_logs import read_function_log
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.accounting import await_accounts
from console.local_stack.stack import LocalStack
from tests.support.aws.late_logs import write_interpreter
from tests.support.aws.local_aws import PARAMETERS, deploy_ledger, let_messages_come_again
from tests.support.aws.repeating_dynamodb import RepeatingDynamoDB
from tests.support.notifications import envelope, published

pytestmark = pytest.mark.local_aws

DAY = generate_day(3, datetime(2026, 11, 22, 10, tzinfo=UTC), mails=100)
BOUNCES = [f"message-{number}" for number in range(20)]


def test_a_log_that_comes_too_late_changes_no_count(tmp_path: Path) -> None:
    late_python = write_interpreter(tmp_path, "lossy")
    with start_ministack(interpreter=late_python) as aws, deploy_ledger(aws) as ledger:
        topics = FeedbackTopics.of_stack(aws, ledger.stack)
        sent = topics.publish(TopicMessage(each.topic_account, each.message) for each in DAY.publications)
        tally = await_accounts(LocalStack(aws, ledger.stack, ledger.ses), sent, lambda _backlog: None)

    assert tally.received == tally.accounted_for == len(DAY.publications)
    assert compare_fates(DAY, tally).mismatches == ()


def test_a_log_that_comes_late_is_read_whole(tmp_path: Path) -> None:
    with start_ministack(interpreter=write_interpreter(tmp_path)) as aws, deploy_ledger(aws) as ledger:
        body = "deployment 1742 finished"
        send_to_queue(aws, ledger.stack.outputs["FeedbackQueueUrl"], [body])
        await_accounts(LocalStack(aws, ledger.stack, ledger.ses), 1, lambda _backlog: None)
        log = read_function_log(aws, ledger.stack.outputs["JournalFeedbackFunctionName"])

    assert any("Quarantined a message" in line for line in log)
    assert any('"FeedbackQuarantined"' in line for line in log)


@pytest.fixture
def repeating() -> Iterator[LocalStack]:
    """A stack whose messages come again before their batch is journaled."""
    with ExitStack() as running:
        aws = running.enter_context(start_ministack())
        ses = running.enter_context(SesStandIn())
        slow = running.enter_context(RepeatingDynamoDB(aws))
        environment = {"AWS_ENDPOINT_URL_DYNAMODB": slow.endpoint_url}
        stack = deploy_template(aws, PARAMETERS, function_environment=environment)
        let_messages_come_again(aws, stack, after_seconds=1)
        yield LocalStack(aws, stack, ses)


def test_a_batch_that_comes_again_is_counted_once(repeating: LocalStack) -> None:
    aws, outputs = repeating.aws, repeating.stack.outputs
    written = [*map(bounce_of, BOUNCES), envelope('{"eventType": "Open"}'), "deployment 1742 finished"]
    bodies = list(map(aws.envelope_signer().sign_body, written))
    send_to_queue(aws, outputs["FeedbackQueueUrl"], bodies)
    tally = await_accounts(repeating, len(bodies), lambda _backlog: None)
    consumed = list(aws.read_consumed_messages(outputs["FeedbackQueueArn"]) or ())

    assert any(message.receive_count > 1 for message in consumed)
    assert sorted(message.body for message in consumed) == sorted(bodies)
    assert (tally.journaled, tally.quarantined, tally.failed) == (len(BOUNCES), {"unreadable": 1}, 0)
    assert tally.ignored == {"open": 1}


def bounce_of(message_id: str) -> str:
    return envelope(
        json.dumps(
            published(
                "Bounce",
                mail_fields={"messageId": message_id},
                bounceType="Permanent",
                bounceSubType="General",
                bouncedRecipients=[{"emailAddress": "recipient-1@gmail.com"}],
                timestamp="2026-11-20T14:05:50.000Z",
                feedbackId=f"feedback-{message_id}",
            )
        )
    )
