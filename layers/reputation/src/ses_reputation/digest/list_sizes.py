"""How many addresses the newest snapshot of each suppression list holds, and none of the addresses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ses_reputation.json_text import parse_json
from ses_reputation.suppression.snapshot.snapshot_reader import list_targets
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target

# S3 answers in some 30 ms: hundreds of lists would take many seconds one after another.
_READ_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class ListTotal:
    """The size of the suppression list of an account in one Region when its last snapshot was finished."""

    account: str
    region: str
    total: int
    finished_at: datetime

    @property
    def place(self) -> str:
        """Which list it is: `444455556666/us-east-1`."""
        return f"{self.account}/{self.region}"


def read_list_sizes(store: SnapshotStore) -> list[ListTotal]:
    """Read the size of each account's own list; lists without a finished snapshot are left out.

    The pointer to the newest snapshot says it: no row is read, so none has to be readable.
    """
    targets = [each for each in list_targets(store) if not each.tenant]
    with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
        return [size for size in threads.map(partial(_size_of, store), targets) if size is not None]


def _size_of(store: SnapshotStore, target: Target) -> ListTotal | None:
    stored = store.fetch(target.latest_key)
    if stored is None:
        return None
    try:
        pointer = parse_json(stored.body)
        finished_at = datetime.fromisoformat(pointer["finished_at"])
        return ListTotal(target.account, target.region, int(pointer["total"]), finished_at)
    except (KeyError, TypeError, ValueError):
        # `suppression verify` says what is wrong with a snapshot; a digest says what can be read.
        return None
