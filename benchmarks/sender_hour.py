"""The hour that measurements take as the present one, and whose mail it is."""

from datetime import UTC, datetime

HOUR = datetime(2026, 11, 22, 10, tzinfo=UTC)
OWNER, DELEGATE = "111122223333", "444455556666"
