"""Statements in memory; tests/contract holds it to the bucket."""

from datetime import UTC, datetime

from ses_reputation.errors import OvertakenError, UnavailableError

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class InMemoryStatements:
    """`objects` by key; a key that contains one of `refused` cannot be written."""

    def __init__(self, *refused: str) -> None:
        self.objects: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.made_at: dict[str, datetime] = {}
        self.written: list[str] = []
        self.refused = refused

    def put(self, key: str, text: str, content_type: str, made_at: datetime) -> None:
        if any(each in key for each in self.refused):
            raise UnavailableError("PutObject SlowDown")
        if self.made_at.get(key, _BEFORE_ALL) > made_at:
            raise OvertakenError(f"{key} is of a later run")
        self.objects[key], self.types[key], self.made_at[key] = text, content_type, made_at
        self.written.append(key)

    def fetch(self, key: str) -> str | None:
        return self.objects.get(key)
