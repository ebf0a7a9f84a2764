"""What Lambda gives a function, and where what it logs goes."""

from io import StringIO
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

CREDENTIALS = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}


def context_of(function_name: str, millis_left: int = 240_000) -> Any:
    """The context of a call, as far as a function reads it."""
    return SimpleNamespace(
        function_name=function_name,
        memory_limit_in_mb=1024,
        invoked_function_arn=f"arn:aws:lambda:us-east-1:111122223333:function:{function_name}",
        aws_request_id="00000000-0000-0000-0000-000000000000",
        get_remaining_time_in_millis=lambda: millis_left,
    )


def prepare(
    app: ModuleType, service: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> StringIO:
    """Set a function's environment, and give the stream that it logs to."""
    for name, value in (CREDENTIALS | environment).items():
        monkeypatch.setenv(name, value)
    stream = StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", stream)
    if hasattr(app, "metrics"):
        monkeypatch.setattr(app.metrics.provider, "namespace", "SesReputation")
        monkeypatch.setattr(app.metrics.provider, "service", service)
    return stream
