"""Why a spelling came or went is read from the changes of the snapshot in which it did."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from ses_reputation.suppression.changes.cause import CauseKind, ChangeCause
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.address_history import trace_address
from ses_reputation.suppression.lookup.find import find_address
from ses_reputation.suppression.lookup.row_cause import find_cause
from ses_reputation.suppression.lookup.run_history import open_history
from ses_reputation.suppression.snapshot.manifest import Manifest
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.stored_snapshots import TARGET, store_snapshot

BOUNCED = {"Kind": "bounce", "MessageId": "0100-aaaa", "SendingAccount": "444455556666"}
REMOVED = {"Kind": "action", "ActionKind": "remove", "Who": "ops", "Why": "asked for"}
HOSTILE = 'Ann "\\é\x1b"@x.example'


def line(address: str, change: str, cause: dict[str, str]) -> dict[str, Any]:
    fields = {"EmailAddress": address, "Change": change, "Reason": "BOUNCE", "PreviousReason": None}
    return {**fields, "LastUpdateTime": "2026-11-21T12:00:00Z", "Cause": cause}


def add_changes(store: MemoryStore, manifest: Manifest, *parts: Sequence[dict[str, Any]]) -> Manifest:
    """Write changes beside a snapshot, as docs/snapshots.md has them, and name them in its manifest."""
    named = []
    for number, lines in enumerate(parts, 1):
        text = "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in lines)
        body, name = gzip.compress(text.encode()), f"changes-{number:05d}.ndjson.gz"
        store.put(manifest.run.prefix + name, body)
        digest = sha256(body).hexdigest()
        named.append({"name": name, "rows": len(lines), "bytes": len(body), "sha256": digest})
    counts = {"added": 1, "removed": 1, "reason_changed": 0, "by_cause": {}, "not_compared": None}
    manifest = replace(manifest, changes={"predecessor": "20261121T120000Z", **counts, "parts": named})
    store.put(manifest.run.manifest_key, json.dumps(manifest.to_json()).encode())
    return manifest


def days(store: MemoryStore, *lists: list[SuppressedDestination]) -> list[Manifest]:
    return [store_snapshot(store, rows, NOON + timedelta(days=day)) for day, rows in enumerate(lists)]


@pytest.mark.parametrize("address", ["ann@x.example", "Ann@x.example", HOSTILE])
def test_the_cause_of_the_very_spelling_is_found_in_any_part(address: str) -> None:
    store = MemoryStore()
    _, manifest = days(store, [], [suppress(address)])
    others = [line(f"{address}2", "added", REMOVED), line("aNN@x.example", "added", REMOVED)]
    manifest = add_changes(store, manifest, others, [line(address, "added", BOUNCED)])
    cause = find_cause(store, manifest, address)
    assert cause == ChangeCause(CauseKind.BOUNCE, message_id="0100-aaaa", sending_account="444455556666")
    assert find_cause(store, manifest, "nobody@x.example") is None


def test_where_nothing_was_compared_no_cause_is_known() -> None:
    store = MemoryStore()
    (manifest,) = days(store, [suppress("ann@x.example")])
    assert find_cause(store, manifest, "ann@x.example") is None
    told = {"predecessor": None, "not_compared": "It is the first snapshot of this list."}
    assert find_cause(store, replace(manifest, changes=told), "ann@x.example") is None


@pytest.mark.parametrize(
    "body", [None, b"damaged", gzip.compress(b'{"EmailAddress":"ann@x.example",7}\n', mtime=0)]
)
def test_changes_that_cannot_be_read_give_no_cause_and_leave_the_answer(body: bytes | None) -> None:
    store = MemoryStore()
    _, manifest = days(store, [], [suppress("ann@x.example")])
    manifest = add_changes(store, manifest, [line("ann@x.example", "added", BOUNCED)])
    key = f"{manifest.run.prefix}changes-00001.ndjson.gz"
    store.objects.pop(key) if body is None else store.put(key, body)
    (answer,) = find_address(store, [TARGET], "ann@x.example")
    assert [each.cause for each in answer.found] == [None]


def test_find_names_the_cause_of_the_snapshot_since_which_it_is_listed() -> None:
    store = MemoryStore()
    ann = [suppress("ann@x.example")]
    _, second, third = days(store, [], ann, ann)
    add_changes(store, second, [line("ann@x.example", "added", BOUNCED)])
    add_changes(store, third, [line("bob@x.example", "added", REMOVED)])
    (answer,) = find_address(store, [TARGET], "ANN@x.example")
    assert [each.cause and each.cause.message_id for each in answer.found] == ["0100-aaaa"]


def test_history_names_the_cause_of_each_event() -> None:
    store = MemoryStore()
    ann = [suppress("ann@x.example")]
    _, second, third = days(store, [], ann, [])
    add_changes(store, second, [line("ann@x.example", "added", BOUNCED)])
    add_changes(store, third, [line("ann@x.example", "removed", REMOVED)])
    history = trace_address(open_history(store, TARGET, "ann@x.example"), 10)
    told = [(event.kind, event.cause and event.cause.to_json()) for event in history.events]
    assert told == [("listed", BOUNCED), ("removed", REMOVED)]
