"""What the feeds report of a party's mail, in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ses_reputation.findings.feed_coverage.feed_health import FeedView
from ses_reputation.rollup.entities import EntityKind, ReputationEntity, SenderIdentity
from ses_reputation.standing.state import FindingState
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.statement import FeedLine
from ses_reputation.wording import count, moment_of, percent

MOST_FEEDS = 60


class FeedFinding(NamedTuple):
    """An open finding of feeds, the entity that it is open in, and what it says."""

    entity: ReputationEntity
    finding: FindingState
    headline: str

    def concerns(self, sender: SenderIdentity) -> bool:
        """Return whether it is about what is reported of a sender's mail.

        An account's is about all that it sends. An identity's names the account whose feed has the gap, none
        where it is the owner's, and the Regions.
        """
        if self.entity.kind is EntityKind.ACCOUNT:
            return (self.entity.name, self.entity.region) == (sender.account, sender.region)
        evidence = self.finding.evidence
        return (
            self.entity.name == sender.identity
            and sender.region in evidence.get("regions", ())
            and evidence.get("account") in {"", sender.account}
        )


def view_feed_lines(views: Iterable[FeedView], findings: Sequence[FeedFinding]) -> list[FeedLine]:
    """Return a line for each sender, those first of which something is missing. findings: that are open."""
    lines = [
        _line(view, [each.headline for each in findings if each.concerns(view.sender)]) for view in views
    ]
    return sorted(lines, key=lambda line: (line.is_well, line.account, line.region, line.identity))


def _line(view: FeedView, found: Sequence[str]) -> FeedLine:
    return FeedLine(
        view.sender.account,
        view.sender.region,
        shown(view.sender.identity),
        not found and bool(view.sender_last_reported or view.owner_last_reported),
        (*(f"{each}." for each in found), *_words(view)),
        view.sender_last_reported,
        view.owner_last_reported,
    )


def _words(view: FeedView) -> Iterator[str]:
    if view.sender_last_reported:
        yield (
            "The topic of the sender's configuration sets reports; the newest mail that it reported is of "
            f"{moment_of(view.sender_last_reported)}."
        )
    else:
        yield "The topic of the sender's configuration sets has reported nothing in 30 days."
    if view.owner_last_reported:
        yield (
            "The identity's own topic reports; the newest mail that it reported is of "
            f"{moment_of(view.owner_last_reported)}."
        )
    else:
        yield "The identity's own topic has reported nothing in 30 days."
    missing = view.missing
    if missing and missing.without_outcome:
        yield (
            f"Of {count(missing.sends, 'send')} from {missing.first_day} to {missing.last_day}, "
            f"{count(missing.without_outcome)} ({percent(missing.share)}) have no reported outcome."
        )
