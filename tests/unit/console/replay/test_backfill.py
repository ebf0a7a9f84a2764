"""An archive counts once in a deployed ledger, however often, beside what came live; all else is named."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.replay.backfill import Archive, Backfill, BackfillTally
from console.replay.backfill_store import BackfillRecord, BackfillTable
from ses_reputation.feedback.archive import NO_DEFAULTS, ArchiveDefaults
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.provenance import Registry
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.ledger.keys import shard_of_key
from ses_reputation.ledger.pages import is_urgent, touched_digits
from ses_reputation.ledger.posting import PostingRun, post_requested
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.store import JournalTable
from tests.support.in_memory.dynamodb import client_error
from tests.support.in_memory.ledger import Ledger
from tests.support.notifications import DELEGATE, FOREIGN, OWNER, envelope, notified, published

SETTINGS = JournalSettings(
    "ledger",
    "bucket",
    Registry(frozenset({OWNER}), frozenset({DELEGATE})),
    frozenset(),
    timedelta(days=400),
)
SENT_AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
SOON = SENT_AT + timedelta(days=1)
QUARANTINED = {"reason": "raw_delivery", "explanation": "-", "sqs_message_id": "1"}
HOUR = AccountHour(DELEGATE, "us-east-1", "2026-11-20T14")


def sends(*numbers: int, **fields: Any) -> list[dict[str, Any]]:
    return [published("Send", "news", {"messageId": f"message-{number}", **fields}) for number in numbers]


def archive_of(path: Path, *values: Any) -> Archive:
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in values))
    return Archive([path], NO_DEFAULTS)


def post(ledger: Ledger) -> None:
    """Post whatever is in the journal, once what was posted before has settled."""
    ledger.now += timedelta(hours=1)
    keys = [key for key in ledger.dynamodb.items if key[0].startswith("JOURNAL#")]
    requests = [
        PostingRequest(shard_of_key(pk), ledger.now, str(number), touched_digits(sk), is_urgent(sk))
        for number, (pk, sk) in enumerate(keys)
    ]
    run = PostingRun(lambda: ledger.now, timedelta(0), longest_wait=timedelta(0))
    outcome = post_requested(ledger.store, ledger, requests, run)
    assert not outcome.failed
    assert not ledger.waiting


def backfill(ledger: Ledger, archive: Archive) -> BackfillTally:
    """Journal an archive now, as the command does, and post it."""
    run = Backfill(SETTINGS, ledger.now)
    plan = run.plan(archive, lambda _read: None)
    closed = run.closed_hours(plan.hours, ledger.store)
    client: Any = ledger.dynamodb
    tally = run.journal(archive, closed, JournalTable(client, "ledger", sleep=lambda _: None), lambda _: None)
    post(ledger)
    return tally


def test_an_archive_counts_once_however_often_and_beside_what_came_live(tmp_path: Path) -> None:
    ledger = Ledger(SOON)
    live = archive_of(tmp_path / "live", *[envelope(json.dumps(each)) for each in sends(1, 2, 3)])
    backfill(ledger, live)
    bridged = [{"source": "aws.ses", "detail-type": "x", "detail": each} for each in sends(5, 4, 3, 2)]
    first = backfill(ledger, archive_of(tmp_path / "first", *bridged))
    again = backfill(ledger, archive_of(tmp_path / "again", *sends(2, 5)))

    assert ledger.sends() == {"example.com": 5}
    assert (first.journaled, again.journaled) == (4, 2)
    assert (first.own, again.own) == (4, 2)


def test_a_backfill_that_is_cut_off_is_run_again(tmp_path: Path) -> None:
    ledger = Ledger(SOON)
    archive = archive_of(tmp_path / "archive", *sends(*range(2_500)))
    run = Backfill(SETTINGS, ledger.now)
    client: Any = ledger.dynamodb

    def stop(read: int) -> None:
        if read >= 2_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.journal(archive, (), JournalTable(client, "ledger"), stop)
    post(ledger)
    assert ledger.sends() == {"example.com": 2_000}
    assert backfill(ledger, archive).journaled == 2_500
    assert ledger.sends() == {"example.com": 2_500}


def test_only_what_the_stacks_own_registry_believes_is_counted(tmp_path: Path) -> None:
    values = [
        *sends(1),
        *sends(2, sendingAccountId=FOREIGN),
        envelope(json.dumps(sends(3)[0]), FOREIGN),
        envelope(json.dumps(sends(4, sendingAccountId=FOREIGN)[0]), DELEGATE),
        notified("Bounce", {"sendingAccountId": None}, bouncedRecipients=[], bounceType="Permanent"),
        published("Open"),
        {"hello": "world"},
        {
            "reason": "raw_delivery",
            "explanation": "-",
            "sqs_message_id": "1",
            "body": json.dumps(sends(5)[0]),
        },
    ]
    ledger = Ledger(SOON)
    tally = backfill(ledger, archive_of(tmp_path / "archive", *values))

    assert ledger.sends() == {"example.com": 1}
    assert tally.received == 8
    assert tally.journaled == 1
    assert tally.ignored == Counter(open=1)
    assert Counter({reason: n for (reason, _), n in tally.refused.items() if reason != "foreign_topic"}) == {
        "contradicts_topic": 1,
        "incomplete_event": 1,
        "unreadable": 1,
        "raw_delivery": 1,
    }
    foreign = [text for (reason, text), _ in tally.refused.items() if reason == "foreign_topic"]
    assert sorted(text.partition(" is not")[0] for text in foreign) == [
        f"the event's account {FOREIGN}",
        f"the topic's account {FOREIGN}",
    ]


def test_what_json_says_of_messages_adds_up(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "archive", *sends(1), {})
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"\xff")
    fields = backfill(Ledger(SOON), Archive([*archive.files, damaged], NO_DEFAULTS)).to_json()

    assert fields == {
        "received": 3,
        "journaled": 1,
        "ignored": {},
        "refused": {"unreadable": 1},
        "left_out": 0,
        "failed": 1,
        "without_envelope": 1,
    }


@pytest.mark.parametrize("days", [1, 89, 91, 179])
def test_mail_whose_facts_the_ledger_still_has_is_counted_once(tmp_path: Path, days: int) -> None:
    ledger = Ledger(SOON)
    backfill(ledger, archive_of(tmp_path / "a", *sends(1, 2)))
    ledger.now = SENT_AT + timedelta(days=days)
    tally = backfill(ledger, archive_of(tmp_path / "b", *sends(2, 3)))

    assert tally.left_out == 0
    assert ledger.sends() == {"example.com": 3}


@pytest.mark.parametrize("days", [181, 269, 271, 400])
def test_mail_whose_counted_facts_have_expired_is_left_out(tmp_path: Path, days: int) -> None:
    """Nothing is left to tell which facts were counted: to count one twice would be wrong for ever."""
    ledger = Ledger(SOON)
    backfill(ledger, archive_of(tmp_path / "a", *sends(1, 2)))
    forget_pages(ledger)
    ledger.now = SENT_AT + timedelta(days=days)
    other = sends(9, timestamp="2026-11-20T15:30:00.000Z")
    tally = backfill(ledger, archive_of(tmp_path / "b", *sends(2, 3), *other))

    assert (tally.journaled, tally.left_out) == (1, 2)
    assert ledger.sends() == {"example.com": 3}


def forget_pages(ledger: Ledger) -> None:
    for key in [key for key in ledger.dynamodb.items if key[0].startswith("JOURNAL#")]:
        del ledger.dynamodb.items[key]


def test_mail_of_any_age_that_was_never_counted_is_counted_once_however_late_it_comes_again(
    tmp_path: Path,
) -> None:
    ledger = Ledger(SENT_AT + timedelta(days=400))
    for days, left_out in ((400, 0), (440, 0), (490, 0), (590, 2), (800, 2)):
        ledger.now = SENT_AT + timedelta(days=days)
        tally = backfill(ledger, archive_of(tmp_path / str(days), *sends(1, 2)))

        assert tally.left_out == left_out
        assert ledger.sends() == {"example.com": 2}


def test_hours_of_one_account_say_nothing_of_anothers(tmp_path: Path) -> None:
    ledger = Ledger(SOON)
    backfill(ledger, archive_of(tmp_path / "a", *sends(1)))
    run = Backfill(SETTINGS, SENT_AT + timedelta(days=200))
    others = {HOUR._replace(sending_account=OWNER), HOUR._replace(region="eu-west-1")}

    assert run.closed_hours({HOUR, *others}, ledger.store) == {HOUR}


def test_what_dynamodb_does_not_take_has_failed_and_the_rest_is_counted(tmp_path: Path) -> None:
    ledger = Ledger(SOON, unprocessed=lambda number: number <= 6)
    archive = archive_of(tmp_path / "a", *sends(*range(1_000)), *sends(*range(1_000, 1_010)))
    tally = backfill(ledger, archive)

    assert tally.failed == Counter(UnprocessedItems=1_000)
    assert tally.journaled == 0
    # Where nothing of a batch is stored, the next would fare no better.
    assert tally.received == 1_000
    assert backfill(ledger, archive).journaled == 1_010


def test_without_permission_nothing_is_tried_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(SOON)
    calls: list[int] = []

    def refuse(**_: Any) -> None:
        calls.append(1)
        raise client_error("AccessDeniedException", "BatchWriteItem")

    monkeypatch.setattr(ledger.dynamodb, "batch_write_item", refuse)
    tally = backfill(ledger, archive_of(tmp_path / "a", *sends(*range(3_000))))

    assert tally.failed == Counter(AccessDeniedException=1_000)
    assert len(calls) == 1


def test_events_that_do_not_name_their_sender_count_where_it_is_named(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", *sends(1, sendingAccountId=None))
    named = Archive(archive.files, ArchiveDefaults(sending_account=DELEGATE))
    ledger = Ledger(SOON)

    assert backfill(ledger, archive).journaled == 0
    assert backfill(ledger, named).journaled == 1


def test_the_record_of_a_backfill_is_replaced_when_it_ends() -> None:
    client: Any = Ledger(SOON).dynamodb
    table = BackfillTable(client, "ledger")
    begun = BackfillRecord(SOON, "user ada of 111122223333", 2, 10, "2026-11-20T14", "2026-11-20T15")
    ended = replace(begun, journaled=9, ended_at=SOON + timedelta(minutes=1))
    other = BackfillRecord(SOON, "role ops of 111122223333", 1, 1, "2026-11-20T14", "2026-11-20T14")

    table.keep(begun)
    assert list(table.records()) == [begun]
    table.keep(ended)
    table.keep(other)
    assert sorted(table.records(), key=lambda record: record.who) == [other, ended]
