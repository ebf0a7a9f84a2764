"""Statements in memory; tests/contract holds it to the bucket."""

from ses_reputation.errors import UnavailableError


class InMemoryStatements:
    """`objects` by key; a key that contains one of `refused` cannot be written."""

    def __init__(self, *refused: str) -> None:
        self.objects: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.written: list[str] = []
        self.refused = refused

    def put(self, key: str, text: str, content_type: str) -> None:
        if any(each in key for each in self.refused):
            raise UnavailableError("PutObject SlowDown")
        self.objects[key], self.types[key] = text, content_type
        self.written.append(key)

    def fetch(self, key: str) -> str | None:
        return self.objects.get(key)
