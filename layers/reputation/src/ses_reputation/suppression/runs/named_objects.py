"""Objects of a run that are named by their content: a late call cannot replace what its successor uses."""

import json
from hashlib import sha256
from typing import Any

from ses_reputation.json_text import parse_json
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.location import ListsRun
from ses_reputation.suppression.store import SnapshotStore


def save_object(store: SnapshotStore, run: ListsRun, place: AccountRegion, kind: str, fields: Any) -> str:
    """Store JSON about a place, and return the object's name."""
    body = json.dumps(fields).encode()
    name = f"{kind}-{sha256(body).hexdigest()[:16]}"
    store.put(run.place_key(*place, name), body)
    return name


def load_object(store: SnapshotStore, run: ListsRun, place: AccountRegion, name: str) -> Any:
    """Load what was stored under a name. Raises SnapshotCorruptError where it is missing."""
    key = run.place_key(*place, name)
    stored = store.fetch(key)
    if stored is None:
        raise SnapshotCorruptError(f"{key} is missing.")
    return parse_json(stored.body)
