"""What `find` says of an address: listed, not listed, or unknown, and never more than snapshots know."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ses_reputation.suppression.lookup.address_validation import AddressValidation
from ses_reputation.suppression.lookup.find import AddressInList, ListAnswer, find_address
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.stored_snapshots import TARGET, store_snapshot

TENANT = Target(TARGET.account, TARGET.region, "acme")
ELSEWHERE = Target("444455556666", "eu-west-1")
ON: dict[str, Any] = {"ConditionThreshold": {"ConditionThresholdEnabled": "ENABLED"}}
OFF: dict[str, Any] = {"ConditionThreshold": {"ConditionThresholdEnabled": "DISABLED"}}


def look_for(store: MemoryStore, address: str, *targets: Target) -> list[AddressInList]:
    return find_address(store, targets or (TARGET, TENANT, ELSEWHERE), address)


def with_settings(store: MemoryStore, manifest: Manifest, settings: dict[str, Any]) -> None:
    """Put settings into a manifest, as the export records them."""
    body = json.dumps(replace(manifest, settings=settings).to_json()).encode()
    store.put(manifest.run.manifest_key, body)


def test_each_list_that_has_the_address_says_so() -> None:
    store = MemoryStore()
    store_snapshot(store, [suppress("ann@x.example")])
    store_snapshot(store, [suppress("Ann@x.example", "COMPLAINT")], target=TENANT)
    store_snapshot(store, [suppress("bob@x.example")], target=ELSEWHERE)
    found = look_for(store, "ANN@x.example")
    assert [(each.target, each.answer) for each in found] == [
        (TARGET, ListAnswer.LISTED),
        (TENANT, ListAnswer.LISTED),
        (ELSEWHERE, ListAnswer.NOT_LISTED),
    ]
    assert [each.row for one in found for each in one.found] == [
        suppress("ann@x.example"),
        suppress("Ann@x.example", "COMPLAINT"),
    ]


def test_every_spelling_that_a_list_has_is_found() -> None:
    store = MemoryStore()
    store_snapshot(store, [suppress("Foo@x.example"), suppress("foo@x.example"), suppress("fo@x.example")])
    (one,) = look_for(store, "FOO@X.example", TARGET)
    assert [each.row.email_address for each in one.found] == ["foo@x.example", "Foo@x.example"]


def test_a_list_without_a_complete_snapshot_is_unknown() -> None:
    store = MemoryStore()
    store.put(SnapshotRun(TARGET, "20261121T120000Z").part_key(1), b"{}")
    (one,) = look_for(store, "ann@x.example", TARGET)
    assert one.answer is ListAnswer.UNKNOWN
    assert one.problem.startswith("No snapshot of the list of 111122223333 us-east-1 is complete yet: ")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("latest.json", None, "is complete yet"),
        ("manifest.json", None, "unknown, unfinished or expired"),
        ("index.json.gz", None, "index.json.gz"),
        ("part-00001.ndjson.gz", None, "part-00001.ndjson.gz"),
        *(
            (name, b"damaged", name)
            for name in ("latest.json", "manifest.json", "index.json.gz", "part-00001.ndjson.gz")
        ),
    ],
)
def test_a_list_whose_latest_snapshot_cannot_be_read_is_unknown_and_the_others_are_not(
    name: str, body: bytes | None, said: str
) -> None:
    store = MemoryStore()
    for target in (TARGET, ELSEWHERE):
        store_snapshot(store, [suppress("secret@x.example")], target=target)
    (key,) = [key for key in store.objects if key.startswith(TARGET.prefix) and key.endswith(name)]
    store.objects.pop(key) if body is None else store.put(key, body)
    damaged, whole = look_for(store, "secret@x.example", TARGET, ELSEWHERE)
    assert (damaged.answer, whole.answer) == (ListAnswer.UNKNOWN, ListAnswer.LISTED)
    assert said in damaged.problem
    assert "secret" not in damaged.problem


def test_the_latest_snapshot_answers_and_the_history_says_since_when() -> None:
    store = MemoryStore()
    store_snapshot(store, [])
    for day in (1, 2):
        store_snapshot(store, [suppress("ann@x.example")], NOON + timedelta(days=day))
    (one,) = look_for(store, "ann@x.example", TARGET)
    assert one.manifest
    assert one.manifest.run.run_id == "20261123T120000Z"
    (found,) = one.found
    assert found.since
    assert found.since.before
    assert found.since.first.run.run_id == "20261122T120000Z"
    assert found.since.before.run.run_id == "20261121T120000Z"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"account": {"ValidationAttributes": ON}}, AddressValidation(True)),
        ({"account": {"ValidationAttributes": OFF}}, AddressValidation(False)),
        ({"account": {"SuppressedReasons": []}}, AddressValidation(False)),
        ({"account": None}, AddressValidation(None)),
        (
            {
                "account": {},
                "configuration_sets": {"b": {"ValidationOptions": ON}, "a": {"ValidationOptions": ON}}
                | {"off": {"ValidationOptions": OFF}, "reasons": {"SuppressedReasons": []}, "none": None},
            },
            AddressValidation(False, ("a", "b")),
        ),
        ({"account": None, "configuration_sets": None}, AddressValidation(None)),
    ],
)
def test_an_address_that_is_not_listed_may_be_held_back_by_validation(
    settings: dict[str, Any], expected: AddressValidation
) -> None:
    store = MemoryStore()
    with_settings(store, store_snapshot(store, []), settings)
    (one,) = look_for(store, "ann@x.example", TARGET)
    assert one.answer is ListAnswer.NOT_LISTED
    assert one.validation == expected
    assert expected.may_hold_mail_back is bool(expected.is_on_for_account or expected.sets)


@pytest.mark.parametrize(
    ("settings", "is_acted_on"),
    [
        (None, None),
        ({"account": None}, None),
        ({"account": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}}, True),
        ({"account": {"SuppressedReasons": ["COMPLAINT"]}}, False),
        # GetAccount leaves the field out of an account that suppresses for no reason.
        ({"account": {}}, False),
    ],
)
def test_an_entry_is_acted_on_only_where_the_account_suppresses_for_its_reason(
    settings: dict[str, Any] | None, is_acted_on: bool | None
) -> None:
    store = MemoryStore()
    manifest = store_snapshot(store, [suppress("ann@x.example")])
    if settings is not None:
        with_settings(store, manifest, settings)
    (one,) = look_for(store, "ann@x.example", TARGET)
    assert [each.is_acted_on for each in one.found] == [is_acted_on]
