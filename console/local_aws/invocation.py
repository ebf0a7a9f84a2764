"""Calling the functions that schedules call, at a time of our choosing, and waiting for their answers."""

import json
from datetime import datetime
from typing import Any

from console.local_aws.emulator import LocalAws
from console.local_aws.errors import InvocationError
from ses_reputation.hours import format_second


def run_scheduled(aws: LocalAws, function_name: str, scheduled_at: datetime) -> Any:
    """Call a function with the event that its schedule sends at an aware time; return its answer, parsed.

    Raises:
        InvocationError: it ended with an error.
    """
    event = {"scheduled_at": format_second(scheduled_at)}
    answer = aws.clients().functions.invoke(FunctionName=function_name, Payload=json.dumps(event).encode())
    payload = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise InvocationError(f"{function_name} failed at {event['scheduled_at']}: {payload}")
    return json.loads(payload)
