"""Which of the causes that the doctor found concern a feed: evidence quotes them, instead of guessing."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.hours import ONE_DAY, format_second
from ses_reputation.statistics.diagnoses import KeptDiagnosis, LostFeed

MOST_QUOTED = 3
# The doctor looks every hour. What it found longer ago than this, nobody may still say.
_STALE_AFTER = ONE_DAY


@dataclass(frozen=True, slots=True)
class QuotedDiagnosis:
    """A cause that the doctor found at a time, and where and how it is mended; command: "" where none is."""

    read_at: datetime
    account: str
    problem: str
    mend: str
    command: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, the fields by name."""
        return {
            "read_at": format_second(self.read_at),
            "account": self.account,
            "problem": self.problem,
            "mend": self.mend,
            "command": self.command,
        }


Quoted = tuple[QuotedDiagnosis, ...]


def quote_owners_feed(mail: EntityMail, identity: str, regions: Collection[str]) -> Quoted:
    """Return the most severe causes that cost the owner's feed of an identity in one of the Regions."""
    return _quote(mail, lambda feed: not feed.account and feed.name == identity and feed.region in regions)


def quote_senders_feed(
    mail: EntityMail, account: str, regions: Collection[str], sets: Collection[str] = ()
) -> Quoted:
    """Return the most severe causes that cost a sender's feed in one of the Regions.

    sets: the configuration sets that it is about; all where there are none.
    """

    def concerns(feed: LostFeed) -> bool:
        is_there = feed.account == account and (not feed.region or feed.region in regions)
        return is_there and (not sets or not feed.name or feed.name in sets)

    return _quote(mail, concerns)


def to_json(quoted: Iterable[QuotedDiagnosis]) -> list[dict[str, Any]]:
    """Return plain JSON of quoted causes, in their order."""
    return [each.to_json() for each in quoted]


def _quote(mail: EntityMail, concerns: Callable[[LostFeed], bool]) -> Quoted:
    found = [
        (found_at, each)
        for place in mail.diagnoses
        for each in place.found
        if (found_at := each.found_at or place.read_at) > mail.now - _STALE_AFTER
        and any(map(concerns, each.feeds))
    ]
    most_severe = sorted(found, key=lambda each: -each[1].severity)
    return tuple(_quoted(*each) for each in most_severe[:MOST_QUOTED])


def _quoted(read_at: datetime, each: KeptDiagnosis) -> QuotedDiagnosis:
    return QuotedDiagnosis(read_at, each.account, each.problem, each.mend, each.command)
