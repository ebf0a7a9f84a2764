"""A function that raises names its error by the exception's class; ministack calls every one alike.

A workflow's `Retry` and `Catch` choose by that name, so without this none of ours would ever match one of its
typed errors: what is not to be tried again would be tried for minutes.
Sources: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html (`errorType`),
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (an unhandled error of a
function is reported to the workflow by that name).
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

Mapping = dict[str, Any]

_UNNAMED = "Runtime.HandlerError"
_ANSWERED = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_NAMED = '{"status": "error", "error": str(e), "type": type(e).__name__, "trace": traceback.format_exc()}'

_raised: ContextVar[str] = ContextVar("raised", default="")


def name_errors_by_their_class() -> None:
    """Let functions in Python say which exception ended a call, and callers hear it as `errorType`."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_ANSWERED) != 1:
        raise RuntimeError(
            "this ministack's worker reports errors in another way: function_errors.py has to follow"
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
