"""Giving senders of an identity what each other's lists have: proposed from snapshots, then applied."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from console.actions.change_suppression import carry_out, prepare_change
from console.actions.open_list import OpenList
from console.errors import ConsoleError
from ses_reputation.errors import SesReputationError
from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.proposals import propose
from ses_reputation.suppression.restore.actions import Intent
from ses_reputation.suppression.restore.applying import AppliedPlan
from ses_reputation.suppression.restore.plan import ChangePlan, PlanRules, plan_changes
from ses_reputation.suppression.targets import Target

# A list that has an address in another spelling holds it back already.
_RULES = PlanRules(ignores_case=True)


@dataclass(frozen=True, slots=True)
class SyncedList:
    """What became of one list: what was made, or why nothing was; both empty where nothing was left to do."""

    target: Target
    applied: AppliedPlan | None = None
    error: str = ""


def plan_sync(
    book: DriftBook, identity: str, accounts: Collection[str], *, whole_lists: bool
) -> list[ChangePlan]:
    """Return what each list lacks by the latest snapshots; accounts: only of these, if there are any."""
    proposals = propose(book, identity, whole_lists=whole_lists)
    plans = []
    for target, of_target in groupby(proposals, attrgetter("target")):
        if not accounts or target.account in accounts:
            found = list(of_target)
            known = {each.address: each.previous_reason for each in found if each.previous_reason}
            wanted = [(each.address, each.reason) for each in found]
            plans.append(plan_changes(target, wanted, known, _RULES))
    return plans


def apply_sync(
    plan: ChangePlan,
    intent: Intent,
    open_target: Callable[[Target], OpenList],
    on_progress: Callable[[int, str], None],
    *,
    one_by_one: bool,
) -> SyncedList:
    """Put what a list still lacks on it: it is read again, and no reason of it weakened.

    One list's failure is said of that list, and harms no other.
    """
    try:
        opened = open_target(plan.target)
        current = opened.read_current(lambda rows: on_progress(0, f"{rows:,} rows read"))
        wanted = [(change.email_address, change.reason) for change in plan.changes]
        fresh = plan_changes(plan.target, wanted, current, _RULES)
        if not fresh.changes:
            return SyncedList(plan.target)
        prepared = prepare_change(fresh, opened.read_facts(), one_by_one=one_by_one)
        return SyncedList(plan.target, carry_out(prepared, intent, opened, on_progress))
    except (ConsoleError, SesReputationError) as error:
        return SyncedList(plan.target, error=str(error))
