"""From observations to what is written: pages by sender-hour, and entries for what went wrong."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.feedback.provenance import Feed
from ses_reputation.feedback.reading import Observed
from ses_reputation.ledger.entries import Entry, entry_of
from ses_reputation.ledger.fingerprint import fingerprint
from ses_reputation.ledger.pages import FACT_BYTES, MOST_CONFIGURATION_SETS, Page, RunKey, pack_page
from ses_reputation.ledger.segments import Segment, segment_of

# An item of DynamoDB holds 400 KB (409,600 bytes), names and keys included: the keys take up to 2 KB, and 127
# names of configuration sets up to 33 KB, 64 characters of 4 bytes each.
MOST_PAGE_BYTES = 370_000
JournalRow = Page | Entry


@dataclass(slots=True)
class _Draft:
    """A page being written: facts by run, and the messages whose facts they are."""

    segment: Segment
    facts: defaultdict[RunKey, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    configuration_sets: set[str] = field(default_factory=set)
    size: int = 0
    messages: list[str] = field(default_factory=list)

    def has_room(self, count: int, name: str) -> bool:
        if self.size + count * FACT_BYTES > MOST_PAGE_BYTES:
            return False
        is_known = not name or name in self.configuration_sets
        return is_known or len(self.configuration_sets) < MOST_CONFIGURATION_SETS


class JournalDraft:
    """One batch's pages and entries, each with the queue messages that it was made from.

    A message's facts all stand on one page, so that a page that could not be stored names its messages
    exactly.
    """

    def __init__(self, arrived_at: datetime, entry_retention: timedelta) -> None:
        self._arrived_at = arrived_at
        self._entry_retention = entry_retention
        self._open: dict[SenderHour, _Draft] = {}
        self._drafts: list[_Draft] = []
        self._entries: dict[tuple[str, str], tuple[Entry, list[str]]] = {}

    def add(self, queue_message: str, observed: Observed) -> None:
        """Write down what one queue message observed."""
        name = observed.configuration_set or ""
        draft = self._draft_for(observed, name)
        draft.messages.append(queue_message)
        draft.size += len(observed.observations) * FACT_BYTES
        is_owners = observed.feed is Feed.OWNER
        message_id = observed.message_id
        for observation in observed.observations:
            dispatch = fingerprint(message_id, observation.recipient)
            key = (observation.outcome, observation.provider, name, is_owners)
            draft.facts[key].append(dispatch)
            if observation.details is not None:
                entry = entry_of(observed, observation, dispatch, self._arrived_at, self._entry_retention)
                _, messages = self._entries.setdefault((entry.message_id, entry.sort_key), (entry, []))
                messages.append(queue_message)

    def rows(self) -> Iterator[tuple[JournalRow, list[str]]]:
        """Yield each page and entry with the queue messages that fail if it cannot be stored.

        Entries come first: a stored page makes a post, and whoever reads a balance wants its entries there.
        """
        yield from self._entries.values()
        for draft in self._drafts:
            if draft.facts:
                yield pack_page(draft.segment, draft.facts), draft.messages

    def _draft_for(self, observed: Observed, name: str) -> _Draft:
        draft = self._open.get(observed.sender_hour)
        if draft is None or not draft.has_room(len(observed.observations), name):
            draft = _Draft(segment_of(observed.sender_hour, self._arrived_at))
            self._open[observed.sender_hour] = draft
            self._drafts.append(draft)
        if name:
            draft.configuration_sets.add(name)
        return draft
