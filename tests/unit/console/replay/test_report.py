"""A replay for people: what was not sent is named, up to a screenful, and whose topics were foreign."""

from pathlib import Path

import pytest

from console.local_stack.ledger_contents import LedgerContents
from console.replay.archives import Unsendable
from console.replay.report import print_replay
from console.replay.run import Replayed
from console.reports.message_tally import MessageTally
from console.terminal.screen import open_screen


def printed(capsys: pytest.CaptureFixture[str], unsendable: int, foreign: dict[str, int]) -> str:
    tally = MessageTally(unsendable, failed=unsendable)
    unsent = [Unsendable(Path("a [1].json"), number, "it is empty") for number in range(1, unsendable + 1)]
    print_replay(open_screen(), Replayed(LedgerContents(tally, []), unsent), foreign)
    return capsys.readouterr().out


def test_each_message_that_no_queue_takes_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, 2, {})

    assert (
        "Not sent: a [1].json, message 1: it is empty\nNot sent: a [1].json, message 2: it is empty\n" in text
    )
    assert "more that were not sent" not in text
    assert text.endswith("Nothing was journaled, so there are no balances.\n")


def test_it_says_that_the_archives_own_signatures_were_not_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = " ".join(printed(capsys, 0, {}).split())

    assert "The archive's own signatures were not checked" in text


def test_of_many_the_first_twenty_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, 23, {})

    assert text.count("Not sent: ") == 20
    assert "and 3 more that were not sent (--json names them all)" in text


def test_accounts_of_foreign_topics_are_named_with_their_messages(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(printed(capsys, 0, {"999900001111": 1_200, "444455556666": 3}).split())

    assert "topics of accounts that are not registered: 444455556666 (3), 999900001111 (1,200)." in text
    assert "--owner or --delegate" in text
