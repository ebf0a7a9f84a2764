"""A snapshot without a person's address: a hash stands in its place, behind all other rows.

What is rewritten gets new names, so a reader finds the old snapshot whole until the manifest names the new.
"""

import gzip
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from hashlib import sha256
from operator import attrgetter

from ses_reputation.forgetting.person import Person
from ses_reputation.suppression.changes.comparison import SnapshotChanges
from ses_reputation.suppression.changes.row_change import decode_change, encode_change
from ses_reputation.suppression.forgotten import hidden
from ses_reputation.suppression.listing.destination import (
    count_reasons,
    decode_line,
    encode_line,
    later_line,
    order_of,
    read_addresses,
)
from ses_reputation.suppression.lookup.row_search import blocks_of, find_rows, load_index
from ses_reputation.suppression.snapshot.block_index import IndexedBlock, StoredIndex, pack_index
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import (
    PackedPart,
    SnapshotPart,
    index_blocks,
    pack_lines,
    split_lines,
)
from ses_reputation.suppression.snapshot.snapshot_reader import fetch_part
from ses_reputation.suppression.store import SnapshotStore

_first_key = attrgetter("first_key")
_DIGEST = re.compile("-[0-9a-f]{16}$")


@dataclass(frozen=True, slots=True)
class SnapshotTraces:
    """How often a person stands in a snapshot: as rows, and in its changes."""

    rows: int
    changes: int


@dataclass(frozen=True, slots=True)
class HiddenSnapshot:
    """A snapshot as it is to be: its manifest, the objects that are new, and the names that it leaves."""

    manifest: Manifest
    objects: Mapping[str, bytes]
    left: Sequence[str]


def find_traces(store: SnapshotStore, manifest: Manifest, person: Person) -> SnapshotTraces:
    """Look for a person in a snapshot: rows by its index, changes one after another.

    Raises SnapshotCorruptError.
    """
    found = {row for spelling in person.spellings for row in find_rows(store, manifest, spelling)}
    rows = sum(person.is_behind(row.email_address) for row in found)
    changes = sum(
        _is_change_of(line, person)
        for part in _changes_of(manifest).parts
        for line in _lines_of(store, manifest, part)
    )
    return SnapshotTraces(rows, changes)


def hide_person(store: SnapshotStore, manifest: Manifest, person: Person) -> HiddenSnapshot:
    """Return a snapshot in which a person is hidden; nothing is written. Raises SnapshotCorruptError."""
    rows = _hide_rows(store, manifest, person)
    changes = _changes_of(manifest)
    changed = _hide_changes(store, manifest, person, changes)
    new = {part.name: packed.body for part, packed in changed.values() if part.rows}
    parts = (changed[part.name][0] if part.name in changed else part for part in changes.parts)
    kept = replace(changes, parts=tuple(part for part in parts if part.rows))
    described = replace(rows.manifest, changes=kept.to_json() if changed else manifest.changes)
    objects = {**rows.objects, **new}
    # What was renamed before, and is as it was, has the same name.
    left = tuple(name for name in (*rows.left, *changed) if name not in objects)
    return HiddenSnapshot(described, objects, left)


def _hide_rows(store: SnapshotStore, manifest: Manifest, person: Person) -> HiddenSnapshot:
    blocks = load_index(store, manifest)
    if not blocks:
        return HiddenSnapshot(manifest, {}, ())
    target = _part_at(blocks, hidden(person.digest))
    named = {block.part for each in person.spellings for block in blocks_of(each.casefold(), blocks)}
    lines, moved = dict[str, list[str]](), list[str]()
    for part in manifest.parts:
        if part.name in named | {target}:
            kept, found = _split(_lines_of(store, manifest, part), person)
            moved += found
            if found or part.name == target:
                lines[part.name] = kept
    if not moved:
        return HiddenSnapshot(manifest, {}, ())
    stands = _insert(lines[target], moved, person)
    return _repack(_recounted(manifest, moved, stands), blocks, lines)


def _repack(
    manifest: Manifest, blocks: Sequence[IndexedBlock], lines: Mapping[str, list[str]]
) -> HiddenSnapshot:
    """Return a snapshot some of whose parts have other lines; one without lines is left out."""
    parts, new_blocks, objects = list[SnapshotPart](), list[IndexedBlock](), dict[str, bytes]()
    for part in manifest.parts:
        if part.name not in lines:
            parts.append(part)
            new_blocks += (block for block in blocks if block.part == part.name)
        elif kept := lines[part.name]:
            packed = pack_lines(kept)
            described = _described(_new_name(part.name, packed), packed)
            parts.append(described)
            new_blocks += index_blocks(described.name, kept, packed)
            objects[described.name] = packed.body
    body = pack_index(new_blocks)
    digest = sha256(body).hexdigest()
    index = StoredIndex(_name_with("index.json.gz", digest), len(body), digest)
    objects[index.name] = body
    left = *lines, manifest.index.name
    return HiddenSnapshot(replace(manifest, parts=tuple(parts), index=index), objects, left)


