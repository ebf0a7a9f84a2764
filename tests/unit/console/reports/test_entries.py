"""Entries for people: what happened and when, then whose, then the rest."""

import pytest

from console.reports.entries import print_entries
from console.terminal.screen import open_screen

ENTRY = {
    "feed": "owner",
    "message_id": "m-1",
    "occurred_at": "2026-11-22T10:00:00.000Z",
    "outcome": "bounced_permanent_general",
    "diagnostic_code": "smtp; 550 [no] such user",
    "recipient": "recipient-1@example.com",
}


def test_an_entry_begins_with_its_outcome_and_names_recipient_and_message_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_entries(open_screen(), [ENTRY])

    assert [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()] == [
        [],
        ["2026-11-22T10:00:00.000Z", "bounced_permanent_general"],
        ["recipient", "recipient-1@example.com"],
        ["message_id", "m-1"],
        ["diagnostic_code", "smtp; 550 [no] such user"],
        ["feed", "owner"],
    ]


def test_without_entries_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_entries(open_screen(), [])

    assert capsys.readouterr().out.startswith("No entries: nothing adverse was reported, or it expired.")
