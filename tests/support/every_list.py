"""A run over every list: 5 accounts, 2 Regions, tenants; throttled, changing, killed, one role missing."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import ListRefusedError
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.suppression import CrashingStore, MemoryStore
from tests.support.living_lists import START, Clock, Exactness, Limiter, LivingList, compare, dying
from tests.support.suppression_function import OWN, SesOfAPlace, fetcher, serve_function
from tests.support.suppression_workflow import Workflow

ACCOUNTS = (OWN.account, "222222222222", "333333333333", "444444444444", "555555555555")
REGIONS = (OWN.region, "eu-west-1")
TENANTS = ("acme", "zeta")
UNREACHABLE = "555555555555"
REQUEST = {"scheduled_at": "2026-11-22T07:00:00Z"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """How long lists are, and how often something dies. largest: of the ledger's own account."""

    largest: int
    others: int
    settings: ExportSettings
    changes_per_second: float
    killed_requests: float
    killed_writes: float
    seed: int = 13


@dataclass(frozen=True, slots=True)
class Seen:
    """What the run made of each list, and what it took."""

    summary: Mapping[str, Any]
    lists: Mapping[Target, LivingList]
    exactness: Mapping[Target, Exactness]
    limiters: Mapping[AccountRegion, Limiter]
    workflow: Workflow
    clock: Clock
    killed: int
    chains_restarted: int


def run_every_list(scenario: Scenario) -> Seen:
    """Run one export of all lists by the project's own state machine and function, and compare."""
    chance, clock, memory = random.Random(scenario.seed), Clock(), MemoryStore()
    lists, limiters = build_lists(scenario, chance, clock)
    world: dict[AccountRegion, SesOfAPlace | Exception] = {place: _ses_of(place, lists) for place in limiters}
    for region in REGIONS:
        refused = f"Nothing leads into account {UNREACHABLE}: AssumeRole AccessDenied."
        world[AccountRegion(UNREACHABLE, region)] = ListRefusedError(refused)
    store = CrashingStore(memory, dying(chance, scenario.killed_writes))
    settings = replace(
        scenario.settings, owner_accounts=frozenset(ACCOUNTS) - {OWN.account}, role=CrossAccountRole("reader")
    )
    call = FunctionCalls(clock)
    with serve_function(
        store, world, settings, call.seconds_left, clock.sleep, clock.now, lambda: clock.seconds
    ) as invoke:
        workflow = Workflow(call.counting(invoke), fetcher(memory))
        output = workflow.run(REQUEST)
    manifests = {target: load_manifest(memory, target) for target in lists}
    exactness = {
        target: compare(
            lists[target],
            stream_rows(memory, manifest),
            {name: _seconds(at) for name, at in dict(manifest.window or {}).items()},
            _seconds(manifest.finished_at.isoformat()),
        )
        for target, manifest in manifests.items()
    }
    restarted = sum(manifest.chains_restarted for manifest in manifests.values())
    return Seen(output, lists, exactness, limiters, workflow, clock, call.killed, restarted)


def build_lists(
    scenario: Scenario, chance: random.Random, clock: Clock
) -> tuple[dict[Target, LivingList], dict[AccountRegion, Limiter]]:
    """Make the lists that can be reached: each account's own and two tenants' in each Region."""
    limiters = {
        AccountRegion(account, region): Limiter(clock, chance)
        for account in ACCOUNTS
        for region in REGIONS
        if account != UNREACHABLE
    }
    lists = {}
    for place, limiter in limiters.items():
        for tenant in ("", *TENANTS):
            is_largest = place == OWN and not tenant
            size = scenario.largest if is_largest else scenario.others
            expires = (size // scenario.settings.page_size // 3,) if is_largest else ()
            lists[Target(*place, tenant)] = LivingList(
                clock,
                limiter,
                chance,
                size,
                scenario.settings.page_size,
                scenario.changes_per_second,
                scenario.killed_requests,
                expires,
            )
    return lists, limiters


@dataclass(slots=True)
class FunctionCalls:
    """Calls of the function, each with five minutes by the simulated clock."""

    clock: Clock
    killed: int = 0
    _began_at: float = 0.0

    def seconds_left(self) -> float:
        """What Lambda leaves the call that runs now."""
        return self._began_at + 300 - self.clock.seconds

    def counting(self, invoke: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The function, with its calls timed and those that died counted."""

        def call(payload: Any) -> Any:
            self._began_at = self.clock.seconds
            try:
                return invoke(payload)
            except Exception:
                self.killed += 1
                raise

        return call


def _ses_of(place: AccountRegion, lists: Mapping[Target, LivingList]) -> SesOfAPlace:
    of_place = {tenant: lists[Target(*place, tenant)] for tenant in ("", *TENANTS)}
    tenants = dict.fromkeys(TENANTS)
    return SesOfAPlace(of_place, {"news": None, "own": {"SuppressedReasons": []}}, tenants)


def _seconds(text: str) -> float:
    return (datetime.fromisoformat(text) - START).total_seconds()
