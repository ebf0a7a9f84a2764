"""All else in the bucket, and all versions of it: whatever has the address in it is erased, or rewritten."""

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.ledger_rows import erase_mentions
from ses_reputation.forgetting.person import Person
from ses_reputation.forgetting.snapshots import names_in
from ses_reputation.forgetting.store import ErasableStore, ObjectVersion
from ses_reputation.json_text import parse_json
from ses_reputation.quarantine.record import PREFIX as QUARANTINE
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.restore.actions import ACTIONS_ROOT
from ses_reputation.suppression.restore.import_files import IMPORTS_ROOT
from ses_reputation.suppression.snapshot.location import RUNS_ROOT, SnapshotRun, is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import PARQUET_ROOT, parquet_prefix
from ses_reputation.suppression.snapshot.snapshot_reader import find_manifest
from ses_reputation.suppression.targets import ROOT, target_of_folder

EXPORTS_ROOT = "exports/entries/"
"""Where the stack's own exports of entries are."""
_LEVEL = 6
_FieldsWithout = Callable[[dict[str, str], Person], "dict[str, str] | None"]


@dataclass(frozen=True, slots=True)
class ObjectEraser:
    """Erases a person from objects, or only counts. snapshots: those that are hidden in already."""

    store: ErasableStore
    person: Person
    erasure: Erasure
    applies: bool

    def erase(self, snapshots: Iterable[Manifest], on_read: Callable[[int], None]) -> None:
        """Read each version of each object, but of those that the manifests describe only older ones."""
        manifests = list(snapshots)
        described = {key for manifest in manifests for key in _keys_in(manifest)}
        known = {parquet_prefix(manifest.run) for manifest in manifests}
        for number, version in enumerate(self.store.list_versions(), 1):
            on_read(number)
            if version.key.startswith(PARQUET_ROOT):
                is_described = f"{version.key.rpartition('.part-')[0]}." in known
                if not (version.is_current and is_described):
                    self._delete(version, ErasedKind.PARQUET)
            elif not (version.is_current and version.key in described):
                self._look_into(version)

    def _look_into(self, version: ObjectVersion) -> None:
        # What is written in a run for all lists has no addresses (location.py, ListsRun).
        if version.key.startswith(RUNS_ROOT):
            return
        body = self.store.fetch_version(version)
        try:
            is_found = body is not None and self.person.is_in(body)
        except ValueError:
            self.erasure.unread.append(version.key)
            return
        if body is None or not is_found:
            return
        if not version.is_current:
            self._delete(version, ErasedKind.OLD_VERSION)
        elif version.key.startswith(ACTIONS_ROOT):
            self._rewrite(version, body, ErasedKind.RECORDED_CHANGE, _hidden_change)
        elif version.key.startswith(EXPORTS_ROOT):
            self._rewrite(version, body, ErasedKind.EXPORTED_ENTRY, _entry_without)
        elif kind := _kind_to_delete(version.key):
            self._delete(version, kind)
        else:
            self._leave(version.key)

    def _delete(self, version: ObjectVersion, kind: ErasedKind) -> None:
        if self._is_needed(version):
            return
        self.erasure.counts[kind] += 1
        if self.applies:
            self.store.delete_version(version)

    def _is_needed(self, version: ObjectVersion) -> bool:
        """Whether a run needs an object after all: it finished meanwhile, or its manifest is damaged.

        What then may have the address is left.
        """
        run = _run_of(version.key)
        try:
            manifest = find_manifest(self.store, run) if run else None
        except SnapshotCorruptError:
            self._leave(version.key)
            return True
        if manifest is None or not version.is_current:
            return False
        if version.key.startswith(PARQUET_ROOT):
            # The rows were hidden when the run read them.
            return True
        is_named = version.key in _keys_in(manifest)
        if is_named:
            self._leave(version.key)
        return is_named

    def _leave(self, key: str) -> None:
        if key not in self.erasure.left:
            self.erasure.left.append(key)

    def _rewrite(
        self, version: ObjectVersion, body: bytes, kind: ErasedKind, without: _FieldsWithout
    ) -> None:
        """Write lines without the person, and end the version that had them."""
        try:
            packed, erased = _lines_without(body, self.person, without)
        except (OSError, EOFError, ValueError, AttributeError, TypeError):
            # It lies where the stack writes, but somebody else wrote it.
            self._leave(version.key)
            return
        self.erasure.counts[kind] += erased
        if self.applies and erased:
            self.store.put(version.key, packed)
            self.store.delete_version(version)


def _lines_without(body: bytes, person: Person, without: _FieldsWithout) -> tuple[bytes, int]:
    """Return compressed lines without a person, those that changed last, and how many did."""
    packed, changed, erased = BytesIO(), list[bytes](), 0
    with gzip.open(BytesIO(body)) as lines, gzip.GzipFile("", "wb", _LEVEL, packed, mtime=0) as kept:
        for line in lines:
            fields = parse_json(line)
            new = without(fields, person)
            if new == fields:
                kept.write(line)
                continue
            erased += 1
            changed += [json.dumps(new, separators=(",", ":")).encode() + b"\n"] if new else []
        kept.writelines(changed)
    return packed.getvalue(), erased


def _keys_in(manifest: Manifest) -> list[str]:
    """Return the keys of the objects that a manifest describes, and its own."""
    return [manifest.run.manifest_key, *(manifest.run.prefix + name for name in names_in(manifest))]


def _kind_to_delete(key: str) -> ErasedKind | None:
    """Return what an object is of which nothing is worth keeping; None where nobody here may say so.

    Below suppression/ that is what runs work on, and what runs have left that never finished.
    """
    if key.startswith(QUARANTINE):
        return ErasedKind.QUARANTINED
    if key.startswith(IMPORTS_ROOT):
        return ErasedKind.IMPORT_FILE
    return ErasedKind.UNFINISHED if key.startswith(ROOT) else None


def _hidden_change(fields: dict[str, str], person: Person) -> dict[str, str]:
    if not person.is_behind(fields.get("EmailAddress", "")):
        return fields
    rest = {name: value for name, value in fields.items() if name != "EmailAddress"}
    return {"Forgotten": person.digest, **rest}


def _entry_without(fields: dict[str, str], person: Person) -> dict[str, str] | None:
    if fields.get("recipient") == person.normal:
        return None
    return erase_mentions(fields, person)


def _run_of(key: str) -> SnapshotRun | None:
    """Return the run whose snapshot, or whose Parquet, an object is of; None where it is of none."""
    if key.startswith(PARQUET_ROOT):
        *folders, _, name = key.removeprefix(PARQUET_ROOT).split("/")
        folders = [*(each.partition("=")[2] for each in folders), name.partition(".")[0]]
    else:
        folders = key.removeprefix(ROOT).split("/")[:-1]
    if len(folders) != 4 or not is_run_id(folders[3]):
        return None
    target = target_of_folder(*folders[:3])
    return SnapshotRun(target, folders[3]) if target else None
