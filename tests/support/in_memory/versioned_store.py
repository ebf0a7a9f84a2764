"""A bucket with versions in memory; tests/contract holds it to what S3 does."""

from collections.abc import Iterator
from itertools import count

from ses_reputation.forgetting.store import ObjectVersion
from tests.support.in_memory.suppression import MemoryStore


class VersionedMemoryStore(MemoryStore):
    """A MemoryStore that keeps what is overwritten or deleted, each key's newest version last."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[str, list[tuple[str, bytes]]] = {}
        self._ids = map(str, count(1))

    def put(self, key: str, body: bytes) -> None:
        MemoryStore.put(self, key, body)
        self._keep(key, body)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        return self._keep_if(key, body, is_written=MemoryStore.put_if_absent(self, key, body))

    def put_if_unchanged(self, key: str, body: bytes, version: str) -> bool:
        return self._keep_if(key, body, is_written=MemoryStore.put_if_unchanged(self, key, body, version))

    def put_like(self, key: str, body: bytes, *, is_superseded: bool) -> None:
        self.put(key, body)
        if is_superseded:
            self.superseded.add(key)

    def renew(self, key: str, *, is_superseded: bool) -> bool:
        if key not in self.objects:
            return False
        self.versions[key] = []
        VersionedMemoryStore.put_like(self, key, self.objects[key], is_superseded=is_superseded)
        return True

    def hide(self, key: str) -> None:
        """Put a delete marker in front of an object, as its lifecycle does."""
        del self.objects[key]

    def list_versions(self, prefix: str = "") -> Iterator[ObjectVersion]:
        for key in sorted(self.versions):
            if key.startswith(prefix):
                for place, (version_id, _) in enumerate(reversed(list(self.versions[key]))):
                    yield ObjectVersion(key, version_id, place == 0 and key in self.objects)

    def fetch_version(self, version: ObjectVersion) -> bytes | None:
        return dict(self.versions.get(version.key, ())).get(version.version_id)

    def delete_version(self, version: ObjectVersion) -> None:
        left = [each for each in self.versions[version.key] if each[0] != version.version_id]
        self.versions[version.key] = left
        if version.key in self.objects:
            del self.objects[version.key]
            if left:
                self.objects[version.key] = left[-1][1]

    def _keep(self, key: str, body: bytes) -> None:
        self.versions.setdefault(key, []).append((next(self._ids), body))

    def _keep_if(self, key: str, body: bytes, *, is_written: bool) -> bool:
        if is_written:
            self._keep(key, body)
        return is_written
