"""One list's failure, whenever it comes, harms no other: through the workflow and the function."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import ListRefusedError, ListUnavailableError
from ses_reputation.suppression.runs.list_after_list import LONGEST_RUN
from ses_reputation.suppression.runs.summary import save_places, summarize_run
from ses_reputation.suppression.snapshot.location import ListsRun
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.targets import Target
from ses_reputation.time_left import OUT_OF_TIME
from tests.support.in_memory.suppression import NOON, ListInMemory, MemoryStore, suppress
from tests.support.suppression_function import OWN, SETTINGS, SesOfAPlace, fetcher, serve_function
from tests.support.suppression_workflow import Workflow

RUN = "20261122T070000Z"
OTHER = AccountRegion("444455556666", "us-east-1")
PAGES = [[suppress("ann@example.com"), suppress("bob@example.com")], [suppress("cy@example.com")]]
DEAD = ListInMemory(PAGES, lambda _: ListUnavailableError("SES answered 503."))
BOTH = replace(SETTINGS, delegate_accounts=frozenset({OTHER.account}), role=CrossAccountRole("reader"))
World = Mapping[AccountRegion, SesOfAPlace | Exception]


def listed(*tenants: str, **lists: ListInMemory) -> SesOfAPlace:
    """SES of a place with a list of its own, and of each tenant; lists: those that are not as usual."""
    names = {"account": "", **{name: name for name in tenants}}
    return SesOfAPlace(
        {key: lists.get(name, ListInMemory(PAGES)) for name, key in names.items()},
        tenants=dict.fromkeys(tenants),
    )


@dataclass(slots=True)
class Export:
    """One run, and the workflow that ran it."""

    store: MemoryStore = field(default_factory=MemoryStore)
    workflow: Any = None

    def run(self, ses: World, now: Callable[[], datetime] = lambda: NOON) -> dict[tuple[str, str], Any]:
        """Export every list; return what became of each by account and list: status, total, why."""
        with serve_function(self.store, ses, BOTH, now=now) as invoke:
            self.workflow = Workflow(invoke, fetcher(self.store))
            self.workflow.run({"scheduled_at": "2026-11-22T07:00:00Z"})
        summary = json.loads(self.store.objects[f"suppression/runs/{RUN}/summary.json"])
        return {
            (each["account"], each["list"]): (each["status"], each["total"], each["why"])
            for each in summary["lists"]
        }


COMPLETE = ("complete", 3, "")


class LeavesAfter(dict[AccountRegion, Any]):
    """A world of which one account takes its role away after it was entered so many times."""

    def __init__(self, world: World, place: AccountRegion, times: int) -> None:
        super().__init__(world)
        self.place, self.times = place, times

    def __getitem__(self, place: AccountRegion) -> Any:
        if place == self.place:
            self.times -= 1
            if self.times < 0:
                return ListRefusedError("Nothing leads into account 444455556666: AssumeRole AccessDenied.")
        return super().__getitem__(place)


def test_a_role_that_is_taken_away_in_the_middle_fails_the_lists_that_are_left_and_no_other() -> None:
    export = Export()
    world = LeavesAfter({OWN: listed(), OTHER: listed("acme", "zeta")}, OTHER, times=1)
    ended = export.run(world)

    assert ended[OWN.account, "account"] == COMPLETE
    refused = ("failed", None, "Nothing leads into account 444455556666: AssumeRole AccessDenied.")
    names = ("account", "tenant-acme", "tenant-zeta")
    assert [ended[OTHER.account, name] for name in names] == [refused] * 3


def test_a_place_that_never_says_what_it_has_fails_as_a_whole_after_every_retry() -> None:
    ended = Export().run({OWN: listed(), OTHER: UnavailableError("AssumeRole ThrottlingException")})

    assert ended == {
        (OWN.account, "account"): COMPLETE,
        (OTHER.account, "all"): (
            "failed",
            None,
            "It kept failing: UnavailableError: AssumeRole ThrottlingException",
        ),
    }


def test_what_an_error_of_others_says_is_not_repeated() -> None:
    """It may quote anything, an address too."""
    ended = Export().run({OWN: listed(), OTHER: ValueError("ann@example.com is odd")})

    assert ended[OTHER.account, "all"] == ("failed", None, "It kept failing: ValueError")


def test_a_list_that_never_answers_behind_one_that_does_leaves_that_one_complete() -> None:
    export = Export()
    ended = export.run({OWN: listed("acme", "zeta", acme=DEAD), OTHER: listed()})

    assert [ended[OWN.account, name] for name in ("account", "tenant-acme", "tenant-zeta")] == [
        COMPLETE,
        ("failed", None, "It kept failing: ListUnavailableError: SES answered 503."),
        COMPLETE,
    ]
    assert ended[OTHER.account, "account"] == COMPLETE
    assert load_manifest(export.store, Target(*OWN)).total == 3


def test_a_run_that_takes_too_long_gives_up_what_is_left_and_says_so() -> None:
    late = [NOON]

    def pass_the_time(_: str | None) -> None:
        late[0] = NOON + LONGEST_RUN + timedelta(seconds=1)

    slow = ListInMemory(PAGES, pass_the_time)
    ended = Export().run({OWN: listed("acme", account=slow), OTHER: listed()}, now=lambda: late[0])

    assert ended[OWN.account, "tenant-acme"] == (
        "failed",
        None,
        "The run was not done with it after 20:00:00.",
    )


@dataclass(slots=True)
class ManySets(SesOfAPlace):
    """A place of which so many sets are read before time is up, once."""

    sets_in_time: int = 2
    asked: list[str] = field(default_factory=list)

    def get_configuration_set(self, ConfigurationSetName: str) -> dict[str, Any]:  # noqa: N803
        self.sets_in_time -= 1
        if self.sets_in_time == -1:
            raise UnavailableError(OUT_OF_TIME)
        self.asked.append(ConfigurationSetName)
        return SesOfAPlace.get_configuration_set(self, ConfigurationSetName)


def test_settings_that_take_several_calls_are_all_in_the_manifest_and_each_is_asked_for_once() -> None:
    export = Export()
    sets = {f"set-{number}": {"SuppressedReasons": ["BOUNCE"]} for number in range(5)}
    ses = ManySets({"": ListInMemory(PAGES)}, sets)
    ended = export.run({OWN: ses})

    assert ended[OWN.account, "account"] == COMPLETE
    assert export.workflow.children[0][:3] == ["DescribePlace", "WhatIsNext", "DescribePlace"]
    settings = load_manifest(export.store, Target(*OWN)).settings
    assert settings is not None
    assert (settings["configuration_sets"], settings["unread"]) == (sets, [])
    assert ses.asked == sorted(sets)


@pytest.mark.parametrize("ended", [(), (OWN,)])
def test_a_place_whose_part_of_the_workflow_did_not_end_has_failed(ended: tuple[AccountRegion, ...]) -> None:
    store, run = MemoryStore(), ListsRun(RUN)
    save_places(store, run, [OWN, OTHER])
    for place in ended:
        store.put(run.place_key(*place, "ended"), b"[]")

    summary = summarize_run(store, run, NOON, NOON, NOON)

    failed = [(each.account, each.list) for each in summary.failed]
    assert failed == [(place.account, "all") for place in (OWN, OTHER) if place not in ended]
    assert all("child execution" in each.why for each in summary.failed)
