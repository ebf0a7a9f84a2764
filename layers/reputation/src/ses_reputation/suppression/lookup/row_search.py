"""The rows of one address in one snapshot: its index says which blocks to read, and only these are read."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from hashlib import sha256
from itertools import chain, islice
from operator import attrgetter

from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.listing.destination import SuppressedDestination, order_of
from ses_reputation.suppression.snapshot.block_index import IndexedBlock, unpack_index
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import unpack_rows
from ses_reputation.suppression.store import SnapshotStore

_first_key = attrgetter("first_key")


def find_rows(store: SnapshotStore, manifest: Manifest, address: str) -> tuple[SuppressedDestination, ...]:
    """Return the rows of all spellings of an address, which differ in case alone; none where none is listed.

    It takes two requests, or one more for each further block that spellings reach into. Raises
    SnapshotCorruptError where index or block are not what the manifest describes.
    """
    caseless = address.casefold()
    blocks = blocks_of(caseless, load_index(store, manifest))
    rows = chain.from_iterable(_read_block(store, manifest, block) for block in blocks)
    return tuple(row for row in rows if row.email_address.casefold() == caseless)


def load_index(store: SnapshotStore, manifest: Manifest) -> list[IndexedBlock]:
    """Load the blocks of a snapshot, in the order of rows. Raises SnapshotCorruptError."""
    key = manifest.run.prefix + manifest.index.name
    stored = store.fetch(key)
    if stored is None:
        raise SnapshotCorruptError(f"{key} is missing.")
    if sha256(stored.body).hexdigest() != manifest.index.sha256:
        raise SnapshotCorruptError(f"{key} is not what the manifest describes: its SHA-256 differs.")
    return unpack_index(key, stored.body)


def blocks_of(caseless: str, blocks: Sequence[IndexedBlock]) -> Sequence[IndexedBlock]:
    """Return the blocks that can hold a spelling: keys of all begin with the caseless address and a NUL."""
    first = bisect_right(blocks, caseless, key=_first_key) - 1
    end = bisect_left(blocks, f"{caseless}\1", key=_first_key)
    return blocks[max(0, first) : end]


def _read_block(store: SnapshotStore, manifest: Manifest, block: IndexedBlock) -> list[SuppressedDestination]:
    key = manifest.run.prefix + block.part
    # One window of the stream is one ranged request; gzip's own checksum says whether it is a whole block.
    rows = list(unpack_rows(key, islice(store.stream(key, block.length, block.offset), 1)))
    if not rows or order_of(rows[0].email_address) != block.first_key:
        raise SnapshotCorruptError(f"{key} is not what its index describes.")
    return rows
