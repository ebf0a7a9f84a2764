"""Work that makes a deployed stack use its permissions, and the signs that it was refused.

Each piece of work is put in by a function that takes a Trial and returns a check that it was done. It
has an hour of its own, so that nothing done before can be taken for it.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import EXPORT_WORKFLOW, start_on_schedule
from console.local_aws.waiting import count_dead_letters, measure_backlog
from ses_reputation.ledger.keys import balance_key, journal_key
from tests.e2e.support.trials import WHOLE_LOG, Trial, key_of_item
from tests.support.waiting import await_that

Check = Callable[[], bool]


def journal_a_bounce(trial: Trial) -> Check:
    """A message in the feedback queue becomes a page."""
    hour = trial.next_hour()
    trial.send_bounce(hour)
    return lambda: trial.has_page(hour)


def quarantine_a_message(trial: Trial) -> Check:
    """A message that nobody can read becomes an object."""
    before = trial.count_quarantined()
    trial.send("FeedbackQueue", "deployment 1742 finished")
    return lambda: trial.count_quarantined() > before


def post_an_hour(trial: Trial) -> Check:
    """A page becomes a balance."""
    hour = trial.next_hour()
    trial.send_bounce(hour)
    return lambda: trial.has_balance(hour)


def postpone_an_old_hour(trial: Trial) -> Check:
    """An old hour that took long to read, and was posted just now, is not read for its next page."""
    hour = trial.next_hour()
    trial.send_bounce(hour)
    await_that(lambda: trial.has_balance(hour), "the hour was posted")
    trial.aws.clients().dynamodb.update_item(
        TableName=trial.stack.resources["LedgerTable"],
        Key=key_of_item(*balance_key(hour)),
        UpdateExpression="SET read_units = :many, posted_at = :now",
        ExpressionAttributeValues={
            ":many": {"N": "900"},
            ":now": {"S": datetime.now(UTC).isoformat()},
        },
    )
    before = measure_backlog(trial.aws, trial.stack).postponed_hours
    trial.send_bounce(hour)
    return lambda: measure_backlog(trial.aws, trial.stack).postponed_hours > before


def post_a_postponed_hour(trial: Trial) -> Check:
    """An hour that waits in the queue of postponed hours is posted from there."""
    hour = trial.next_hour()
    trial.send_bounce(hour)
    await_that(lambda: trial.has_balance(hour), "the hour was posted")
    table, key = trial.stack.resources["LedgerTable"], key_of_item(*balance_key(hour))
    trial.aws.clients().dynamodb.delete_item(TableName=table, Key=key)
    postponed = {"shard": journal_key(hour), "due_at": datetime.now(UTC).isoformat()}
    trial.send("PostponedHoursQueue", json.dumps(postponed))
    return lambda: trial.has_balance(hour)


def hide_an_early_hour(trial: Trial) -> Check:
    """A message that comes an hour before its time is left in its queue, and nothing failed."""
    hour, due_at = trial.next_hour(), datetime.now(UTC) + timedelta(hours=1)
    trial.send_bounce(hour)
    await_that(lambda: trial.has_balance(hour), "the hour was posted")
    trial.aws.clients().dynamodb.update_item(
        TableName=trial.stack.resources["LedgerTable"],
        Key=key_of_item(*balance_key(hour)),
        UpdateExpression="SET due_at = :due",
        ExpressionAttributeValues={":due": {"S": due_at.isoformat()}},
    )
    log = partial(read_function_log, trial.aws, trial.stack.outputs["PostBalancesFunctionName"], WHOLE_LOG)
    before = _hours_postponed(log())
    trial.send("PostponedHoursQueue", json.dumps({"shard": journal_key(hour), "due_at": due_at.isoformat()}))
    return lambda: _hours_postponed(log()) > before


def _hours_postponed(log: Iterable[str]) -> int:
    """How many hours the calls counted as put off: a call that put none off counts 0."""
    lines = (json.loads(line) for line in log if '"counts"' in line)
    return sum(int(line["counts"].get("BalancesPostponed", 0)) for line in lines)


def set_an_hour_aside(trial: Trial) -> Check:
    """A record is shown to an operator while no message can ask for what it names."""
    before = count_dead_letters(trial.aws, trial.stack)["PostingDeadLetterQueue"]
    trial.let_hours_be_postponed(is_allowed=False)
    trial.write_strange_item()
    return lambda: count_dead_letters(trial.aws, trial.stack)["PostingDeadLetterQueue"] > before


def export_the_list(trial: Trial) -> Check:
    """A run of the workflow ends with a snapshot (of ministack's own list, which is empty)."""
    step_functions = trial.aws.clients().step_functions
    execution = step_functions.start_execution(
        stateMachineArn=trial.stack.resources[EXPORT_WORKFLOW],
        input=json.dumps({"scheduled_at": trial.next_minute()}),
    )["executionArn"]
    return lambda: step_functions.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"


def start_by_schedule(trial: Trial) -> Check:
    """A schedule with the deployed one's target starts a run."""
    before = trial.count_executions()
    scheduled_at = datetime.fromisoformat(trial.next_minute())
    start_on_schedule(trial.aws, trial.stack.resources[EXPORT_WORKFLOW], scheduled_at)
    return lambda: trial.count_executions() > before


def leave_a_log(function: str, work: Callable[[Trial], Check]) -> Callable[[Trial], Check]:
    """The work leaves lines in the function's log."""

    def drive(trial: Trial) -> Check:
        before = trial.count_log_lines(function)
        is_done = work(trial)
        return lambda: is_done() and trial.count_log_lines(function) > before

    return drive


def denied(role: str, action: str, resource: str) -> Callable[[Trial], Check]:
    """A service may not do, as this role, what the stack needs of it: the emulator says so, once."""

    def watch(trial: Trial) -> Check:
        denial = f"role/{trial.stack.resources[role]} is not authorized to perform {action} on {resource}"
        before = trial.aws.log_tail(WHOLE_LOG).count(denial)
        return lambda: trial.aws.log_tail(WHOLE_LOG).count(denial) > before

    return watch


def logged(function: str, text: str) -> Callable[[Trial], Check]:
    """A function says itself what it was refused."""

    def watch(trial: Trial) -> Check:
        before = trial.count_log_lines(function, text)
        return lambda: trial.count_log_lines(function, text) > before

    return watch
