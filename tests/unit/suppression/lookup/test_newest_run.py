"""What the newest run could not read is told with each answer: no list is silently as old as its snapshot."""

from datetime import timedelta

import pytest

from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.lookup.find import ListAnswer, find_address
from ses_reputation.suppression.lookup.newest_run import UnreadLists, read_newest_run
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import NOON, MemoryStore, suppress
from tests.support.run_summaries import RUN, outcome, store_summary
from tests.support.stored_snapshots import TARGET, store_snapshot

TENANT = Target(TARGET.account, TARGET.region, "acme")
REFUSED = Target("444455556666", "eu-west-1")


def test_lists_places_and_tenants_that_were_not_read_are_told_apart() -> None:
    store = MemoryStore()
    store_summary(
        store,
        outcome(TARGET, "account", "complete"),
        outcome(TARGET, "tenant-acme", "gone", "SES knows no such tenant."),
        outcome(TARGET, "tenants", "failed", "ListTenants was throttled."),
        outcome(REFUSED, "all", "failed", "The role is missing."),
    )
    assert read_newest_run(store) == UnreadLists(
        {TENANT: f"Gone in run {RUN}: SES knows no such tenant."},
        {AccountRegion("444455556666", "eu-west-1"): f"Not read in run {RUN}: The role is missing."},
        {AccountRegion(*TARGET.path.split("/")[:2]): f"Not read in run {RUN}: ListTenants was throttled."},
    )


def test_only_the_newest_run_that_ended_is_asked() -> None:
    store = MemoryStore()
    store_summary(store, outcome(TARGET, "account", "failed", "old"), run="20261121T120000Z")
    store_summary(store, outcome(TARGET, "account", "failed", "newer"), run="20261122T120000Z")
    store.put("suppression/runs/20261123T120000Z/claim.json", b"{}")
    store_summary(store, run="20261124T120000Z")
    store.put("suppression/runs/20261124T120000Z/summary.json", b"damaged")
    assert read_newest_run(store).lists == {TARGET: "Not read in run 20261122T120000Z: newer"}


def test_without_a_run_nothing_is_unread() -> None:
    assert read_newest_run(MemoryStore()) == UnreadLists()


@pytest.mark.parametrize("name", ["account", "all"])
def test_a_list_that_was_never_read_is_unknown_and_says_why(name: str) -> None:
    store = MemoryStore()
    store_summary(store, outcome(REFUSED, name, "failed", "AccessDenied."))
    unread = read_newest_run(store)
    assert unread.targets() == [REFUSED]
    (answer,) = find_address(store, unread.targets(), "ann@x.example", unread)
    assert answer.answer is ListAnswer.UNKNOWN
    assert answer.problem.endswith(f"Not read in run {RUN}: AccessDenied.")


def test_a_list_that_was_read_before_answers_from_then_and_says_so() -> None:
    store = MemoryStore()
    store_snapshot(store, [suppress("ann@x.example")], NOON - timedelta(days=9))
    store_snapshot(store, [], NOON - timedelta(days=9), TENANT)
    store_summary(store, outcome(TARGET, "all", "failed", "Throttled."))
    own, tenant = find_address(store, [TARGET, TENANT], "ann@x.example", read_newest_run(store))
    assert (own.answer, own.problem) == (ListAnswer.LISTED, f"Not read in run {RUN}: Throttled.")
    assert (tenant.answer, tenant.problem) == (ListAnswer.NOT_LISTED, own.problem)
