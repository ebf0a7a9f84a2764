"""What EventBridge Scheduler passes to its targets."""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge

_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


def fill_in_scheduled_time() -> None:
    """The input's placeholder becomes the time that the schedule was due; ministack leaves it as it is.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    invoke: Callable[..., None] = eventbridge._invoke_target

    def invoke_filled_in(target: dict[str, Any], event: dict[str, Any], *rest: Any, **options: Any) -> None:
        if event.get("Source") == "aws.scheduler" and "Input" in target:
            due = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["Time"]))
            target = target | {"Input": target["Input"].replace(_SCHEDULED_TIME, due)}
        invoke(target, event, *rest, **options)

    eventbridge._invoke_target = invoke_filled_in
