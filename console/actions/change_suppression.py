"""Changing a suppression list: what is planned, which way it would go, and carrying it out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from console.actions.open_list import OpenList
from console.errors import FileUnreadableError, NotAllowedError
from ses_reputation.suppression.errors import SnapshotCorruptError, SnapshotMissingError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.row_search import find_rows
from ses_reputation.suppression.restore.actions import Intent
from ses_reputation.suppression.restore.applying import AppliedPlan, apply_plan
from ses_reputation.suppression.restore.current_list import find_spellings
from ses_reputation.suppression.restore.former_lists import is_address, read_former_list, stored_spelling
from ses_reputation.suppression.restore.import_files import make_import_files
from ses_reputation.suppression.restore.plan import ChangePlan
from ses_reputation.suppression.restore.preflight import ImportFacts, Obstacle, find_obstacles
from ses_reputation.suppression.restore.routes import IMPORT_FROM, Routes, choose_routes
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

# Others only mean that SES cannot read our files: single calls are as good, but slower.
_MOST_LINES = 20
_BY_NATURE = frozenset({Obstacle.TENANT, Obstacle.REGION})


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A plan, the way it would go, and why not by import jobs (a sentence an obstacle)."""

    plan: ChangePlan
    routes: Routes
    obstacles: dict[Obstacle, str]

    @property
    def is_stopped(self) -> bool:
        """Whether something has to be mended first, or one address a call be asked for."""
        mended_first = self.obstacles.keys() - _BY_NATURE
        return Obstacle.SANDBOX in mended_first or bool(mended_first and self.routes.by_import)


def prepare_change(plan: ChangePlan, facts: ImportFacts, *, one_by_one: bool = False) -> PreparedChange:
    """Choose the way of a plan's changes.

    A list of a tenant, or of another Region than the bucket's, is changed one address a call, since it cannot
    be otherwise. What is set up wrongly is left to a person to mend.
    """
    obstacles = dict(find_obstacles(facts, plan.target))
    can_import = not one_by_one and not obstacles.keys() & _BY_NATURE
    return PreparedChange(plan, choose_routes(plan, can_import=can_import), obstacles)


def carry_out(
    prepared: PreparedChange, intent: Intent, opened: OpenList, on_progress: Callable[[int, str], None]
) -> AppliedPlan:
    """Make the changes. Raises NotAllowedError where SES is known not to make them, and as `apply_plan`."""
    if prepared.is_stopped:
        reasons = " ".join(prepared.obstacles.values())
        raise NotAllowedError(f"{reasons} Nothing was changed.")
    return apply_plan(prepared.plan, intent, prepared.routes, opened.access, on_progress)


def write_import_files(plan: ChangePlan, folder: Path) -> list[Path]:
    """Write a plan as files that CreateImportJob takes, into a folder; return them.

    Raises FileUnreadableError where the folder cannot be written to.
    """
    written = []
    try:
        # The files hold addresses: in a new folder, only its owner reads them.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in make_import_files(plan.target, "plan", plan.changes):
            path = folder / file.key.rpartition("/")[2]
            path.write_bytes(file.body)
            written.append(path)
    except OSError as error:
        raise FileUnreadableError(f"{folder} cannot be written to ({error.strerror}).") from None
    return written


def read_file(path: Path) -> bytes:
    """Return a file's bytes. Raises FileUnreadableError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadableError(f"{path} cannot be read ({error.strerror}).") from None


def read_addresses(named: Sequence[str], file: Path | None) -> list[str]:
    """Return the addresses of arguments and of a file, each once, spelled as SES keeps them.

    Raises FileUnreadableError, NotAllowedError where one is no address or there is none, ListUnreadableError.
    """
    strange = [number for number, address in enumerate(named, 1) if not is_address(address.strip())]
    if strange:
        raise NotAllowedError(f"Argument {strange[0]} is no address: give one such as ann@example.com.")
    found = [stored_spelling(address) for address in named]
    if file is not None:
        listed = read_former_list(read_file(file))
        if listed.unreadable:
            lines = ", ".join(map(str, listed.unreadable[:_MOST_LINES]))
            raise NotAllowedError(
                f"{file} has rows without a readable address, in lines {lines}. Mend it first."
            )
        found += listed.entries
    if not found:
        raise NotAllowedError("Give addresses, or --file with a file that holds some.")
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class FoundInSnapshot:
    """The rows of addresses in a list's latest snapshot; `problem` says why nothing is known, else ""."""

    rows: tuple[SuppressedDestination, ...] = ()
    problem: str = ""


def find_in_snapshots(
    store: SnapshotStore, targets: Iterable[Target], addresses: Sequence[str]
) -> dict[Target, FoundInSnapshot]:
    """Look for addresses, in any spelling, in the latest snapshot of each list."""
    return {target: _look_into(store, target, addresses) for target in targets}


def _look_into(store: SnapshotStore, target: Target, addresses: Sequence[str]) -> FoundInSnapshot:
    """Look up few addresses by the snapshot's index, and read all of it for many."""
    try:
        manifest = load_manifest(store, target)
        if len(addresses) < IMPORT_FROM:
            found = chain.from_iterable(find_rows(store, manifest, address) for address in addresses)
            return FoundInSnapshot(tuple(dict.fromkeys(found)))
        return FoundInSnapshot(find_spellings(stream_rows(store, manifest), addresses))
    except (SnapshotMissingError, SnapshotCorruptError) as error:
        return FoundInSnapshot(problem=str(error))


def spellings_to_remove(
    wanted: Iterable[str], current: Mapping[str, str], in_snapshot: Iterable[SuppressedDestination]
) -> set[str]:
    """Return the stored spellings of addresses: those on the list now, and those of its latest snapshot.

    One that is gone since is tried all the same: SES says that it is not there.
    """
    asked = {address.casefold() for address in wanted}
    return {
        *(address for address in current if address.casefold() in asked),
        *(row.email_address for row in in_snapshot),
    }
