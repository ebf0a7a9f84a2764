"""A folder that stands for the bucket of snapshots, and counts what S3 would be asked for."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ses_reputation.suppression.store import StoredObject

# The parts and the index of all runs of a list are those of one: a year of them would not fit on the disk.
_OF_A_RUN = re.compile(r"/\d{8}T\d{6}Z/(part|index)")
_KEYS_OF_A_LISTING = 1_000


@dataclass(slots=True)
class CountedFolder:
    """A SnapshotStore of files; a window of a stream is a request, and so are 1,000 names of a listing."""

    folder: Path
    requests: Counter[str] = field(default_factory=Counter)
    bytes_read: int = 0

    def put(self, key: str, body: bytes) -> None:
        """Write a file."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write a file that is not there."""
        if self._file(key).exists():
            return False
        self.put(key, body)
        return True

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        """Write over a file that is as it was."""
        if sha256(self._file(key).read_bytes()).hexdigest() != version:
            return False
        self.put(key, body)
        return True

    def fetch(self, key: str) -> StoredObject | None:
        """Read a file."""
        file = self._file(key)
        body = file.read_bytes() if file.exists() else None
        self._count("GET", body or b"")
        return None if body is None else StoredObject(body, sha256(body).hexdigest())

    def stream(self, key: str, window_bytes: int, start: int = 0) -> Iterator[bytes]:
        """Read a file in windows."""
        with self._file(key).open("rb") as content:
            content.seek(start)
            while window := content.read(window_bytes):
                self._count("GET", window)
                yield window

    def list_folders(self, prefix: str) -> Iterator[str]:
        """Name folders."""
        for number, folder in enumerate(
            sorted(each.name for each in self._file(prefix).iterdir() if each.is_dir())
        ):
            if number % _KEYS_OF_A_LISTING == 0:
                self._count("LIST", b"")
            yield folder

    def _file(self, key: str) -> Path:
        return self.folder / _OF_A_RUN.sub(r"/shared/\1", key)

    def _count(self, request: str, body: bytes) -> None:
        self.requests[request] += 1
        self.bytes_read += len(body)
