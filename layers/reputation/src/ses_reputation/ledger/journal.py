"""From observations to what is written: pages by account-hour, entries, and packed delays."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.origins import AccountHour, Origin
from ses_reputation.feedback.provenance import Feed
from ses_reputation.feedback.tags import MOST_TAG_BYTES, MOST_TAGS, MOST_VALUES, name_of_tag, other_of
from ses_reputation.ledger.delays import DelayPage, ReportedDelay, delay_of, delay_pages
from ses_reputation.ledger.entries import Entry, entry_of, is_delay
from ses_reputation.ledger.pages import MOST_FACT_BYTES, MOST_SOURCE_BYTES, Page, Source, pack_page
from ses_reputation.ledger.segments import Segment, segment_of
from ses_reputation.ledger.shards import DIGITS, FINGERPRINT_BYTES, Shard, bucket_of, fingerprint
from ses_reputation.tallies import group_by

if TYPE_CHECKING:
    from ses_reputation.feedback.reading import Observed

# An item of DynamoDB holds 400 KB (409,600 bytes), names and keys included: the keys take less than 1 KB.
MOST_PAGE_BYTES = 400_000
# DynamoDB bills a write by the kilobyte begun: a bucket with so much has a page of its own for what rounding
# adds.
OWN_PAGE_BYTES = 1_000
# Messages a second that one of several pollers has. From the first on, an hour takes many thousand read
# units. From the second on, a partition of DynamoDB, which takes a thousand write units a second, may be too
# little for a bucket.
BUSY_PER_SECOND, DENSE_PER_SECOND = 200, 1_000
# As JSON may write a character.
_MOST_CHARACTER_BYTES = 6
# SES's longest: 320 bytes of an identity, 64 characters of a configuration set, and tags.
_MOST_NAMES_BYTES = _MOST_CHARACTER_BYTES * (320 + 64) + MOST_TAGS * MOST_TAG_BYTES

JournalRow = Page | Entry | DelayPage
Runs = defaultdict[tuple[int, int], list[bytes]]
"""Fingerprints by outcome code and provider code."""


@dataclass(slots=True)
class SourceDraft:
    """The facts of one source, and the queue messages that report them."""

    source: Source
    runs: Runs = field(default_factory=lambda: defaultdict(list))
    messages: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About how many bytes of a page it takes, with names."""
        facts = FINGERPRINT_BYTES * sum(map(len, self.runs.values()))
        names = (
            len(self.source.identity) + len(self.source.configuration_set) + sum(map(len, self.source.tags))
        )
        return MOST_SOURCE_BYTES + names + 4 * len(self.runs) + facts


@dataclass(slots=True)
class HourDraft:
    """What a batch holds of a segment so far; `most_bytes` is what it takes on one page at most."""

    segment: Segment
    sources: dict[Source, SourceDraft] = field(default_factory=dict)
    most_bytes: int = 0
    tags: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def has_room(self, facts: int) -> bool:
        """Return whether so many facts of one more source fit on one page."""
        return (
            self.most_bytes + facts * MOST_FACT_BYTES + MOST_SOURCE_BYTES + _MOST_NAMES_BYTES
            <= MOST_PAGE_BYTES
        )

    def runs_for(self, source: Source, facts: int, message: str) -> Runs:
        """Return where so many facts of a message go."""
        draft = self.sources.get(source)
        if draft is None:
            draft = self.sources[source] = SourceDraft(source)
            names = len(source.identity) + len(source.configuration_set)
            self.most_bytes += MOST_SOURCE_BYTES + _MOST_CHARACTER_BYTES * names
            self.most_bytes += MOST_TAG_BYTES * len(source.tags)
        self.most_bytes += facts * MOST_FACT_BYTES
        draft.messages.append(message)
        return draft.runs

    def bounded(self, tag: str) -> str:
        """Return a tag, or what stands for other values if a page has many of its name."""
        name = name_of_tag(tag)
        values = self.tags[name]
        if tag not in values and len(values) >= MOST_VALUES:
            return other_of(name)
        values.add(tag)
        return tag

    def pages(self, messages_per_second: float) -> Iterator[tuple[Page, Sequence[str]]]:
        """Yield the pages of the hour with the messages that each is made from.

        Where mail comes fast, that of each bucket has a page of its own if it fills a write unit or is alone;
        the rest shares one. Where it comes faster still, a full bucket has sixteen pages, by the first digit
        of the fingerprint.
        """
        whole, shared = Shard(self.segment), []
        if messages_per_second < BUSY_PER_SECOND:
            yield _page_of(whole, self.sources.values())
            return
        by_bucket = group_by(self.sources.values(), lambda draft: draft.source.bucket)
        for bucket, drafts in by_bucket.items():
            is_full = sum(draft.size for draft in drafts) >= OWN_PAGE_BYTES
            if not is_full and len(by_bucket) > 1:
                shared += drafts
            elif is_full and messages_per_second >= DENSE_PER_SECOND:
                yield from _pages_by_digit(whole.part(DIGITS[bucket]), drafts)
            else:
                yield _page_of(whole.part(DIGITS[bucket]), drafts)
        if shared:
            yield _page_of(whole, shared)


