"""Every message is counted as exactly one thing, from what the stack itself says."""

import json
from typing import Any

from console.reports.message_tally import MessageTally, tally_messages


def batch_metrics(journaled: int, ignored: dict[str, int] | None = None) -> str:
    metrics: dict[str, Any] = {"_aws": {}, "FeedbackReceived": [journaled], "FeedbackJournaled": [journaled]}
    return json.dumps(metrics | ({"ignored": ignored} if ignored else {}))


def test_batches_add_up_by_kind_and_reason() -> None:
    log = [batch_metrics(7, {"open": 2}), batch_metrics(3), batch_metrics(0, {"open": 1, "click": 4})]
    keys = [f"quarantine/{reason}/2026-11-22/{n}.json" for n, reason in enumerate(("a", "b", "a"))]

    tally = tally_messages(21, log, keys, failed=1)

    assert tally == MessageTally(21, 10, {"open": 3, "click": 4}, {"a": 2, "b": 1}, 1)
    assert tally.is_conserved


def test_lines_that_are_no_metrics_are_passed_over() -> None:
    log = ["START RequestId: 1", '{"level": "INFO"}', "FeedbackJournaled is mentioned here", batch_metrics(2)]

    assert tally_messages(2, log, [], failed=0).journaled == 2


def test_a_message_that_vanished_breaks_conservation() -> None:
    assert not MessageTally(3, journaled=1, ignored={"open": 1}).is_conserved


def test_a_message_counted_twice_breaks_conservation() -> None:
    assert not MessageTally(1, journaled=1, quarantined={"unreadable": 1}).is_conserved


def test_json_names_kinds_in_order() -> None:
    tally = MessageTally(4, 1, {"open": 1, "click": 1}, {"unreadable": 1})

    assert json.dumps(tally.as_json()) == (
        '{"received": 4, "journaled": 1, "ignored": {"click": 1, "open": 1}, '
        '"quarantined": {"unreadable": 1}, "failed": 0}'
    )
