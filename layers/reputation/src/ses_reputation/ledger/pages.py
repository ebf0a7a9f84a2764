"""Journal pages: the facts of one shard of an account-hour from one batch, packed.

    page   = length varint, names, source*
    names  = lists as JSON: identities, configuration sets and, if there are any, tags, each once
    source = mark u8, identity varint, configuration set varint, tags?, count varint, run*[count]
    mark   = 16 x bucket (ses_reputation.ledger.shards)
             + 1 if the owner's feed reports it + 2 if the identity is assumed from the From domain
             + 4 if there are tags (bit 8: for what a later version adds; refused until then)
    tags   = count varint, place varint*[count]
    run    = outcome u8, provider u8, count varint, fingerprint[count]

Identities are places in their list, sets too, from 1 (0: none named). Sources, runs, and the fingerprints in
them, are sorted: one set of facts has one packing and one digest. A fact costs 8 bytes and its share of a
run's and a source's head.
"""

import json
from array import array
from base64 import urlsafe_b64encode
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from sys import byteorder
from typing import NamedTuple

from ses_reputation.errors import PageError
from ses_reputation.feedback.outcomes import URGENT
from ses_reputation.ledger.shards import DIGITS, FINGERPRINT_BYTES, Shard, bounds_of_digit

PAGE_VERSION = 2
# A fact alone in its run; and the head of a source with the quotes of its names, places of two bytes.
MOST_FACT_BYTES = 13
MOST_SOURCE_BYTES = 13
_IS_OWNERS, _IS_ASSUMED, _HAS_TAGS, _RESERVED = 1, 2, 4, 8
_URGENT, _NOT_URGENT = "!", "-"


class Source(NamedTuple):
    """What the facts of one feed, identity and configuration set have in common.

    configuration_set: empty where none is named. bucket: of the From domain, 0 to 15. tags: those that are
    kept, each as `campaign=spring`, sorted. A tuple, because every event is looked up by it.
    """

    bucket: int
    identity: str
    is_assumed: bool
    configuration_set: str
    is_owners: bool
    tags: tuple[str, ...] = ()


RunKey = tuple[Source, int, int]
"""Source, outcome code, provider code."""
FactsOfSource = Mapping[tuple[int, int], Iterable[bytes]]
"""Fingerprints by outcome code and provider code."""


@dataclass(frozen=True, slots=True)
class Page:
    """One item of the journal. `sort_key` is made of the content; the same facts always have the same."""

    shard: Shard
    content: bytes
    sort_key: str


@dataclass(frozen=True, slots=True)
class FactRun:
    """Dispatches that share a source, an outcome and a provider, by their codes, in ascending order."""

    source: Source
    outcome: int
    provider: int
    fingerprints: "array[int]"


@dataclass(slots=True)
class GatheredRuns:
    """Runs of many pages, those of one source, outcome and provider put together as they come.

    An hour of thousands of identities has millions of runs of a fact or two: 8 bytes a fact are kept of them.
    """

    facts: "dict[RunKey, array[int]]" = field(default_factory=dict)

    def add(self, runs: Iterable[FactRun]) -> None:
        """Take the runs of a page."""
        for run in runs:
            key = run.source, run.outcome, run.provider
            known = self.facts.get(key)
            if known is None:
                self.facts[key] = run.fingerprints
            else:
                known.extend(run.fingerprints)

    def runs(self) -> list[FactRun]:
        """Return one run of each source, outcome and provider; its fingerprints may repeat."""
        return [FactRun(*key, array("Q", sorted(facts))) for key, facts in self.facts.items()]


def pack_page(shard: Shard, facts: Mapping[Source, FactsOfSource]) -> Page:
    """Pack the fingerprints of each source into a page of a shard."""
    identities = sorted({source.identity for source in facts})
    sets = sorted({source.configuration_set for source in facts} - {""})
    tags = sorted({tag for source in facts for tag in source.tags})
    identity_places = {name: place for place, name in enumerate(identities)}
    set_places = {name: place for place, name in enumerate(sets, start=1)} | {"": 0}
    tag_places = {tag: place for place, tag in enumerate(tags)}
    lists = [identities, sets, tags] if tags else [identities, sets]
    names = json.dumps(lists, separators=(",", ":"), ensure_ascii=False).encode()
    packed = [_varint(len(names)), names]
    for source in sorted(facts):
        packed.append(_mark(source))
        packed.append(_varint(identity_places[source.identity]))
        packed.append(_varint(set_places[source.configuration_set]))
        if source.tags:
            packed += map(_varint, (len(source.tags), *(tag_places[tag] for tag in source.tags)))
        packed += _packed_runs(facts[source])
    content = b"".join(packed)
    return Page(shard, content, f"{_touched(shard, facts)}{_urgency(facts)}{_digest(content)}")


def _mark(source: Source) -> bytes:
    mark = source.bucket << 4 | source.is_owners * _IS_OWNERS | source.is_assumed * _IS_ASSUMED
    return bytes((mark | bool(source.tags) * _HAS_TAGS,))


def _packed_runs(runs: FactsOfSource) -> Iterator[bytes]:
    yield _varint(len(runs))
    for outcome, provider in sorted(runs):
        fingerprints = sorted(set(runs[outcome, provider]))
        yield bytes((outcome, provider)) + _varint(len(fingerprints)) + b"".join(fingerprints)


