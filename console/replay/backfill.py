"""Archives journaled straight into a deployed ledger: an operator's word, under the operator's credentials.

docs/adr/0020-backfill.md says why they do not go through the queue.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from console.replay.archives import Unsendable, read_messages
from ses_reputation.feedback.archive import ArchiveDefaults, ArchivedMessage
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.segments import segment_of
from ses_reputation.ledger.store import BalanceTable, JournalTable
from ses_reputation.tallies import group_by

# As many as the function gets at most, so that pages are of the same size.
_MESSAGES_TOGETHER = 1_000

Refusal = tuple[str, str]
"""Why the ledger does not take a message: the reason of the quarantine, and its explanation."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The user's files, and what holds for events that do not say it."""

    files: Sequence[Path]
    defaults: ArchiveDefaults

    def messages(self) -> Iterator[ArchivedMessage | Unsendable]:
        """Yield the messages of all files, in their order."""
        for path in self.files:
            yield from read_messages(path, self.defaults)


@dataclass(slots=True)
class BackfillTally:
    """What becomes of an archive's messages; each is in one of the last six, from `journaled` on.

    own: those without SNS's envelope. hours: how many facts are of each. left_out: of hours whose counted
    facts have expired, so that nothing shows which were counted. unreadable: the rest of files that cannot be
    read. failed: by why they were not stored.
    """

    received: int = 0
    own: int = 0
    hours: Counter[AccountHour] = field(default_factory=Counter)
    journaled: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    refused: Counter[Refusal] = field(default_factory=Counter)
    left_out: int = 0
    unreadable: list[Unsendable] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    def without_hours(self, closed: Collection[AccountHour]) -> "BackfillTally":
        """The tally of what is read only, if the messages of some hours are left out."""
        left_out = sum(self.hours[hour] for hour in closed)
        hours = Counter({hour: number for hour, number in self.hours.items() if hour not in closed})
        return replace(self, hours=hours, left_out=left_out, journaled=self.journaled - left_out)

    def to_json(self) -> dict[str, Any]:
        """The tally as `--json` prints it."""
        reasons: Counter[str] = Counter()
        for (reason, _), messages in self.refused.items():
            reasons[reason] += messages
        return {
            "received": self.received,
            "journaled": self.journaled,
            "ignored": dict(sorted(self.ignored.items())),
            "refused": dict(sorted(reasons.items())),
            "left_out": self.left_out,
            "failed": self.failed.total() + len(self.unreadable),
            "without_envelope": self.own,
        }


@dataclass(frozen=True, slots=True)
class Backfill:
    """What the stack goes by, and when the backfill began (aware), which decides the segments of facts."""

    settings: JournalSettings
    begun_at: datetime

    def plan(self, archive: Archive, on_progress: Callable[[int], None]) -> BackfillTally:
        """Read an archive without writing: what would become of it, if no hour is closed."""
        tally = BackfillTally()
        for _ in self._observed(archive.messages(), tally):
            tally.journaled += 1
            if tally.received % _MESSAGES_TOGETHER == 0:
                on_progress(tally.received)
        return tally

    def closed_hours(self, hours: Iterable[AccountHour], balances: BalanceTable) -> set[AccountHour]:
        """Return the hours of which the ledger holds counts whose facts it may have forgotten.

        The pages of a segment are there until the next segment has closed: only by these can a fact be known
        as one that was counted.
        """
        old = [hour for hour in hours if self._last_compared(hour) > 0]
        closed: set[AccountHour] = set()
        for (account, region), of_account in group_by(old, lambda hour: hour[:2]).items():
            times = [hour.send_hour for hour in of_account]
            for balance in balances.balances_of_account(account, region, min(times), max(times)):
                segment = balance.shard.segment
                if segment.number < self._last_compared(segment.account_hour):
                    closed.add(segment.account_hour)
        return closed & set(old)

    def journal(
        self,
        archive: Archive,
        closed: Collection[AccountHour],
        journal: JournalTable,
        on_progress: Callable[[int], None],
    ) -> BackfillTally:
        """Journal an archive, but for closed hours; stop where nothing of a batch can be stored."""
        tally = BackfillTally()
        observed = self._observed(archive.messages(), tally)
        while together := list(islice(observed, _MESSAGES_TOGETHER)):
            wanted = [each for each in together if each.origin.account_hour not in closed]
            tally.left_out += len(together) - len(wanted)
            unstored = self._write(wanted, journal)
            tally.failed.update(unstored.values())
            tally.journaled += len(wanted) - len(unstored)
            on_progress(tally.received)
            if unstored and len(unstored) == len(wanted):
                break
        return tally

    def _write(self, observed: Sequence[Observed], journal: JournalTable) -> dict[str, str]:
        draft = JournalDraft(self.begun_at, self.settings.entry_retention)
        for number, each in enumerate(observed):
            draft.add(str(number), each)
        rows = list(draft.rows())
        unstored = journal.write([row for row, _ in rows]) if rows else {}
        return {message: cause for place, cause in unstored.items() for message in rows[place][1]}

    def _observed(
        self, messages: Iterable[ArchivedMessage | Unsendable], tally: BackfillTally
    ) -> Iterator[Observed]:
        """Yield what the stack would believe of its registered accounts; count everything else."""
        for message in messages:
            tally.received += 1
            if isinstance(message, Unsendable):
                tally.unreadable.append(message)
                continue
            tally.own += message.is_own
            reading: Reading = read_wire(
                message.body, self.settings.registry, self.settings.own_domains, self.settings.tag_names
            )
            match reading:
                case Observed():
                    tally.hours[reading.origin.account_hour] += 1
                    yield reading
                case Ignored():
                    tally.ignored[reading.kind] += 1
                case Quarantined():
                    tally.refused[(str(reading.reason), reading.explanation)] += 1
                case _:
                    tally.ignored["subscription_confirmation"] += 1

    def _last_compared(self, hour: AccountHour) -> int:
        """Return the number of the segment that facts of an hour which come now are compared with."""
        return segment_of(hour, self.begun_at).number - 1
