"""Balances for people: the hours they are of, what came late, and delays only where there are any."""

from dataclasses import replace

import pytest

from console.reports.ledger.balances import print_hours
from console.terminal.screen import open_screen
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from tests.support.balances import SENDER_HOUR, posted_balance

LATER = SENDER_HOUR._replace(send_hour="2026-11-22T12")


def printed(capsys: pytest.CaptureFixture[str], hours: list[HourBalance]) -> str:
    print_hours(open_screen(), hours)
    return " ".join(capsys.readouterr().out.split())


def test_one_hour_is_named_and_without_delays_none_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, gather_hours([posted_balance(counts={"news": {"gmail": {"sent": 2}}})]))

    assert "Mail of 2026-11-22T10 (UTC)." in text
    assert "Delays" not in text


def test_several_hours_are_named_by_the_first_and_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"news": {"gmail": {"sent": 2, "delayed_general": 1}}}
    text = printed(
        capsys, gather_hours([posted_balance(counts=counts), posted_balance(LATER, counts=counts)])
    )

    assert "Mail of 2026-11-22T10 to 2026-11-22T12 (UTC)." in text
    assert "Delays By mailbox provider" in text


def test_facts_that_came_late_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    (hour,) = gather_hours([posted_balance(counts={"news": {"gmail": {"sent": 3}}})])

    text = printed(capsys, [replace(hour, late=2)])

    assert "2 of them arrived more than 90 days after the mail." in text
