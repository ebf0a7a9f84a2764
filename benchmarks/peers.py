"""What the handlers of the usual kinds use at the rates and windows of the pipeline, with the same events."""

import boto3

from benchmarks.journaling import FAIR, NAIVE, peers, use_of
from benchmarks.lambda_calls import function_environment
from benchmarks.pipeline import Scenario
from benchmarks.traffic.events import batched
from benchmarks.traffic.shapes import arrivals
from benchmarks.traffic.wire import lambda_event
from ses_reputation.aws.clients import JOURNALING

# The naive handler works event by event: what one costs shows on few.
_EVENTS = {FAIR: 3_000, NAIVE: 600}


def peer_units(scenario: Scenario) -> dict[str, float]:
    """Return the units for 1,000 events, reads at what they cost, by handler."""
    gathered = max(1, round(scenario.gathering.batch))
    units = {}
    with function_environment():
        handlers = peers(boto3.client("dynamodb", config=JOURNALING))
        for name, count in _EVENTS.items():
            size = min(gathered, count)
            texts = [lambda_event(batch) for batch in batched(arrivals(scenario.shape, count), size)]
            units[name] = use_of(handlers[name], texts).units
    return units
