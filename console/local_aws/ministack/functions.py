"""How functions end: with a whole log, and with an error that is named by its exception's class.

ministack waits 50 ms for the first line of a call, and loses what comes later.
And it calls every error alike, while a workflow's `Retry` and `Catch` choose by that name: what is not to be
tried again would be tried for minutes.
Sources: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html (`errorType`),
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (a function's unhandled
error is reported to the workflow by that name).
"""

import queue
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

Mapping = dict[str, Any]

_UNNAMED = "Runtime.HandlerError"
_ANSWERED = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_NAMED = '{"status": "error", "error": str(e), "type": type(e).__name__, "trace": traceback.format_exc()}'

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

_raised: ContextVar[str] = ContextVar("raised", default="")


def name_errors_by_their_class() -> None:
    """Let functions in Python say which exception ended a call, and callers hear it as `errorType`."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_ANSWERED) != 1:
        raise RuntimeError(
            "this ministack's worker reports errors in another way: functions.py has to follow"
        )
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_ANSWERED, _NAMED)
    invoke: Callable[..., Mapping] = lambda_runtime.Worker.invoke
    execute: Callable[..., Mapping] = lambda_svc._execute_function_warm

    def invoke_noting(worker: Any, *arguments: Any, **options: Any) -> Mapping:
        answer = invoke(worker, *arguments, **options)
        _raised.set(str(answer.get("type", "")) if answer.get("status") == "error" else "")
        return answer

    def execute_naming(*arguments: Any) -> Mapping:
        token = _raised.set("")
        try:
            answer = execute(*arguments)
            body = answer.get("body")
            if _raised.get() and isinstance(body, dict) and body.get("errorType") == _UNNAMED:
                return answer | {"body": body | {"errorType": _raised.get()}}
            return answer
        finally:
            _raised.reset(token)

    lambda_runtime.Worker.invoke = invoke_noting
    lambda_svc._execute_function_warm = execute_naming


def keep_whole_logs() -> None:
    """Python functions end each call's log with a line of ours, which is waited for and left out."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_HANDLER) != 1:
        raise RuntimeError(
            "this ministack's worker takes its handler in another way: functions.py has to follow"
        )
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