def _part_at(blocks: Sequence[IndexedBlock], key: str) -> str:
    return blocks[max(0, bisect_right(blocks, key, key=_first_key) - 1)].part


def _split(lines: Sequence[str], person: Person) -> tuple[list[str], list[str]]:
    """Part the lines of others from those of a person."""
    spelled = set(person.spellings)
    kept, found = list[str](), list[str]()
    for line, address in zip(lines, read_addresses(lines), strict=True):
        is_persons = address.casefold() in spelled and person.is_behind(address)
        (found if is_persons else kept).append(line)
    return kept, found


@dataclass(frozen=True, slots=True)
class _Standing:
    """The row that stands for a person, and the one of earlier that it took the place of, "" if none."""

    line: str
    before: str


def _insert(lines: list[str], moved: Sequence[str], person: Person) -> _Standing:
    """Put the one row that stands for a person into the lines of a part, in order."""
    key = hidden(person.digest)
    rows = [encode_line(decode_line(line)._replace(email_address=key)) for line in moved]
    keys = list(map(order_of, read_addresses(lines)))
    at = bisect_left(keys, key)
    before = lines[at : at + 1] if keys[at : at + 1] == [key] else []
    line = reduce(later_line, [*before, *rows])
    lines[at : at + len(before)] = [line]
    return _Standing(line, "".join(before))


def _recounted(manifest: Manifest, moved: Sequence[str], stands: _Standing) -> Manifest:
    """Return a manifest with the counts after several rows became one: the others repeat it."""
    gone = [*moved, *([stands.before] if stands.before else [])]
    reasons = Counter(manifest.by_reason)
    reasons.subtract(count_reasons(gone))
    reasons.update(count_reasons([stands.line]))
    repeated = len(gone) - 1
    return replace(
        manifest,
        total=manifest.total - repeated,
        rows_repeated=manifest.rows_repeated + repeated,
        by_reason={reason: rows for reason, rows in sorted(reasons.items()) if rows},
        forgotten=manifest.forgotten + (not stands.before),
    )


def _hide_changes(
    store: SnapshotStore, manifest: Manifest, person: Person, changes: SnapshotChanges
) -> dict[str, tuple[SnapshotPart, PackedPart]]:
    """Return the parts of changes that are to be others, by their names."""
    moved, lines = list[str](), dict[str, list[str]]()
    for part in changes.parts:
        lines[part.name] = []
        for line in _lines_of(store, manifest, part):
            (moved if _is_change_of(line, person) else lines[part.name]).append(line)
    if not moved:
        return {}
    last = changes.parts[-1].name
    lines[last] += [_hide_change(line, person) for line in moved]
    touched = [part for part in changes.parts if len(lines[part.name]) != part.rows or part.name == last]
    packed = {part.name: pack_lines(lines[part.name]) for part in touched}
    return {name: (_described(_new_name(name, each), each), each) for name, each in packed.items()}


def _is_change_of(line: str, person: Person) -> bool:
    # Only a line with an escape may have the address otherwise than as it is spelled.
    if "\\" not in line and not person.is_named_in(line):
        return False
    return person.is_behind(decode_change(line)[0].email_address)


def _hide_change(line: str, person: Person) -> str:
    change, cause = decode_change(line)
    return encode_change(change._replace(email_address=hidden(person.digest)), cause)


def _changes_of(manifest: Manifest) -> SnapshotChanges:
    return SnapshotChanges.from_json(manifest.changes) if manifest.changes else SnapshotChanges()


def _lines_of(store: SnapshotStore, manifest: Manifest, part: SnapshotPart) -> list[str]:
    return split_lines(gzip.decompress(fetch_part(store, manifest, part)))


def _new_name(name: str, packed: PackedPart) -> str:
    return _name_with(name, packed.sha256)


def _name_with(name: str, digest: str) -> str:
    """Return `part-00001-9f86d081884c7d65.ndjson.gz` for `part-00001.ndjson.gz`, or one renamed before."""
    stem, _, rest = name.partition(".")
    return f"{_DIGEST.sub('', stem)}-{digest[:16]}.{rest}"


def _described(name: str, packed: PackedPart) -> SnapshotPart:
    return SnapshotPart(name, packed.rows, len(packed.body), packed.sha256)
