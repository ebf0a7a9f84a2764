"""What was found of a person, or erased: counts by kind, and what is left."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class ErasedKind(StrEnum):
    """What held the address."""

    ENTRY = "entries"
    DELAY = "delays"
    MENTION = "mentions"
    QUARANTINED = "quarantined_messages"
    SNAPSHOT = "snapshots"
    SNAPSHOT_ROW = "snapshot_rows"
    CHANGE = "snapshot_changes"
    PARQUET = "parquet_files"
    RECORDED_CHANGE = "recorded_changes"
    EXPORTED_ENTRY = "exported_entries"
    IMPORT_FILE = "import_files"
    UNFINISHED = "working_files"
    OLD_VERSION = "old_versions"


@dataclass(slots=True)
class Erasure:
    """What was found, or erased; unread: objects that are damaged; left: what nobody here may change."""

    counts: Counter[ErasedKind] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left that may hold the address."""
        return not (self.unread or self.left)
