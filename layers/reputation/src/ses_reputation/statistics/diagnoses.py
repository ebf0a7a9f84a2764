"""What the doctor found when it last looked at an account in one Region, as far as alerts quote it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ses_reputation.statistics.send_statistics import AccountRegion


class LostFeed(NamedTuple):
    """A feed that a cause keeps from the ledger, or a part of it.

    Of an identity owner: the Region, no account, and the identity. Of a sender: the account and the
    configuration set, "" for any; a Region of "" is any.
    """

    region: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class KeptDiagnosis:
    """A cause that was found: see ses_reputation.doctor.diagnosis.

    account, region: where it is to be mended. command: the first that mends it, "" where there is none that
    fits into an alert. feeds: what does not reach the ledger because of it. subject: what it is about.
    found_at: an aware UTC time, None where it is that of its place. No recipient is in any of it.
    """

    name: str
    severity: int
    account: str
    region: str
    problem: str
    mend: str
    command: str
    feeds: tuple[LostFeed, ...]
    subject: str = ""
    found_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaceDiagnoses:
    """What is to be mended in an account and Region, the most severe first, as of an aware UTC time.

    resume_after: the last resource that was read, where there was no time for all; "" where there was.
    round_began_at: when the first resource was read of those that were read since, one run after another.
    set_pools: the pool that each configuration set sends through, "" where it names none; of a set that is
    not there it is not known. pool_kinds: `managed`, `standard` or `shared`, by pool, as far as known.
    """

    account: str
    region: str
    read_at: datetime
    found: tuple[KeptDiagnosis, ...]
    resume_after: str = ""
    round_began_at: datetime | None = None
    set_pools: Mapping[str, str] = field(default_factory=dict)
    pool_kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> AccountRegion:
        """Where it is to be mended, or the ledger's own place if that is nowhere that is read."""
        return AccountRegion(self.account, self.region)
