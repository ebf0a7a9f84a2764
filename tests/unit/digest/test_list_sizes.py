"""Sizes of suppression lists are read from the pointers that exports write, and of rows nothing is read."""

import json

import pytest

from ses_reputation.digest.list_sizes import ListTotal, read_list_sizes
from tests.support.digests import size_of
from tests.support.in_memory.suppression import MemoryStore

POINTER = {
    "format_version": 2,
    "run": "20261123T030000Z",
    "manifest": "suppression/444455556666/us-east-1/account/20261123T030000Z/manifest.json",
    "scheduled_at": "2026-11-23T03:00:00Z",
    "finished_at": "2026-11-23T03:00:00Z",
    "total": 12,
}


def read(**pointers: object) -> list[ListTotal]:
    store = MemoryStore()
    for folder, pointer in pointers.items():
        prefix = f"suppression/{folder.replace('__', '/')}/"
        store.put(f"{prefix}20261123T030000Z/part-00001.ndjson.gz", b"rows")
        if pointer is not None:
            store.put(f"{prefix}latest.json", json.dumps(pointer).encode())
    return read_list_sizes(store)


def test_the_newest_snapshot_says_how_many_addresses_a_list_has() -> None:
    assert read(**{"444455556666__us-east-1__account": POINTER}) == [size_of(12)]


def test_lists_of_tenants_and_runs_that_are_not_finished_are_left_out() -> None:
    assert (
        read(
            **{
                "444455556666__us-east-1__tenant-hill": POINTER,
                "444455556666__eu-west-1__account": None,
            }
        )
        == []
    )


@pytest.mark.parametrize("pointer", [{}, {**POINTER, "total": "many"}, {**POINTER, "finished_at": 3}, "text"])
def test_a_pointer_that_cannot_be_read_keeps_no_other_list_from_the_digest(pointer: object) -> None:
    found = read(
        **{
            "444455556666__eu-west-1__account": pointer,
            "444455556666__us-east-1__account": POINTER,
        }
    )

    assert found == [size_of(12)]
