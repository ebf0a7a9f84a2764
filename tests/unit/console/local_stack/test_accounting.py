"""Waiting ends when every message is accounted for, or when no more of them are for a minute."""

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from console.demo import stages as demo_stages
from console.demo.stages import Stage, StagedRun
from console.demo.traffic import InventedTraffic
from console.errors import UnaccountedError
from console.local_stack import accounting
from console.local_stack.accounting import await_accounts, describe_gap, read_tally
from console.local_stack.stack import LocalStack
from console.reports.message_tally import MessageTally
from console.terminal.screen import Narrator, open_screen

LOCAL = cast("LocalStack", SimpleNamespace())
Await = Callable[..., tuple[MessageTally, list[float]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Await:
    """Wait for 10 messages over tallies that are seen 20 s apart; the last one stays as it is."""

    def await_over(*journaled: int) -> tuple[MessageTally, list[float]]:
        numbers, waits = repeat_last(journaled), list[float]()
        monkeypatch.setattr(accounting, "await_quiet", lambda _local, _progress: 0)
        monkeypatch.setattr(
            accounting, "read_tally", lambda _local, received, _failed: MessageTally(received, next(numbers))
        )
        tally = await_accounts(LOCAL, 10, print, lambda: 20.0 * len(waits), waits.append)
        return tally, waits

    return await_over


def repeat_last(numbers: Iterable[int]) -> Iterator[int]:
    number = 0
    for number in numbers:
        yield number
    while True:
        yield number


def test_it_does_not_wait_where_all_are_accounted_for(run: Await) -> None:
    tally, waits = run(10)

    assert (tally.is_conserved, waits) == (True, [])


def test_it_waits_for_what_comes_late(run: Await) -> None:
    tally, waits = run(4, 4, 4, 7, 7, 7, 10)

    assert (tally.is_conserved, len(waits)) == (True, 6)


def test_it_gives_up_when_no_more_come_for_a_minute(run: Await) -> None:
    tally, waits = run(4, 7)

    assert (tally.missing, len(waits)) == (3, 1 + 3)


def test_it_does_not_wait_where_there_are_too_many(run: Await) -> None:
    tally, waits = run(11)

    assert (tally.missing, waits) == (-1, [])


def test_a_gap_is_reported_with_its_size_and_what_to_do() -> None:
    assert describe_gap(MessageTally(5_155, 4_446)).startswith("709 of 5,155 messages are in no column")
    assert "Run it again" in describe_gap(MessageTally(5_155, 4_446))


def test_a_surplus_is_reported_with_its_size() -> None:
    assert describe_gap(MessageTally(633, 684)).startswith("51 messages more than the 633 received")


def test_where_nobody_keeps_what_was_consumed_the_log_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = {"FeedbackQueueArn": "arn", "JournalFeedbackFunctionName": "journal"}
    aws = SimpleNamespace(read_consumed_messages=lambda _arn: None)
    local = cast("LocalStack", SimpleNamespace(aws=aws, stack=SimpleNamespace(outputs=outputs)))
    keys = ["quarantine/unreadable/2026-11-22/1.json"]
    monkeypatch.setattr(accounting, "open_quarantine", lambda _local: SimpleNamespace(keys=lambda: keys))
    line = '{"counts": {"FeedbackJournaled": 2}}'
    monkeypatch.setattr(accounting, "read_function_log", lambda *_: [line])

    assert read_tally(local, 4, failed=1) == MessageTally(4, 2, quarantined={"unreadable": 1}, failed=1)


def test_a_stage_of_the_demo_that_lacks_messages_is_not_assessed(monkeypatch: pytest.MonkeyPatch) -> None:
    published = SimpleNamespace(publish=lambda *_: 10)
    monkeypatch.setattr(demo_stages, "FeedbackTopics", lambda *_: published)
    monkeypatch.setattr(demo_stages, "Hearing", SimpleNamespace(of_stack=lambda *_: None))
    monkeypatch.setattr(demo_stages, "AssessmentTable", lambda *_: None)
    monkeypatch.setattr(demo_stages, "await_accounts", lambda _local, received, _: MessageTally(received, 8))
    clients = SimpleNamespace(dynamodb=None)
    aws, stack = SimpleNamespace(clients=lambda: clients), SimpleNamespace(outputs=dict.fromkeys(OUTPUTS, ""))
    staged = StagedRun(
        cast("LocalStack", SimpleNamespace(aws=aws, stack=stack)), cast("InventedTraffic", None)
    )
    monkeypatch.setattr(staged, "_title", lambda _stage: "First 12 hours")
    monkeypatch.setattr(staged, "_read_statistics", lambda _stage: None)
    stage = cast("Stage", SimpleNamespace(publications=(), ends_at=None))

    with pytest.raises(UnaccountedError, match="2 of 10 messages are in no column"):
        staged.run(Narrator(open_screen(on_stderr=True)), stage)


OUTPUTS = ("FeedbackQueueArn", "LedgerTableName")
