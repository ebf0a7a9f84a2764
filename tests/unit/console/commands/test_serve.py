"""A person looks at pages that are made of what the stack holds now."""

import webbrowser
from typing import Any

import pytest
from typer.testing import Result

from console.actions.statement.serve_statements import StatementServer
from console.commands.statement import serve
from tests.support.assessed_world import MINE, assessed, daily_mail
from tests.support.in_memory.suppression import MemoryStore
from tests.support.notifications import DELEGATE
from tests.unit.console.commands.test_statement import OUTPUTS, Aws
from tests.unit.console.running import run_on


def run(monkeypatch: pytest.MonkeyPatch, seen: list[str], *arguments: str) -> Result:
    """Serve until somebody has looked at the index, then press Ctrl-C."""

    def look_once(server: StatementServer) -> None:
        found = server.pages.find("/")
        assert found
        seen.append(found[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(StatementServer, "serve_forever", look_once)
    more: dict[str, Any] = {
        "clients": Aws({}),
        "output": OUTPUTS.__getitem__,
        "snapshots": MemoryStore(),
    }
    table = assessed(daily_mail(MINE, 100, 1))
    return run_on(monkeypatch, serve, table, "serve", "--port", "0", *arguments, **more)


def test_the_browser_is_given_pages_made_of_what_the_stack_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    seen: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)

    result = run(monkeypatch, seen)

    assert result.exit_code == 0, result.output
    assert DELEGATE in seen[0]
    assert opened == [result.stdout.splitlines()[0].split(": ", 1)[1]]
    assert opened[0].startswith("http://127.0.0.1:")
    assert result.stdout.splitlines()[1:] == ["Ctrl-C ends it."]


def test_who_wants_no_browser_gets_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)

    result = run(monkeypatch, [], "--no-browser")

    assert "http://127.0.0.1:" in result.stdout
    assert opened == []