def _page_of(shard: Shard, drafts: Collection[SourceDraft]) -> tuple[Page, Sequence[str]]:
    facts = {draft.source: draft.runs for draft in drafts if draft.runs}
    return pack_page(shard, facts), [message for draft in drafts for message in draft.messages]


def _pages_by_digit(shard: Shard, drafts: Sequence[SourceDraft]) -> Iterator[tuple[Page, Sequence[str]]]:
    parts: dict[str, dict[Source, Runs]] = defaultdict(dict)
    for draft in drafts:
        for key, fingerprints in draft.runs.items():
            for dispatch in fingerprints:
                runs = parts[DIGITS[dispatch[0] >> 4]].setdefault(draft.source, defaultdict(list))
                runs[key].append(dispatch)
    messages = [message for draft in drafts for message in draft.messages]
    for digit, facts in sorted(parts.items()):
        yield pack_page(shard.part(digit), facts), messages


class JournalDraft:
    """One batch's pages and entries, each with the queue messages that it was made from.

    A message's facts stand on one page (where mail comes very fast: on up to sixteen), so that a page that
    could not be stored names its messages. messages_per_second: how fast they come to this poller, 0 if that
    is not known.
    """

    def __init__(
        self, arrived_at: datetime, entry_retention: timedelta, messages_per_second: float = 0
    ) -> None:
        self._arrived_at = arrived_at
        self._entry_retention = entry_retention
        self._messages_per_second = messages_per_second
        self._open: dict[AccountHour, HourDraft] = {}
        self._hours: list[HourDraft] = []
        self._entries: dict[tuple[str, str], tuple[Entry, list[str]]] = {}
        self._delays: defaultdict[tuple[str, str], list[ReportedDelay]] = defaultdict(list)

    def add(self, queue_message: str, observed: "Observed") -> None:
        """Write down what one queue message observed: all of it, or nothing where it raises."""
        origin, observations, message_id = observed.origin, observed.observations, observed.message_id
        source = _source_of(origin, observed.configuration_set, observed.feed)
        facts = [
            (each.outcome, each.provider, fingerprint(message_id, each.recipient)) for each in observations
        ]
        details = [self._details_of(observed, each) for each in observations if each.details is not None]
        hour = self._hour_for(origin.account_hour, len(observations))
        if observed.tags:
            source = source._replace(tags=tuple(sorted(map(hour.bounded, observed.tags))))
        runs = hour.runs_for(source, len(observations), queue_message)
        for outcome, provider, dispatch in facts:
            runs[outcome, provider].append(dispatch)
        for each in details:
            self._keep(each, origin.account_hour, queue_message)

    def rows(self) -> Iterator[tuple[JournalRow, Sequence[str]]]:
        """Yield each row with the queue messages that fail if it cannot be stored.

        Pages come last: a stored page makes a post, and whoever reads a balance wants its entries there.
        """
        yield from self._entries.values()
        for account, delays in self._delays.items():
            yield from delay_pages(delays, account, self._arrived_at, self._entry_retention)
        for hour in self._hours:
            yield from hour.pages(self._messages_per_second)

    def _details_of(self, observed: "Observed", observation: Observation) -> Entry | bytes:
        """Return what is kept of an adverse observation: an entry, or a delay as JSON."""
        if is_delay(observation):
            return delay_of(observed, observation)
        return entry_of(observed, observation, self._arrived_at, self._entry_retention)

    def _keep(self, details: Entry | bytes, account_hour: AccountHour, queue_message: str) -> None:
        if isinstance(details, bytes):
            self._delays[account_hour[:2]].append((details, queue_message))
            return
        _, messages = self._entries.setdefault((details.message_id, details.sort_key), (details, []))
        messages.append(queue_message)

    def _hour_for(self, account_hour: AccountHour, facts: int) -> HourDraft:
        hour = self._open.get(account_hour)
        if hour is None or not hour.has_room(facts):
            hour = self._open[account_hour] = HourDraft(segment_of(account_hour, self._arrived_at))
            self._hours.append(hour)
        return hour


@lru_cache(maxsize=4096)
def _source_of(origin: Origin, configuration_set: str | None, feed: Feed) -> Source:
    bucket = bucket_of(origin.from_domain or origin.identity.rpartition("@")[2])
    return Source(bucket, origin.identity, origin.is_assumed, configuration_set or "", feed is Feed.OWNER)
