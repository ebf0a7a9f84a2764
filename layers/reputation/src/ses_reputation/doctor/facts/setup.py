"""All that the doctor looks at: the places that send, the way to the ledger, and what the ledger has seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ses_reputation.doctor.facts.listing import Listing, Unread
from ses_reputation.doctor.facts.messaging import EncryptionKey, Queue, Topic
from ses_reputation.doctor.facts.sending import IdentityFacts, Place


@dataclass(frozen=True, slots=True)
class SeenSender:
    """What the ledger counted of one sender's mail in the last 30 days.

    without_set: outcomes that only the owner's feed reported. reported_by_set: those of the sender's feed.
    owner_last_reported: the newest UTC hour or day of sending that the owner's feed reported, "" where it
    reported nothing; sets_last_reported: the same of the sender's feed, by configuration set.
    """

    account: str
    region: str
    identity: str
    without_set: int
    reported_by_set: int
    owner_last_reported: str = ""
    sets_last_reported: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnheardChannel:
    """A channel of the ledger's stack that reaches nobody, or of which that is unknown.

    name: `alert topic`, `alarm topic` or `event bus`. subject: its ARN or name. problem: why nobody hears it,
    "" where error_code, of AWS, says why that is unknown.
    """

    name: str
    subject: str
    problem: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What was read of the ledger and of every registered account, at an aware UTC time.

    queue: None where it could not be read. topics, keys: those that the places and the queue name; keys by
    `key_name`. unread: every call that failed.
    """

    read_at: datetime
    ledger_account: str
    owners: frozenset[str]
    delegates: frozenset[str]
    places: tuple[Place, ...]
    queue_arn: str
    queue: Queue | None
    topics: Listing[Topic] = field(default_factory=Listing)
    keys: Listing[EncryptionKey] = field(default_factory=Listing)
    senders: tuple[SeenSender, ...] = ()
    unread: tuple[Unread, ...] = ()
    role: str = ""
    """The role that reads in other accounts, "" where the caller's own credentials do."""
    stack: str = ""
    """The ledger's stack, for commands; "" where it is the one on this machine."""
    unheard: tuple[UnheardChannel, ...] = ()
    """Channels of that stack. The hourly checks leave them out: a metric and an alarm are for those."""

    @property
    def accounts(self) -> frozenset[str]:
        """All registered accounts: feedback of topics of others is refused."""
        return self.owners | self.delegates | {self.ledger_account}

    def last_of_identity(self, region: str, identity: str) -> str:
        """Return the newest UTC hour or day of sending that an owner's feed reported, "" if it is unknown."""
        of_identity = (each for each in self.senders if (each.region, each.identity) == (region, identity))
        return max((each.owner_last_reported for each in of_identity), default="")

    def last_of_set(self, account: str, region: str, name: str) -> str:
        """Return the newest UTC hour or day of sending that a set's feed reported, "" if it is unknown."""
        of_account = (each for each in self.senders if (each.account, each.region) == (account, region))
        return max((each.sets_last_reported.get(name, "") for each in of_account), default="")

    def identities(self) -> Iterator[tuple[Place, IdentityFacts]]:
        """Return each identity with its place."""
        for place in self.places:
            for identity in place.identities:
                yield place, identity

    def owned_identities(self) -> Iterator[tuple[Place, IdentityFacts]]:
        """Return each identity of the identity owners' accounts."""
        return ((place, each) for place, each in self.identities() if place.account in self.owners)

    def of_account(self, account: str) -> tuple[Place, ...]:
        """Return the places of an account."""
        return tuple(place for place in self.places if place.account == account)
