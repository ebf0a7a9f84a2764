"""One call's share of the reading: a bounded number of pages becomes one raw part."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from ses_reputation.hours import format_second
from ses_reputation.json_text import parse_json
from ses_reputation.suppression.errors import (
    ChainExpiredError,
    ChainRestartsExhaustedError,
    ListStarvedError,
    ListUnavailableError,
    SnapshotCorruptError,
)
from ses_reputation.suppression.export.progress import Export, ReadProgress
from ses_reputation.suppression.export.raw_parts import pack_raw_part
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_reader import ListReader
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.store import SnapshotStore

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""Entries that changed so long before the reading are asked for again: SES's clock stamps them."""
MOST_SETTLINGS = 5
"""Passes over what changed lately. One that takes a single page ends them; these many end them anyway."""
MOST_FRUITLESS_CALLS = 12
"""Each waits for most of a function's five minutes: about an hour."""


@dataclass(frozen=True, slots=True)
class PartRead:
    """What one call read, and the export it hands to the next."""

    export: Export
    pages: int
    rows: int
    is_chain_restarted: bool = False


@dataclass(slots=True)
class _Gathered:
    """Pages gathered so far; kept when reading them ends early."""

    next_token: str | None
    rows: list[SuppressedDestination]
    pages: int = 0


@dataclass(frozen=True, slots=True)
class PartReader:
    """Reads a list part by part. most_pages: of this part. seconds_left: until reading has to end."""

    store: SnapshotStore
    reader: ListReader
    settings: ExportSettings
    pace: Pace
    seconds_left: Callable[[], float]
    now: Callable[[], datetime]
    most_pages: int

    def read(self, export: Export) -> PartRead:
        """Read some pages and store them, sorted, as one raw part.

        Behind the last page, what changed since the first was asked for is read again: it may have moved to
        pages that were read before. An expired token sends the export back to the first page under a new
        chain number; the raw parts of the old chain are left behind (they expire). Repeating the call is
        harmless: a raw part is named after its content, and only names in the workflow's state are merged.
        Raises ChainRestartsExhaustedError, ListRefusedError, ListStarvedError, and ListUnavailableError if no
        page could be read.
        """
        asked_at = format_second(self.now())
        reading = export.reading if export.reading.began_at else replace(export.reading, began_at=asked_at)
        gathered = _Gathered(reading.next_token, [])
        try:
            self._gather_pages(reading, gathered)
        except ChainExpiredError:
            restarted = _start_over(export.run.run_id, reading, self.settings.chain_restarts)
            return self._outcome(export, restarted, gathered, is_chain_restarted=True)
        if not gathered.pages:
            return self._outcome(export, _count_fruitless(reading), gathered)
        reading = self._store_part(export, reading, gathered)
        is_at_end = gathered.next_token is None
        if is_at_end and _is_settled(reading):
            reading = replace(reading, exact_at=reading.exact_at or asked_at)
            return self._outcome(replace(export, status="merging"), reading, gathered)
        return self._outcome(export, self._settle(reading) if is_at_end else reading, gathered)

    def _gather_pages(self, reading: ReadProgress, gathered: _Gathered) -> None:
        since = datetime.fromisoformat(reading.since) if reading.since else None
        pages = self.reader.read_pages(gathered.next_token, self.pace, self.seconds_left, since)
        try:
            for page in islice(pages, self.most_pages):
                gathered.rows.extend(page.rows)
                gathered.next_token = page.next_token
                gathered.pages += 1
        except ListUnavailableError:
            if gathered.pages == 0:
                raise

    def _store_part(self, export: Export, reading: ReadProgress, gathered: _Gathered) -> ReadProgress:
        raw_parts = reading.raw_parts
        if gathered.rows:
            packed = pack_raw_part(gathered.rows)
            name = f"{len(raw_parts) + 1:05d}-{packed.sha256[:16]}"
            self.store.put(export.run.raw_part_key(reading.chain, name), packed.body)
            raw_parts = (*raw_parts, name)
        return replace(
            reading,
            next_token=gathered.next_token,
            raw_parts=raw_parts,
            pages=reading.pages + gathered.pages,
            rows=reading.rows + len(gathered.rows),
            pass_pages=reading.pass_pages + gathered.pages,
            fruitless_calls=0,
        )

    def _settle(self, reading: ReadProgress) -> ReadProgress:
        """Begin to read what changed since the last pass began, or since the first page was asked for."""
        since = datetime.fromisoformat(reading.exact_at or reading.began_at) - CLOCKS_DIFFER_BY
        return replace(
            reading,
            since=format_second(since),
            exact_at=format_second(self.now()),
            settlings=reading.settlings + 1,
            pass_pages=0,
        )

    def _outcome(
        self, export: Export, reading: ReadProgress, gathered: _Gathered, *, is_chain_restarted: bool = False
    ) -> PartRead:
        onward = replace(export, reading=reading)
        return PartRead(onward, gathered.pages, len(gathered.rows), is_chain_restarted)


def commit_reading(store: SnapshotStore, export: Export) -> Export:
    """Agree on what was read, once for all calls of a run: return the export with what is to be merged.

    A call may go on while its retry reads the list again, and gets other rows. Both merge what one of them
    committed first, so both write the same parts.
    """
    body = json.dumps(export.to_json()["reading"]).encode()
    key = export.run.reading_key
    if store.put_if_absent(key, body):
        return export
    stored = store.fetch(key)
    if stored is None:
        raise SnapshotCorruptError(f"{key} was removed while the list was being read.")
    return replace(export, reading=ReadProgress.from_json(parse_json(stored.body)))


def _is_settled(reading: ReadProgress) -> bool:
    """Return whether the last pass was one page, so that nothing moved while it was read."""
    return reading.pass_pages == 1 or reading.settlings >= MOST_SETTLINGS


def _count_fruitless(reading: ReadProgress) -> ReadProgress:
    if reading.fruitless_calls + 1 == MOST_FRUITLESS_CALLS:
        raise ListStarvedError(
            "SES throttled every request for about an hour. Does something else list this account's "
            "suppressed destinations?"
        )
    return replace(reading, fruitless_calls=reading.fruitless_calls + 1)


def _start_over(run_id: str, reading: ReadProgress, chain_restarts: int) -> ReadProgress:
    """Go back to the first page: of the settling pass, or of the list."""
    if reading.since and reading.settlings <= chain_restarts:
        return replace(reading, next_token=None, pass_pages=0, settlings=reading.settlings + 1)
    if reading.chain > chain_restarts:
        raise ChainRestartsExhaustedError(
            f"SES forgot the token of the next page {reading.chain} times: run {run_id} was sent back to"
            " the first page as often as SUPPRESSION_CHAIN_RESTARTS allows."
        )
    return ReadProgress(chain=reading.chain + 1)
