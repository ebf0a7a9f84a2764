"""What would change in a list: worked out before anything is done, and shown to people.

SES's own rule is that a PUT replaces the entry that is there (SES v2 API reference,
SuppressionListDestination), so a file that says BOUNCE would turn a COMPLAINT into one. Here the stronger
reason stays, unless somebody asks otherwise: after a complaint, mail is unwanted; after a bounce, it may be
wanted once the mailbox is mended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from ses_reputation.suppression.forgotten import NOBODY, ForgottenPeople
from ses_reputation.suppression.listing.destination import order_of
from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.targets import Target

BOUNCE, COMPLAINT = "BOUNCE", "COMPLAINT"
REASONS = frozenset({BOUNCE, COMPLAINT})
"""The reasons that SES takes (SES v2 API reference, PutSuppressedDestination)."""


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What else may be done than to add entries and strengthen reasons.

    weakens: a COMPLAINT may become a BOUNCE. removes_others: what is not wanted is deleted. ignores_case: an
    address that is suppressed in another spelling needs no entry, since sending ignores case.
    """

    weakens: bool = False
    removes_others: bool = False
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """A plan in numbers: of entries that change, and of those that do not and why.

    kept_stronger: wanted as BOUNCE, but COMPLAINT stays. others: on the list and not wanted, kept. forgotten:
    wanted, but the person was forgotten, and stays as SES has it. unknown_reason: wanted for a reason that
    SES does not take.
    """

    added: int = 0
    strengthened: int = 0
    weakened: int = 0
    removed: int = 0
    unchanged: int = 0
    kept_stronger: int = 0
    others: int = 0
    forgotten: int = 0
    unknown_reason: int = 0


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What would change in a list, in the order of addresses, and in numbers."""

    target: Target
    changes: tuple[ListChange, ...]
    counts: PlanCounts


class _Fate(Enum):
    ADDED = "added"
    STRENGTHENED = "strengthened"
    WEAKENED = "weakened"
    UNCHANGED = "unchanged"
    KEPT_STRONGER = "kept_stronger"
    FORGOTTEN = "forgotten"
    UNKNOWN_REASON = "unknown_reason"


_PUTS = frozenset({_Fate.ADDED, _Fate.STRENGTHENED, _Fate.WEAKENED})


def plan_changes(
    target: Target,
    wanted: Iterable[tuple[str, str]],
    current: Mapping[str, str],
    rules: PlanRules,
    forgotten: ForgottenPeople = NOBODY,
) -> ChangePlan:
    """Return what makes a list hold what is wanted.

    wanted: addresses, or what stands for them, and reasons. current: the reason of each address on the list,
    in its stored spelling. Nobody who was forgotten is put on the list or taken off it.
    """
    spelled = {address.casefold(): address for address in current} if rules.ignores_case else {}
    fates = dict.fromkeys((fate.value for fate in _Fate), 0)
    puts: dict[str, ListChange] = {}
    met: set[str] = set()
    for wish in wanted:
        address, reason = wish
        stored = spelled.get(address.casefold(), address) if address not in current else address
        met.add(stored)
        is_known = forgotten.knows(address)
        fate = _Fate.FORGOTTEN if is_known else _fate_of(reason, current.get(stored), rules)
        fates[fate.value] += 1
        if fate in _PUTS:
            puts[stored] = ListChange(stored, Operation.PUT, reason)
    others = [address for address in current if address not in met]
    removed = [each for each in others if not forgotten.knows(each)] if rules.removes_others else []
    counts = PlanCounts(removed=len(removed), others=len(others) - len(removed), **fates)
    deletes = [ListChange(address, Operation.DELETE) for address in removed]
    return ChangePlan(target, tuple(in_order([*puts.values(), *deletes])), counts)


def plan_removal(target: Target, spellings: Iterable[str]) -> ChangePlan:
    """Return the removal of these stored spellings."""
    changes = in_order(ListChange(address, Operation.DELETE) for address in set(spellings))
    return ChangePlan(target, tuple(changes), PlanCounts(removed=len(changes)))


def stronger(one: str, other: str) -> str:
    """Return the stronger of two reasons: COMPLAINT over BOUNCE."""
    return max(one, other)


def in_order(changes: Iterable[ListChange]) -> list[ListChange]:
    """Return changes in the order of addresses that snapshots have."""
    return sorted(changes, key=_order)


def _order(change: ListChange) -> str:
    return order_of(change.email_address)


def _fate_of(reason: str, current: str | None, rules: PlanRules) -> _Fate:
    if reason not in REASONS:
        return _Fate.UNKNOWN_REASON
    if current is None:
        return _Fate.ADDED
    if current == reason:
        return _Fate.UNCHANGED
    if stronger(current, reason) == reason:
        return _Fate.STRENGTHENED
    return _Fate.WEAKENED if rules.weakens else _Fate.KEPT_STRONGER
