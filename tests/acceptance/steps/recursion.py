"""Hours that wait in the queue of postponed hours: the function that sends to it is started by it."""

import json
from datetime import datetime, timedelta

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.ledger.keys import journal_key
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from tests.acceptance.measurements import read_sum
from tests.acceptance.notifications import addresses, publish, sent
from tests.acceptance.run import Run
from tests.acceptance.step import FailedError
from tests.acceptance.steps.balances import count_outcomes

FUNCTION, QUEUE = "PostBalancesFunction", "PostponedHoursQueue"
LONGEST_WAIT_MINUTES = 1
_HOURS_AGO = 30
_EARLY_MESSAGES = 20


def wait_without_being_stopped(run: Run) -> str:
    """Late mail waits for a minute; twenty messages that come early wait with it, and it counts once.

    Lambda stops a function that keeps starting itself after about 16 calls of a chain, unless its
    RecursiveLoop is Allow (developer guide, "Use Lambda recursive loop detection").
    """
    name = run.stack.resources[FUNCTION]
    setting = _read_setting(run, name)
    _let_late_mail_wait(run, name)
    at = run.begun_at - timedelta(hours=_HOURS_AGO)
    _publish_late(run, 1, at)
    _await_count(run, 1, at)
    _publish_late(run, 2, at)
    _send_early(run, _shard_of(run, at))
    _await_count(run, 2, at)
    dropped = read_sum(run, "AWS/Lambda", "RecursiveInvocationsDropped", {"FunctionName": name})
    if dropped:
        raise FailedError(f"Lambda dropped {dropped:.0f} calls of {FUNCTION}")
    return f"late mail waited {LONGEST_WAIT_MINUTES} min, and counts; no call was dropped; {setting}"


def _read_setting(run: Run, name: str) -> str:
    if run.account.is_local:
        return "RecursiveLoop not looked at: CloudFormation on this machine leaves it out"
    answer = run.clients.functions.get_function_recursion_config(FunctionName=name)
    if answer["RecursiveLoop"] != "Allow":
        raise FailedError(f"RecursiveLoop of {FUNCTION} is {answer['RecursiveLoop']}, not Allow")
    return "RecursiveLoop is Allow"


def _publish_late(run: Run, number: int, at: datetime) -> None:
    publish(run, [sent(run, f"late-{number}", addresses(1, f"late{number}"), at=at)])


def _await_count(run: Run, mails: int, at: datetime) -> None:
    hour = f"{at:%Y-%m-%dT%H}"
    run.await_that(f"late mail {mails} counts", lambda: count_outcomes(run, hour=hour) == {"sent": mails})


def _send_early(run: Run, shard: Shard) -> None:
    """Send again what was put off, to be taken at once."""

    def due_at() -> datetime | None:
        posting = run.connection.balances.last_posting(shard)
        return posting.due_at if posting else None

    due = run.await_that("the late mail waits", due_at)
    body = json.dumps({"shard": journal_key(shard), "due_at": due.isoformat()})
    for _ in range(_EARLY_MESSAGES):
        run.clients.sqs.send_message(QueueUrl=run.stack.resources[QUEUE], MessageBody=body)


def _shard_of(run: Run, at: datetime) -> Shard:
    return Shard(Segment(AccountHour(run.account.account_id, run.account.region, f"{at:%Y-%m-%dT%H}")))


def _let_late_mail_wait(run: Run, name: str) -> None:
    """Set how long it waits at most, by which the other steps did not wait at all."""
    functions = run.clients.functions
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    longer = variables | {"LONGEST_WAIT_MINUTES": str(LONGEST_WAIT_MINUTES)}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": longer})
    run.await_updated(name)
