"""Every message is counted as exactly one thing, from what is left of it."""

import json
from collections.abc import Iterable
from typing import Any

from console.local_aws.ministack.consumed_record import ConsumedMessage
from console.local_stack.journaled_facts import JournaledFacts
from console.local_stack.message_counting import tally_consumed, tally_log
from console.local_stack.message_fates import Traces
from console.reports.message_tally import MessageTally
from ses_reputation.feedback.provenance import Registry
from tests.support.notifications import DELEGATE, envelope


def traces(quarantined: dict[str, str] | None = None) -> Traces:
    """What is left by messages of which none was journaled."""
    return Traces(
        quarantined or {}, JournaledFacts([]), Registry(frozenset(), frozenset({DELEGATE})), frozenset()
    )


def consumed(*messages: tuple[str, str]) -> Iterable[ConsumedMessage]:
    return [ConsumedMessage("arn", message_id, body, 1) for message_id, body in messages]


OPEN, CLICK = (envelope(json.dumps({"eventType": kind})) for kind in ("Open", "Click"))


def batch_metrics(journaled: int, ignored: dict[str, int] | None = None) -> str:
    """The line of a batch; where it journaled nothing, no metric is in it."""
    line: dict[str, Any] = {"counts": {"FeedbackReceived": journaled, "FeedbackJournaled": journaled}}
    line |= {"_aws": {}, "FeedbackJournaled": [float(journaled)]} if journaled else {}
    return json.dumps(line | ({"ignored": ignored} if ignored else {}))


def test_messages_add_up_by_kind_and_reason() -> None:
    messages = consumed(("1", OPEN), ("2", "?"), ("3", CLICK), ("4", OPEN), ("5", "?"))

    tally = tally_consumed(6, messages, traces({"2": "unreadable", "5": "raw_delivery"}), failed=1)

    assert tally == MessageTally(6, 0, {"open": 2, "click": 1}, {"unreadable": 1, "raw_delivery": 1}, 1)
    assert tally.is_conserved


def test_a_message_that_is_on_record_twice_counts_once() -> None:
    tally = tally_consumed(1, consumed(("1", OPEN), ("1", OPEN)), traces(), failed=0)

    assert tally == MessageTally(1, ignored={"open": 1})


def test_a_message_in_quarantine_that_is_still_in_a_queue_counts_as_failed_only() -> None:
    tally = tally_consumed(1, [], traces({"1": "unreadable"}), failed=1)

    assert tally == MessageTally(1, failed=1)


def test_a_message_that_left_no_trace_is_missing() -> None:
    tally = tally_consumed(2, consumed(("1", OPEN), ("2", "?")), traces(), failed=0)

    assert (tally.missing, tally.is_conserved) == (1, False)


def test_without_a_record_the_batches_of_the_log_add_up() -> None:
    log = [batch_metrics(7, {"open": 2}), batch_metrics(3), batch_metrics(0, {"open": 1, "click": 4})]

    tally = tally_log(21, log, ["a", "b", "a"], failed=1)

    assert tally == MessageTally(21, 10, {"open": 3, "click": 4}, {"a": 2, "b": 1}, 1)
    assert tally.is_conserved


def test_lines_that_are_no_metrics_are_passed_over() -> None:
    log = ["START RequestId: 1", '{"level": "INFO"}', "FeedbackJournaled is mentioned here", batch_metrics(2)]

    assert tally_log(2, log, [], failed=0).journaled == 2


def test_a_message_that_vanished_breaks_conservation() -> None:
    assert not MessageTally(3, journaled=1, ignored={"open": 1}).is_conserved


def test_a_message_counted_twice_breaks_conservation() -> None:
    assert not MessageTally(1, journaled=1, quarantined={"unreadable": 1}).is_conserved


def test_messages_that_never_got_into_a_queue_were_received_and_failed() -> None:
    assert MessageTally(3, 2, failed=1).with_unsent(2) == MessageTally(5, 2, failed=3)


def test_json_names_kinds_in_order() -> None:
    tally = MessageTally(4, 1, {"open": 1, "click": 1}, {"unreadable": 1})

    assert json.dumps(tally.to_json()) == (
        '{"received": 4, "journaled": 1, "ignored": {"click": 1, "open": 1}, '
        '"quarantined": {"unreadable": 1}, "failed": 0}'
    )
