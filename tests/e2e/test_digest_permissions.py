"""The weekly digest and the chat on a deployed stack: who hears what, and that no statement is too much.

The stack has a chat topic and runs under enforced policies. Each digest is of a week of its own: one that was
sent is not sent again.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.schedules import start_on_schedule
from console.local_aws.subscriber import HeardAlert, Hearing
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.rows import row_of_state
from tests.e2e.support import standing_work, work
from tests.e2e.support.permissions import Statement
from tests.e2e.support.proving import Work, prove_needed
from tests.e2e.support.trials import Audience, Trial
from tests.e2e.support.work import Check
from tests.support.aws.local_aws import PARAMETERS
from tests.support.digests import MONDAY, OTHER_ACCOUNT, state_of
from tests.support.evaluated import IDENTITY, bounces, complaints
from tests.support.stack_template import ROOT
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws

FUNCTION, ROLE, SCHEDULE_ROLE = "SendDigestFunction", "SendDigestRole", "SendDigestScheduleRole"
SCHEMA = json.loads((ROOT / "tests/unit/notifications/chat_notification.schema.json").read_text())
_weeks = count()


@dataclass(frozen=True, slots=True)
class Heard(Trial):
    """A trial that listens to the chat topic too."""

    channel: list[HeardAlert] = None  # type: ignore[assignment]
    chat: Hearing = None  # type: ignore[assignment]

    def has_chat(self, text: str) -> bool:
        """Whether the channel was given a text."""
        self.channel.extend(self.chat.take_alerts())
        return any(text in each.text for each in self.channel)


def start(trial: Trial, at: datetime) -> None:
    """Let the digests' own schedule start them, as of a time."""
    name = trial.stack.resources[FUNCTION]
    configuration = trial.aws.clients().functions.get_function_configuration(FunctionName=name)
    start_on_schedule(trial.aws, configuration["FunctionArn"], at)


def begin_digest(trial: Trial) -> str:
    """Let a schedule start the digests of a new week; return what their texts say of the time."""
    at = MONDAY + timedelta(weeks=next(_weeks))
    start(trial, at)
    return f"as of {at:%Y-%m-%d %H:%M} UTC"


def heard(trial: Trial, kind: str, text: str) -> list[HeardAlert]:
    """The alerts of a kind that hold a text, their lines joined."""
    trial.audience.alerts += trial.audience.hearing.take_alerts()
    return [
        each
        for each in trial.audience.alerts
        if each.attributes["kind"] == kind and text in each.text.replace("\n", " ")
    ]


def mail_a_digest(trial: Trial) -> Check:
    """The owners' digest comes with the size of a list."""
    of_week = begin_digest(trial)
    return lambda: any("4,217" in each.text for each in heard(trial, "digest", of_week))


def chat_a_digest(trial: Trial) -> Check:
    """The channel gets the owners' digest."""
    of_week = begin_digest(trial)
    assert isinstance(trial, Heard)
    return lambda: trial.has_chat(of_week)


def chat_an_alert(trial: Trial) -> Check:
    """The channel gets a standing that changed."""
    identity = standing_work.send_badly(trial)
    standing_work.start(trial, standing_work.ASSESSMENT)
    assert isinstance(trial, Heard)
    return lambda: trial.has_chat(identity)


