"""Which snapshots may expire: those that are older than the newest complete one, and nothing else.

S3 expires by age, and a schedule may be paused: by age alone, the last copy of a list would go too. So the
lifecycle rules ask for a tag, too, and only what a newer snapshot supersedes gets it. What failed to get it
lives longer, until the next run: nothing here can shorten the life of the newest one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.errors import SuppressionError
from ses_reputation.suppression.snapshot.location import SnapshotRun, is_run_id
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parquet_location import parquet_prefix
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.time_left import HasTime, always


class TaggingStore(SnapshotStore, Protocol):
    """A store of snapshots whose objects can be marked as superseded."""

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Name the objects under a prefix, in the order of their keys."""

    def is_superseded(self, key: str) -> bool:
        """Return whether an object is marked; one that is gone counts as marked."""

    def mark_superseded(self, key: str) -> None:
        """Mark an object; one that is gone is left alone."""


@dataclass(frozen=True, slots=True)
class Superseding:
    """How many objects were marked, and why no more could be, if so."""

    objects: int
    failure: str = ""


def supersede_older(
    store: TaggingStore, finished: Manifest | None, has_time: HasTime = always
) -> Superseding:
    """Mark what the newest complete snapshot of a list supersedes, after one is finished; nothing before.

    Older runs that never finished are marked too: nobody can read them, and they hold addresses. An empty
    snapshot supersedes nothing: SES deletes a list after 90 days of paused sending (SES developer guide,
    "Using the account-level suppression list"), and the last snapshot before that is then the only copy.
    Runs are marked oldest first, the manifest of each last, so that a run that is marked has none unmarked
    before it: what a call had no time for, or failed to do, the next one does. Raises nothing that
    AWS or a damaged pointer causes: the snapshot itself is finished.
    """
    if finished is None:
        return Superseding(0)
    marked = 0
    try:
        with translating_aws_errors("marking superseded snapshots"):
            for key in _superseded_keys(store, finished):
                if not has_time():
                    break
                store.mark_superseded(key)
                marked += 1
    except (UnavailableError, SuppressionError) as error:
        return Superseding(marked, str(error))
    return Superseding(marked)


def mark_if_older(store: TaggingStore, run: SnapshotRun) -> None:
    """Mark the Parquet of a run where a newer snapshot supersedes it. Raises SuppressionError."""
    newest = load_manifest(store, run.target)
    if newest.total and run.run_id < newest.run.run_id:
        for key in store.list_keys(parquet_prefix(run)):
            store.mark_superseded(key)


def keys_of_run(store: TaggingStore, run: SnapshotRun) -> list[str]:
    """Return the keys of a run's objects, Parquet too; the manifest last, whose mark stands for all."""
    keys = [*store.list_keys(parquet_prefix(run)), *store.list_keys(run.prefix)]
    return sorted(keys, key=lambda key: key == run.manifest_key)


def _superseded_keys(store: TaggingStore, finished: Manifest) -> Iterator[str]:
    target = finished.run.target
    newest = load_manifest(store, target)
    if newest.total == 0:
        return
    names = [name for name in store.list_folders(target.prefix) if is_run_id(name)]
    older = [SnapshotRun(target, name) for name in sorted(names) if name < newest.run.run_id]
    unmarked = list(takewhile(lambda run: not _is_marked(store, run), reversed(older)))
    # A run that went on late finishes behind runs that are marked already.
    late = [finished.run] if finished.run in older and finished.run not in unmarked else []
    for run in (*late, *reversed(unmarked)):
        yield from keys_of_run(store, run)


def _is_marked(store: TaggingStore, run: SnapshotRun) -> bool:
    keys = keys_of_run(store, run)
    return not keys or store.is_superseded(keys[-1])
