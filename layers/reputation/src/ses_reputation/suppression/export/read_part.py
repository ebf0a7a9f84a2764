"""One call's share of the reading: a bounded number of pages becomes one raw part."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ChainRestartsExhaustedError,
    ListUnavailableError,
)
from ses_reputation.suppression.export.progress import Export, ReadProgress
from ses_reputation.suppression.export.raw_parts import pack_raw_part
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_reader import ListReader
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class PartRead:
    """What one call read, and the export it hands to the next."""

    export: Export
    pages: int
    rows: int
    throttled: int
    is_chain_restarted: bool = False


@dataclass(slots=True)
class _Gathered:
    """Pages gathered so far; kept when reading them ends early."""

    next_token: str | None
    rows: list[SuppressedDestination]
    pages: int = 0


def read_part(
    store: SnapshotStore,
    reader: ListReader,
    export: Export,
    settings: ExportSettings,
    seconds_left: Callable[[], float],
) -> PartRead:
    """Read up to `pages_per_part` pages and store them, sorted, as one raw part.

    An expired token sends the export back to the first page under a new chain number; the raw parts of the
    old chain are left behind (they expire). Repeating the call is harmless: a raw part is named after its
    content, and only the names in the workflow's state are ever merged.
    Raises ChainRestartsExhaustedError, ListRefusedError, and ListUnavailableError if no page could be read.
    """
    pace = Pace(export.reading.gap_seconds)
    gathered = _Gathered(export.reading.next_token, [])
    try:
        _gather_pages(reader, gathered, pace, settings, seconds_left)
    except ChainExpiredError:
        restarted = _restart_chain(export, settings.chain_restarts, pace)
        return PartRead(
            restarted, gathered.pages, len(gathered.rows), pace.throttled, is_chain_restarted=True
        )
    reading = _store_part(store, export, gathered, pace)
    is_list_read = gathered.pages > 0 and gathered.next_token is None
    onward = replace(export, reading=reading, status="merging" if is_list_read else "reading")
    return PartRead(onward, gathered.pages, len(gathered.rows), pace.throttled)


def _gather_pages(
    reader: ListReader,
    gathered: _Gathered,
    pace: Pace,
    settings: ExportSettings,
    seconds_left: Callable[[], float],
) -> None:
    pages = reader.read_pages(gathered.next_token, pace, lambda: seconds_left() - settings.margin_seconds)
    try:
        for page in islice(pages, settings.pages_per_part):
            gathered.rows.extend(page.rows)
            gathered.next_token = page.next_token
            gathered.pages += 1
    except ListUnavailableError:
        if gathered.pages == 0:
            raise


def _store_part(store: SnapshotStore, export: Export, gathered: _Gathered, pace: Pace) -> ReadProgress:
    reading = export.reading
    raw_parts = reading.raw_parts
    if gathered.rows:
        packed = pack_raw_part(gathered.rows)
        name = f"{len(raw_parts) + 1:05d}-{packed.sha256[:16]}"
        store.put(export.run.raw_part_key(reading.chain, name), packed.body)
        raw_parts = (*raw_parts, name)
    return replace(
        reading,
        next_token=gathered.next_token,
        raw_parts=raw_parts,
        pages=reading.pages + gathered.pages,
        rows=reading.rows + len(gathered.rows),
        gap_seconds=pace.gap_seconds,
    )


def _restart_chain(export: Export, chain_restarts: int, pace: Pace) -> Export:
    chain = export.reading.chain
    if chain > chain_restarts:
        raise ChainRestartsExhaustedError(
            f"SES forgot the token of the next page {chain} times: run {export.run.run_id} was sent back to"
            " the first page as often as SUPPRESSION_CHAIN_RESTARTS allows. Redrive the execution later."
        )
    return replace(export, reading=ReadProgress(chain=chain + 1, gap_seconds=pace.gap_seconds))
