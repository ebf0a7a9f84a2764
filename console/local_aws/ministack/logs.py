"""A function's log, whole: ministack waits 50 ms for the first line of a call, and loses what comes later."""

import queue
import time
from collections.abc import Callable

from ministack.core import lambda_runtime

_END = "=== the log of this call ends here ==="
_HANDLER = "handler_fn = getattr(mod, handler_name)"
_ENDING_HANDLER = "handler_fn = _end_its_log(getattr(mod, handler_name))"
_END_ITS_LOG = f'''
def _end_its_log(handler):
    def handle(event, context):
        try:
            return handler(event, context)
        finally:
            sys.stderr.write("{_END}\\n")
            sys.stderr.flush()
    return handle
'''
_POLL_SECONDS = 0.05
# Of a worker that is gone but whose own children keep its output open.
_PATIENCE_SECONDS = 60.0


def keep_whole_logs() -> None:
    """Python functions end each call's log with a line of ours, which is waited for and left out."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_HANDLER) != 1:
        raise RuntimeError("this ministack's worker takes its handler in another way: logs.py has to follow")
    lambda_runtime._PYTHON_WORKER_SCRIPT = _END_ITS_LOG + script.replace(_HANDLER, _ENDING_HANDLER)
    drain: Callable[..., str] = lambda_runtime.Worker._drain_stderr_bounded

    def read_whole(worker: lambda_runtime.Worker, *arguments: float, **options: float) -> str:
        if not str(worker.config.get("Runtime", "python")).startswith("python"):
            return drain(worker, *arguments, **options)
        return "\n".join(_read_to_end(worker))

    lambda_runtime.Worker._drain_stderr_bounded = read_whole


def _read_to_end(worker: lambda_runtime.Worker) -> list[str]:
    lines: list[str] = []
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        is_last = not worker._stderr_thread.is_alive()
        try:
            line = worker._stderr_queue.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if is_last:
                break
            continue
        if line.endswith(_END):
            return [*lines, *filter(None, [line.removesuffix(_END)])]
        lines.append(line)
    return lines
