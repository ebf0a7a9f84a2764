"""What an operator can set about exports, read from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from ses_reputation.errors import SettingsError


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """Where snapshots are kept, and how much one function call takes on.

    `page_size` is rows per request (SES gives at most 1,000); `pages_per_part` bounds the rows that one call
    holds in memory; `rows_per_part` bounds the parts of a finished snapshot; `chain_restarts` is how often
    expired tokens may send a run back to the first page; `margin_seconds` is what a call keeps to write its
    part.
    """

    bucket: str
    page_size: int = 1_000
    pages_per_part: int = 50
    rows_per_part: int = 100_000
    chain_restarts: int = 5
    margin_seconds: int = 30

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ExportSettings":
        """Read `REPUTATION_BUCKET` and the optional `SUPPRESSION_*` limits; raises SettingsError."""
        bucket = environment.get("REPUTATION_BUCKET", "")
        if not bucket:
            raise SettingsError(
                "REPUTATION_BUCKET is not set: it should hold the name of the reputation bucket."
            )
        return cls(
            bucket=bucket,
            page_size=_read_count(environment, "SUPPRESSION_PAGE_SIZE", default=1_000, maximum=1_000),
            pages_per_part=_read_count(environment, "SUPPRESSION_PAGES_PER_PART", default=50),
            rows_per_part=_read_count(environment, "SUPPRESSION_ROWS_PER_PART", default=100_000),
            chain_restarts=_read_count(environment, "SUPPRESSION_CHAIN_RESTARTS", default=5),
            margin_seconds=_read_count(environment, "SUPPRESSION_MARGIN_SECONDS", default=30),
        )


def _read_count(environment: Mapping[str, str], name: str, default: int, maximum: int = 1_000_000) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= maximum:
        raise SettingsError(f"{name} is {text!r}: it should be a whole number from 1 to {maximum}.")
    return int(text)
