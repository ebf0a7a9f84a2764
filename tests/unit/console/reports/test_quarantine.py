"""Quarantined messages for people: keys with a count of each reason, or one message in full."""

from datetime import UTC, datetime

import pytest

from console.reports.quarantine import describe_key, print_keys, print_record
from console.terminal.screen import open_screen
from ses_reputation.quarantine.record import QuarantineRecord

KEYS = [
    "quarantine/foreign_topic/2026-11-22/a.json",
    "quarantine/unreadable/2026-11-21/b.json",
    "quarantine/unreadable/2026-11-22/c.json",
]


def test_keys_are_printed_as_they_are_above_the_count_of_each_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_keys(open_screen(), KEYS)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]

    assert lines[:3] == [[key] for key in KEYS]
    assert lines[-2:] == [["foreign_topic", "1"], ["unreadable", "2"]]


def test_an_empty_quarantine_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_keys(open_screen(), [])

    assert capsys.readouterr().out.strip() == "The quarantine is empty."


def test_a_key_names_reason_and_day() -> None:
    assert describe_key(KEYS[1]) == {"key": KEYS[1], "reason": "unreadable", "day": "2026-11-21"}


def test_a_message_is_printed_as_it_came_below_what_is_known_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    received_at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    record = QuarantineRecord("unreadable", "not JSON", "", "m-1", received_at, "[red]not\nJSON")

    print_record(open_screen(), KEYS[2], record)
    text = capsys.readouterr().out

    assert text.startswith(f"key             {KEYS[2]}\nreason          unreadable\n")
    assert text.endswith("\n\n[red]not\nJSON\n")
