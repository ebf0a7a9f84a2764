"""Entries for people: what happened and when, then whose, then the rest."""

import pytest

from console.reports.ledger.entries import print_entries
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
        ["reported", "by          the owner's feed alone"],
        ["recipient", "recipient-1@example.com"],
        ["message_id", "m-1"],
        ["diagnostic_code", "smtp; 550 [no] such user"],
    ]


def test_a_bounce_that_both_feeds_report_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    senders = {**ENTRY, "feed": "sender", "configuration_set": "news", "diagnostic_code": "smtp; 550 5.1.1"}
    print_entries(open_screen(), [ENTRY, senders])

    assert capsys.readouterr().out.splitlines() == [
        "",
        "2026-11-22T10:00:00.000Z  bounced_permanent_general",
        "  reported by          both feeds",
        "  recipient            recipient-1@example.com",
        "  message_id           m-1",
        "  configuration_set    news",
        "  diagnostic_code      smtp; 550 [no] such user  (the owner's feed alone)",
        "  diagnostic_code      smtp; 550 5.1.1  (the sender's feed alone)",
    ]


def test_reports_of_one_outcome_at_several_times_name_the_first_and_the_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    delay = {**ENTRY, "outcome": "delayed_mailbox_full", "feed": "sender"}
    print_entries(open_screen(), [delay, {**delay, "occurred_at": "2026-11-22T12:00:00.000Z"}])

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "2026-11-22T10:00:00.000Z to 2026-11-22T12:00:00.000Z  delayed_mailbox_full"
    assert len([line for line in lines if "delayed_mailbox_full" in line]) == 1


def test_without_entries_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_entries(open_screen(), [])

    assert capsys.readouterr().out.startswith("No entries: nothing adverse was reported, or it expired.")