def _touched(shard: Shard, facts: Iterable[Source]) -> str:
    """Return four digits that say which parts of a shard a page has facts of: others need no posting."""
    if shard.prefix:
        return "ffff"
    bits = 0
    for source in facts:
        bits |= 1 << source.bucket
    return f"{bits:04x}"


def _urgency(facts: Mapping[Source, FactsOfSource]) -> str:
    outcomes = {outcome for runs in facts.values() for outcome, _ in runs}
    return _URGENT if outcomes & URGENT else _NOT_URGENT


def is_urgent(sort_key: str) -> bool:
    """Return whether a page tells of a bounce or a complaint, by its sort key."""
    return sort_key[4:5] == _URGENT


def touched_digits(sort_key: str) -> frozenset[str]:
    """Return the digits of the parts that a page has facts of. Raises ValueError where its key is none."""
    bits = int(sort_key[:4], 16)
    return frozenset(digit for place, digit in enumerate(DIGITS) if bits >> place & 1)


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(blake2b(content, digest_size=12).digest()).decode()


def unpack_page(content: bytes, version: int) -> Iterator[FactRun]:
    """Yield the runs of a page's content. Raises PageError where the bytes do not fit the format."""
    if version != PAGE_VERSION:
        raise PageError(_describe_version(version))
    try:
        length, start = _read_varint(content, 0)
        identities, sets, *tags = json.loads(content[start : start + length])
        names = _Names(identities, ["", *sets], *tags)
        yield from _runs(content, start + length, names)
    except (ValueError, IndexError, TypeError) as error:
        raise PageError(f"a page of {len(content)} bytes is damaged: {type(error).__name__}") from error


def _describe_version(version: int) -> str:
    if version > PAGE_VERSION:
        return f"a page is of version {version}, newer than this code: upgrade the functions"
    return (
        f"a page is of version {version}, which no release wrote and this code does not read: "
        "delete the ledger's items and replay the feedback"
    )


class _Names(NamedTuple):
    identities: Sequence[str]
    sets: Sequence[str]
    tags: Sequence[str] = ()


def _runs(content: bytes, position: int, names: _Names) -> Iterator[FactRun]:
    while position < len(content):
        source, position = _read_source(content, position, names)
        runs, position = _read_varint(content, position)
        for _ in range(runs):
            outcome, provider = content[position : position + 2]
            count, start = _read_varint(content, position + 2)
            position = start + count * FINGERPRINT_BYTES
            if position > len(content):
                raise PageError(
                    f"the run before byte {start} promises more than the page's {len(content)} bytes"
                )
            yield FactRun(source, outcome, provider, _fingerprints(content[start:position]))


def _read_source(content: bytes, position: int, names: _Names) -> tuple[Source, int]:
    """Return the source at a position and the position after it."""
    mark = content[position]
    if mark & _RESERVED:
        raise PageError("a page has a mark that is newer than this code: upgrade the functions")
    identity, position = _read_varint(content, position + 1)
    name, position = _read_varint(content, position)
    tags: list[str] = []
    if mark & _HAS_TAGS:
        count, position = _read_varint(content, position)
        for _ in range(count):
            place, position = _read_varint(content, position)
            tags.append(names.tags[place])
    is_assumed, is_owners = bool(mark & _IS_ASSUMED), bool(mark & _IS_OWNERS)
    source = Source(
        mark >> 4, names.identities[identity], is_assumed, names.sets[name], is_owners, tuple(tags)
    )
    return source, position


def runs_within(runs: Iterable[FactRun], prefix: str) -> Iterator[FactRun]:
    """Yield what runs hold of the shard of a prefix; empty runs are left out."""
    for run in runs:
        if prefix and DIGITS[run.source.bucket] != prefix[0]:
            continue
        if len(prefix) > 1:
            found, (low, high) = run.fingerprints, bounds_of_digit(prefix[1])
            found = found[bisect_left(found, low) : bisect_left(found, high)]
            run = FactRun(run.source, run.outcome, run.provider, found)  # noqa: PLW2901
        if run.fingerprints:
            yield run


def dispatches_between(runs: Iterable[FactRun], low: int, high: int) -> dict[RunKey, set[int]]:
    """Return the distinct dispatches of runs whose fingerprints are at least `low` and below `high`."""
    reported: dict[RunKey, set[int]] = defaultdict(set)
    for run in runs:
        fingerprints = run.fingerprints
        between = fingerprints[bisect_left(fingerprints, low) : bisect_left(fingerprints, high)]
        if between:
            reported[run.source, run.outcome, run.provider].update(between)
    return reported


def _fingerprints(packed: bytes) -> "array[int]":
    fingerprints = array("Q", packed)
    if byteorder == "little":
        fingerprints.byteswap()
    return fingerprints


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _read_varint(content: bytes, position: int) -> tuple[int, int]:
    """Return the number at a position and the position after it."""
    number = shift = 0
    while content[position] & 0x80:
        number |= (content[position] & 0x7F) << shift
        shift += 7
        position += 1
    return number | content[position] << shift, position + 1