Sign = Callable[[Trial], Check]
# Statement -> work that needs it, and the sign that it was refused.
PROOFS: dict[Statement, tuple[Work, Sign]] = {
    Statement(ROLE, "ReadStandings"): (mail_a_digest, work.logged(FUNCTION, "AccessDenied")),
    Statement(ROLE, "ClaimDigests"): (mail_a_digest, work.logged(FUNCTION, "AccessDenied")),
    Statement(ROLE, "ReadSizesOfLists"): (mail_a_digest, work.logged(FUNCTION, "AccessDenied")),
    Statement(ROLE, "FindLists"): (mail_a_digest, work.logged(FUNCTION, "AccessDenied")),
    Statement(ROLE, "PublishDigests"): (mail_a_digest, work.logged(FUNCTION, "Authorization")),
    Statement(ROLE, "PublishToChat"): (chat_a_digest, work.logged(FUNCTION, "Authorization")),
    Statement(ROLE, "WriteLogs"): (
        work.leave_a_log(FUNCTION, mail_a_digest),
        work.denied(ROLE, "logs:CreateLogStream", "arn:aws:logs"),
    ),
    Statement(SCHEDULE_ROLE, "CallSendDigest"): (
        mail_a_digest,
        work.denied(SCHEDULE_ROLE, "lambda:InvokeFunction", "arn:aws:lambda"),
    ),
    Statement("AssessReputationRole", "PublishToChat"): (
        chat_an_alert,
        work.logged(standing_work.ASSESSMENT, "chat: Authorization"),
    ),
}


@pytest.fixture(scope="module")
def trial() -> Iterator[Heard]:
    """The stack with three entities and a suppression list, and nobody to start a digest but the tests."""
    with start_ministack(auth=True) as aws:
        parameters = {
            "ChatNotifications": "true",
            "DigestSchedule": "rate(365 days)",
            "AssessmentSchedule": "rate(15 minutes)",
        }
        stack = deploy_template(aws, PARAMETERS | parameters)
        clients = aws.clients()
        for state in (
            state_of(bounces(Standing.REVIEW), complaints(Standing.HEALTHY)),
            state_of(bounces(Standing.PAUSE), entity=OTHER_ACCOUNT),
            state_of(bounces(Standing.WATCH), entity=IDENTITY),
        ):
            clients.dynamodb.put_item(TableName=stack.resources["LedgerTable"], Item=row_of_state(state))
        put_list(clients.s3, stack.resources["ReputationBucket"])
        chat = Hearing.of_stack(aws, stack, stack.outputs["ChatTopicArn"])
        yield Heard(aws, stack, Audience(Hearing.of_stack(aws, stack)), channel=[], chat=chat)


def put_list(s3: Any, bucket: str) -> None:
    """The pointer to a finished snapshot of 4,217 addresses."""
    prefix = "suppression/444455556666/us-east-1/account/"
    pointer = {"run": "20261123T030000Z", "finished_at": "2026-11-23T03:00:00Z", "total": 4_217}
    s3.put_object(Bucket=bucket, Key=f"{prefix}20261123T030000Z/manifest.json", Body=b"{}")
    s3.put_object(Bucket=bucket, Key=f"{prefix}latest.json", Body=json.dumps(pointer).encode())


def test_each_party_gets_its_own_digest_once_and_the_chat_that_of_the_owners(trial: Heard) -> None:
    of_week = begin_digest(trial)
    await_that(lambda: trial.has_chat(of_week), "the chat had it")
    await_that(lambda: len(heard(trial, "delegate_digest", of_week)) == 2, "both accounts had theirs")

    (owners,) = heard(trial, "digest", of_week)
    (message,) = [json.loads(each.text) for each in trial.channel if of_week in each.text]
    Draft202012Validator(SCHEMA).validate(message)
    assert message["content"]["title"] == owners.subject == "Weekly digest: pause, 3 of 3 below healthy"
    of_account = {each.attributes["account"]: each.text for each in heard(trial, "delegate_digest", of_week)}
    assert of_account.keys() == {"444455556666", "777788889999"}
    assert "777788889999" not in of_account["444455556666"]
    assert "example.com" not in of_account["444455556666"] + of_account["777788889999"]

    at = datetime.fromisoformat(f"{of_week[6:22]}+00:00")
    sent_nothing = work.logged(FUNCTION, '"sent":0')(trial)
    start(trial, at)
    await_that(sent_nothing, "the second start sent nothing")
    assert len(heard(trial, "digest", of_week)) == 1


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(statement: Statement, trial: Heard) -> None:
    do, sign = PROOFS[statement]
    prove_needed(statement, trial, do, sign)
