"""Assessments of a deployed stack: started by their schedule, and what parties hear of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import start_on_schedule
from console.local_aws.subscriber import HeardAlert, HeardEvent, Hearing
from console.local_stack.stack import LocalStack
from tests.support.waiting import await_that

FUNCTION = "AssessReputationFunction"
# The last that a run says of itself, whatever it found.
_ENDED = '"EntitiesAssessed"'
_WHOLE_LOG = 10_000_000
_LAST_DELIVERY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """What subscribers heard."""

    alerts: tuple[HeardAlert, ...]
    events: tuple[HeardEvent, ...]


def assess(local: LocalStack, hearing: Hearing, scheduled_at: datetime) -> Heard:
    """Let the schedule start one assessment at this time, and hear what it publishes until it has ended."""
    has_ended = watch_runs(local)
    function = local.stack.resources[FUNCTION]
    configuration = local.aws.clients().functions.get_function_configuration(FunctionName=function)
    start_on_schedule(local.aws, configuration["FunctionArn"], scheduled_at)
    await_that(has_ended, "the assessment ended")
    return Heard(
        tuple(hearing.take_alerts(_LAST_DELIVERY_SECONDS)),
        tuple(hearing.take_events(_LAST_DELIVERY_SECONDS)),
    )


def watch_runs(local: LocalStack) -> Callable[[], bool]:
    """Return a check that one more run has ended than until now."""

    def count() -> int:
        lines = read_function_log(local.aws, local.stack.resources[FUNCTION], _WHOLE_LOG)
        return sum(_ENDED in line for line in lines)

    before = count()
    return lambda: count() > before
