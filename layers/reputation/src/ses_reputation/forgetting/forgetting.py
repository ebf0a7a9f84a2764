"""Forgetting a person, as one service: whatever the stack keeps of the address is counted, or erased."""

from collections.abc import Callable
from dataclasses import dataclass

from ses_reputation.forgetting.erasure import Erasure
from ses_reputation.forgetting.ledger_store import PersonalItems
from ses_reputation.forgetting.objects import ObjectEraser
from ses_reputation.forgetting.person import Person
from ses_reputation.forgetting.snapshots import erase_from_snapshots
from ses_reputation.forgetting.store import ErasableStore

OnProgress = Callable[[str, int], None]
"""Is given what is read, and how many of it were."""


@dataclass(frozen=True, slots=True)
class Holders:
    """All that holds addresses: the ledger's table, and the bucket."""

    items: PersonalItems
    store: ErasableStore


def erase_person(person: Person, holders: Holders, on_progress: OnProgress, *, applies: bool) -> Erasure:
    """Erase a person everywhere, or only count; whoever was cut off may begin again.

    The person's hash has to be kept before (ForgottenTable.add), and no export be under way that began
    earlier: it would write the address again. Raises UnavailableError where AWS fails.
    """
    erasure = Erasure()
    holders.items.erase(
        person, erasure, lambda read: on_progress("items of the ledger", read), applies=applies
    )
    standing = erase_from_snapshots(
        holders.store, person, erasure, lambda read: on_progress("snapshots", read), applies=applies
    )
    eraser = ObjectEraser(holders.store, person, erasure, applies)
    eraser.erase(standing, lambda read: on_progress("versions of objects", read))
    return erasure
