"""`ledger post` and `ledger rebuild` as they are typed, on a local stack whose balances were damaged."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.subscriber import Hearing
from console.local_aws.waiting import count_dead_letters, settle
from ses_reputation.ledger.keys import balance_key
from ses_reputation.ledger.shards import Shard
from tests.e2e.support.trials import Audience, Trial, key_of_item
from tests.support.aws.local_aws import PARAMETERS
from tests.support.stack_template import ROOT
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = pytest.mark.local_aws

BOUNCED = re.compile(r"\"bounced[^\"]*\": (\d+)")


@pytest.fixture
def trial() -> Iterator[Trial]:
    with start_ministack() as aws:
        stack = deploy_template(aws, PARAMETERS)
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


def run(trial: Trial, *arguments: str) -> Any:
    """What a command of the command line prints as JSON."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "console.main", *arguments, "--stack", trial.stack.name, "--json"],
        cwd=ROOT,
        env=own | trial.aws.environment(),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def bounces(trial: Trial) -> dict[str, int]:
    """Bounces by send hour, as `balances` shows them."""
    found: Counter[str] = Counter()
    for hour in run(trial, "balances")["balances"]:
        counted = json.dumps(hour["counts"])
        found[hour["send_hour"]] += sum(map(int, BOUNCED.findall(counted)))
    return dict(found)


def name_of(shard: Shard) -> str:
    return shard.segment.account_hour.send_hour


def item(trial: Trial, shard: Shard) -> dict[str, Any]:
    """The item of an hour's balance."""
    table, key = trial.stack.resources["LedgerTable"], key_of_item(*balance_key(shard))
    return dict(trial.aws.clients().dynamodb.get_item(TableName=table, Key=key)["Item"])


def send(trial: Trial, hour: Shard, number: int) -> None:
    for _ in range(number):
        trial.send_bounce(hour)
    await_that(lambda: trial.has_balance(hour), "the hour was posted")
    settle(trial.aws, trial.stack, timeout_seconds=HANG_SECONDS)


def test_a_lost_balance_is_posted_and_a_damaged_one_rebuilt_and_no_other_changes(trial: Trial) -> None:
    lost, damaged, sound = (trial.next_hour() for _ in range(3))
    for hour, number in ((lost, 2), (damaged, 1), (sound, 3)):
        send(trial, hour, number)
    right = {name_of(lost): 2, name_of(damaged): 1, name_of(sound): 3}
    assert bounces(trial) == right

    # One is deleted. Another holds the figures of a third, and claims more pages than there are.
    dynamodb, table = trial.aws.clients().dynamodb, trial.stack.resources["LedgerTable"]
    dynamodb.delete_item(TableName=table, Key=key_of_item(*balance_key(lost)))
    before = item(trial, sound)
    dynamodb.put_item(
        TableName=table, Item=before | {"pages": {"N": "99"}} | key_of_item(*balance_key(damaged))
    )
    assert bounces(trial) == {name_of(damaged): 3, name_of(sound): 3}

    run(trial, "ledger", "post")
    # A post never lowers a balance: it cannot know that this one is wrong.
    assert bounces(trial) == right | {name_of(damaged): 3}

    run(trial, "ledger", "rebuild")
    assert bounces(trial) == right
    assert item(trial, sound).keys() == before.keys()


def test_an_item_that_names_no_hour_holds_up_none_and_ends_in_a_dead_letter_with_its_key(
    trial: Trial,
) -> None:
    sqs, queues = trial.aws.clients().sqs, trial.stack.resources
    dead_letters = queues["PostponedHoursDeadLetterQueue"]
    names = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]
    redrive = {"deadLetterTargetArn": names["QueueArn"], "maxReceiveCount": 1}
    sqs.set_queue_attributes(
        QueueUrl=queues["PostponedHoursQueue"],
        Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(redrive)},
    )

    key = trial.write_strange_item()
    send(trial, trial.next_hour(), 1)

    await_that(
        lambda: count_dead_letters(trial.aws, trial.stack)["PostponedHoursDeadLetterQueue"] == 1,
        "the message was given up",
    )
    (message,) = sqs.receive_message(QueueUrl=dead_letters)["Messages"]
    assert json.loads(message["Body"])["shard"] == key
    assert count_dead_letters(trial.aws, trial.stack)["PostingDeadLetterQueue"] == 0
