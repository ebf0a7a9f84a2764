"""All else in the bucket, and all versions of it: whatever has the address in it is erased, or rewritten."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.forgetting.person import Person
from ses_reputation.forgetting.store import ErasableStore, ObjectVersion
from ses_reputation.json_text import parse_json
from ses_reputation.quarantine.record import PREFIX as QUARANTINE
from ses_reputation.suppression.restore.actions import ACTIONS_ROOT
from ses_reputation.suppression.restore.import_files import IMPORTS_ROOT
from ses_reputation.suppression.snapshot.location import RUNS_ROOT
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import PARQUET_ROOT, parquet_prefix
from ses_reputation.suppression.targets import ROOT

EXPORTS_ROOT = "exports/"
"""Where exports of entries are."""
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
        described = {manifest.run.prefix + name for manifest in manifests for name in _names_in(manifest)}
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
            self.erasure.left.append(version.key)

    def _delete(self, version: ObjectVersion, kind: ErasedKind) -> None:
        self.erasure.counts[kind] += 1
        if self.applies:
            self.store.delete_version(version)

    def _rewrite(
        self, version: ObjectVersion, body: bytes, kind: ErasedKind, without: _FieldsWithout
    ) -> None:
        """Write lines without the person, those that changed last, and end the version that had them."""
        packed, changed = BytesIO(), list[bytes]()
        with (
            gzip.open(BytesIO(body)) as lines,
            gzip.GzipFile("", "wb", _LEVEL, packed, mtime=0) as kept,
        ):
            for line in lines:
                fields = parse_json(line)
                new = without(fields, self.person)
                if new == fields:
                    kept.write(line)
                    continue
                self.erasure.counts[kind] += 1
                changed += [json.dumps(new, separators=(",", ":")).encode() + b"\n"] if new else []
            kept.writelines(changed)
        if self.applies:
            self.store.put(version.key, packed.getvalue())
            self.store.delete_version(version)


def _names_in(manifest: Manifest) -> list[str]:
    """Return the names of the objects that a manifest describes, and of itself."""
    changes: Mapping[str, list[Mapping[str, str]]] = manifest.changes or {}
    own = [part.name for part in manifest.parts]
    return ["manifest.json", manifest.index.name, *own, *(part["name"] for part in changes.get("parts", ()))]


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
    return {name: person.erase_from(value) for name, value in fields.items()}
