"""What `suppression drift` prints and writes, over snapshots and a ledger in memory."""

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from console.commands.suppression_drift import drift as command
from ses_reputation.suppression.changes.drift.kept_counts import read_drift
from ses_reputation.suppression.snapshot.location import SnapshotRun
from tests.support.drifted_stack import COURIER, drifted_stack
from tests.support.in_memory.suppression import suppress
from tests.support.written_snapshots import write_snapshot
from tests.unit.console.running import read_json, read_screen, run_on, undocumented

SCREEN = """\
2 lists read, and the ledger since 2026-08-24.
  unknown: 333333333333 eu-west-1: no complete snapshot

Unsuppressed elsewhere
Mail of an identity put them on one sender's list; another of its senders may
still mail them

                                     recipients
111111111111 eu-west-1, mailed since          1

Missing from list
A hard bounce or a complaint, and no list of that account has them

                                                 recipients
111111111111 eu-west-1, BOUNCE: settings unknown          1
Not counted, since taken off a list there on purpose: 1

Delivered since
On a list for a bounce, though mail that was sent later arrived

                                            recipients
222222222222 eu-west-1, known by a delivery          1

Repeated soft bounces
Soft bounces on several days, and no list of that account has them

                       recipients
111111111111 eu-west-1          1

Senders of an identity
Whole lists, whoever's mail put addresses there

                                                              only  only
identity        here                   there                  here there both
orchard.example 111111111111 eu-west-1 222222222222 eu-west-1    -     1    -

  Deliveries are known only of messages that an entry or a delay names: the
  journal does not say who was mailed. So mail that arrived without a delay is
  not seen here."""


@pytest.fixture
def stack() -> dict[str, Any]:
    """A stack whose lists and ledger disagree."""
    return drifted_stack()


def run(monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], *arguments: str) -> Result:
    return run_on(monkeypatch, command, None, "suppression", "drift", *arguments, **stack)


def test_numbers_are_printed_and_no_address(monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]) -> None:
    result = run(monkeypatch, stack)

    assert read_screen(result) == SCREEN
    assert "@" not in result.output


def test_who_is_found_by_two_things_is_said_to_be_one_recipient(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    """Ben's bounce is missing from the owner's list, and a complaint of his, too."""
    ben = next(each for each in stack["entries"].entries if each["recipient"] == "ben@example.com")
    both = [*stack["entries"].entries, ben | {"outcome": "complained_abuse", "message_id": "message-5"}]
    result = run(monkeypatch, stack | {"entries": replace(stack["entries"], entries=both)}, "--publish")

    assert (
        "                                                    recipients\n"
        "111111111111 eu-west-1, BOUNCE: settings unknown             1\n"
        "111111111111 eu-west-1, COMPLAINT: settings unknown          1\n"
        "all, each once                                               1\n"
    ) in read_screen(result)
    kept = read_drift(stack["snapshots"])
    assert kept is not None
    missing = {place: number for place, number in kept.counts.items() if place.kind == "missing_from_list"}
    assert list(missing.values()) == [1]


def test_numbers_are_kept_for_statements_only_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    run(monkeypatch, stack)
    assert read_drift(stack["snapshots"]) is None

    assert read_screen(run(monkeypatch, stack, "--publish")) == SCREEN

    kept = read_drift(stack["snapshots"])
    assert kept is not None
    places = ("111111111111", "eu-west-1"), ("222222222222", "eu-west-1")
    assert (kept.days, kept.lists, kept.hours_left_out) == (90, places, 0)
    # As printed.
    assert [(place.kind, place.account, number) for place, number in sorted(kept.counts.items())] == [
        ("delivered_since", "222222222222", 1),
        ("missing_from_list", "111111111111", 1),
        ("repeated_soft_bounces", "111111111111", 1),
        ("unsuppressed_elsewhere", "111111111111", 1),
    ]


def test_programs_get_the_numbers_and_where_the_addresses_are(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "drift"
    document = read_json(run(monkeypatch, stack, "--json", "--out", str(folder)))

    found = {each["kind"]: each for each in document["findings"]}
    assert {kind: each["total"] for kind, each in found.items()} == {
        "unsuppressed_elsewhere": 1,
        "missing_from_list": 1,
        "delivered_since": 1,
        "repeated_soft_bounces": 1,
    }
    missing = found["missing_from_list"]
    assert missing["by"] == {"111111111111 eu-west-1, BOUNCE: settings unknown": 1}
    assert missing["removed"] == 1
    assert document["unknown"] == [
        {"account": "333333333333", "region": "eu-west-1", "tenant": None, "why": "no complete snapshot"}
    ]
    assert document["journal"] == {"hours_read": 1, "hours_left_out": 0}
    rows = [json.loads(line) for line in (folder / "missing_from_list.ndjson").read_text().splitlines()]
    assert [(row["recipient"], row["why"]) for row in rows] == [
        ("ben@example.com", "settings unknown"),
        ("clo@example.com", "removed"),
    ]
    assert undocumented(document, document["findings"][0], document["journal"]) == set()


def test_files_with_addresses_are_for_their_owner_alone_and_replace_nothing(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "drift"
    assert run(monkeypatch, stack, "--out", str(folder)).exit_code == 0

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    again = run(monkeypatch, stack, "--out", str(folder))
    assert again.exit_code == 1
    assert "File exists" in again.output


def test_a_damaged_snapshot_is_unknown_and_not_compared_in_part(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    store = stack["snapshots"]
    write_snapshot(store, SnapshotRun(COURIER, "20261122T080000Z"), [suppress("x@y"), suppress("y@y")], 1)
    store.put(SnapshotRun(COURIER, "20261122T080000Z").part_key(2), b"cut off")

    document = read_json(run(monkeypatch, stack, "--json"))

    assert [each["account"] for each in document["unknown"]] == ["222222222222", "333333333333"]
    assert "SHA-256" in document["unknown"][0]["why"]
    assert [each["account"] for each in document["lists"]] == ["111111111111"]


def test_only_the_last_days_of_the_ledger_are_asked_about(
    monkeypatch: pytest.MonkeyPatch, stack: dict[str, Any]
) -> None:
    document = read_json(run(monkeypatch, stack, "--json", "--days", "2", "--journal-hours", "0"))

    assert document["since"] == "2026-11-20T10:08:00+00:00"
    totals = {each["kind"]: each["total"] for each in document["findings"]}
    assert (totals["missing_from_list"], totals["repeated_soft_bounces"]) == (0, 0)
    assert document["journal"] == {"hours_read": 0, "hours_left_out": 1}
