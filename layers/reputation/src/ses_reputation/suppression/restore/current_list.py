"""What is on a list now: all of it read from SES, or looked up in a snapshot by any spelling."""

from collections.abc import Callable, Iterable

from ses_reputation.suppression.errors import ChainExpiredError, ChainRestartsExhaustedError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_reader import ListReader
from ses_reputation.suppression.listing.pace import Pace

_CHAINS = 5
_FOR_EVER = float("inf")


def read_current(
    reader: ListReader, on_progress: Callable[[int], None], pace: Pace | None = None
) -> dict[str, str]:
    """Return the reason of each address on a list, by its stored spelling.

    Holds all of it in memory. on_progress is given the number of rows read. Raises ListRefusedError,
    ListUnavailableError, and ChainRestartsExhaustedError where tokens expire again and again.
    """
    pace = pace or Pace()
    for _ in range(_CHAINS):
        rows: dict[str, SuppressedDestination] = {}
        try:
            for page in reader.read_pages(None, pace, lambda: _FOR_EVER):
                for row in page.rows:
                    rows[row.email_address] = max(row, rows.get(row.email_address, row), key=_recency)
                on_progress(len(rows))
        except ChainExpiredError:
            continue
        return {address: row.reason for address, row in rows.items()}
    raise ChainRestartsExhaustedError(f"SES's tokens expired in each of {_CHAINS} attempts to read the list.")


def find_spellings(
    rows: Iterable[SuppressedDestination], addresses: Iterable[str]
) -> tuple[SuppressedDestination, ...]:
    """Return the rows of addresses in whatever spelling: sending ignores case, and the list does not."""
    asked = {address.casefold() for address in addresses}
    return tuple(row for row in rows if row.email_address.casefold() in asked)


def _recency(row: SuppressedDestination) -> tuple[str, str]:
    # Without its Z, a whole second sorts before the fractions of that second.
    return row.last_update_time.removesuffix("Z"), row.reason
