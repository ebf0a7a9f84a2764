"""The export's function in a process of its own: one JSON payload per line in, one answer per line out.

An answer is `{"payload": ..., "peak_bytes": ...}`, or has an `error` in place of the payload. With
`--crash-fraction` the process dies on the spot, as a function that is out of time, around some of its writes.
"""

import argparse
import json
import os
import random
import sys
import time
from types import SimpleNamespace
from typing import Any, TextIO

from benchmarks.peak_memory import peak_bytes
from functions.export_suppression import app

FUNCTION_SECONDS = 300.0


def main() -> None:
    """Serve payloads until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crash-fraction", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.crash_fraction:
        _crash_around_writes(chosen.crash_fraction, random.Random(chosen.seed))
    with _keep_output_for_answers() as answers:
        for line in sys.stdin:
            print(json.dumps(answer_payload(json.loads(line))), file=answers, flush=True)


def _keep_output_for_answers() -> TextIO:
    # The function's own logs and metrics go where nobody reads.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return answers


def answer_payload(payload: dict[str, Any]) -> dict[str, Any]:
    """Call the function, which has as much time as on Lambda; return its payload or its error."""
    started = time.monotonic()
    context: Any = SimpleNamespace(
        function_name="export",
        memory_limit_in_mb=512,
        invoked_function_arn="",
        aws_request_id="",
        get_remaining_time_in_millis=lambda: int((FUNCTION_SECONDS - time.monotonic() + started) * 1_000),
    )
    try:
        answer = {"payload": app.lambda_handler(payload, context)}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    return {**answer, "peak_bytes": peak_bytes()}


def _crash_around_writes(fraction: float, chance: random.Random) -> None:
    def may_die(**_: object) -> None:
        if chance.random() < fraction / 2:
            os._exit(137)

    events = app._store().client.meta.events
    events.register("before-call.s3.PutObject", may_die)
    events.register("after-call.s3.PutObject", may_die)


if __name__ == "__main__":
    main()
