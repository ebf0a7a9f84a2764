"""A snapshot's rows as CSV: for a spreadsheet, or raw for programs."""

from types import SimpleNamespace

import pytest

from console.commands import suppression
from ses_reputation.suppression.listing.destination import SuppressedDestination
from tests.unit.console.running import run_on

ROWS = [
    SuppressedDestination("=1+1@example.com", "2026-11-22T07:00:00Z", "BOUNCE"),
    SuppressedDestination("ada@example.com", "2026-11-22T07:00:01Z", "COMPLAINT"),
]


@pytest.mark.parametrize(
    ("options", "first"), [((), "'=1+1@example.com"), (("--raw",), "=1+1@example.com")], ids=["marked", "raw"]
)
def test_rows_begin_with_an_apostrophe_where_a_spreadsheet_would_compute_them(
    options: tuple[str, ...], first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression, "current_time", None, raising=False)
    monkeypatch.setattr(suppression, "load_manifest", lambda *_: SimpleNamespace())
    monkeypatch.setattr(suppression, "stream_rows", lambda *_: iter(ROWS))
    stack = {"account_id": "111122223333", "region": "us-east-1", "snapshots": None}
    result = run_on(monkeypatch, suppression, None, "suppression", "show", "--csv", *options, **stack)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "EmailAddress,Reason,LastUpdateTime",
        f"{first},BOUNCE,2026-11-22T07:00:00Z",
        "ada@example.com,COMPLAINT,2026-11-22T07:00:01Z",
    ]
