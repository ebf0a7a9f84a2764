"""Commands of the console run against a ledger that is made up."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from tests.support.stack_template import ROOT
from tests.unit.console.standings import NOW


def run_on(
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    ledger: object,
    *arguments: str,
    typed: str | None = None,
    **more: Any,
) -> Result:
    """Run a command whose module connects to `ledger`, 3 minutes after NOW and in 80 columns.

    `typed` is what its operator types.
    """
    stack = SimpleNamespace(parameters={})
    fields = {"assessments": ledger, "assessment_schedule": "rate(5 minutes)", "stack": stack, **more}
    monkeypatch.setattr(module, "current_time", lambda: NOW + timedelta(minutes=3))
    monkeypatch.setattr(module, "connect", lambda _stack: SimpleNamespace(**fields))
    return CliRunner().invoke(app, list(arguments), input=typed, env={"COLUMNS": "80"})


def read_json(result: Result) -> dict[str, Any]:
    """The one document on standard output, which is all that it holds."""
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    assert document["format_version"] == 1
    return document


def read_screen(result: Result) -> str:
    """What a person sees: lines of at most 80 columns, without the spaces at their ends."""
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    return "\n".join(line.rstrip() for line in result.stdout.splitlines())


def undocumented(*described: dict[str, Any]) -> set[str]:
    """The fields of JSON objects that docs/command-line.md does not name."""
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    names = {name for fields in described for name in fields}
    return {name for name in names if not re.search(rf"[`\"]{re.escape(name)}[`\"]", text)}
