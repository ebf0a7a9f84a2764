"""What proof by mail found, party by party."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ses_reputation.feedback.provenance import Feed
from ses_reputation.verification.expectation import Expectation
from ses_reputation.verification.explanation import RefusalExplanation
from ses_reputation.verification.feed_setup import FeedSetup
from ses_reputation.verification.marker_mail import SendingParty
from ses_reputation.verification.sending import AcceptedMail, RefusedMail
from ses_reputation.verification.watching import Watch


@dataclass(frozen=True, slots=True)
class PartyProof:
    """What its feeds are set up to report to a party, which of its mails SES took, which not, and why."""

    party: SendingParty
    setups: tuple[FeedSetup, ...]
    accepted: tuple[AcceptedMail, ...]
    refused: tuple[tuple[RefusedMail, RefusalExplanation], ...]

    @property
    def lacking_setups(self) -> tuple[FeedSetup, ...]:
        """The feeds that are not set up to report what they should.

        An owner that sends without a configuration set has no feed of its own sends, and needs none.
        """
        return tuple(each for each in self.setups if each.lacking and self._needs(each.feed))

    def _needs(self, feed: Feed) -> bool:
        return feed is Feed.OWNER or self.party.is_delegate or bool(self.party.configuration_set)


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was tried under one marker from a time on, and what of the expected has come."""

    marker: str
    began_at: datetime
    parties: tuple[PartyProof, ...]
    expected: tuple[Expectation, ...]
    watch: Watch

    @property
    def is_complete(self) -> bool:
        """Whether SES took every mail, every feed is set up, and everything expected is in the ledger."""
        is_sound = all(not each.refused and not each.lacking_setups for each in self.parties)
        return is_sound and bool(self.expected) and not self.missing

    @property
    def missing(self) -> tuple[Expectation, ...]:
        """What has not come."""
        return tuple(each for each in self.expected if each not in self.watch.came)

    def missing_of(self, party: SendingParty, feed: Feed) -> tuple[Expectation, ...]:
        """Return what has not come of one party's mails in one feed."""
        return tuple(each for each in self.missing if (each.accepted.mail.party, each.feed) == (party, feed))

    def expected_of(self, party: SendingParty) -> Iterator[Expectation]:
        """Yield what must come of one party's mails."""
        return (each for each in self.expected if each.accepted.mail.party == party)
