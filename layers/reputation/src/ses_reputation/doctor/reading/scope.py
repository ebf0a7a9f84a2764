"""Which accounts and Regions the doctor reads: one rule for the command and for the hourly checks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ses_reputation.environment import is_region


@dataclass(frozen=True, slots=True)
class SetupScope:
    """What to read: SES of these accounts and Regions, and the ledger's queue by URL and ARN.

    role: that reads in other accounts than the ledger's, "" where the caller's credentials do.
    stack: as of Setup. resume_after: places of which a part was read last time, with the last of it.
    """

    ledger_account: str
    owners: frozenset[str]
    delegates: frozenset[str]
    places: tuple[tuple[str, str], ...]
    queue_arn: str
    queue_url: str
    role: str = ""
    stack: str = ""
    resume_after: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The Region of the ledger's queue."""
        return self.queue_arn.split(":")[3]


def places_to_read(
    accounts: Iterable[str],
    home_region: str,
    mail_regions: Iterable[str],
    with_stacks: Iterable[tuple[str, str]] = (),
    only_regions: Collection[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Return accounts with Regions, in the order of `accounts`, each once.

    Every account is read in the ledger's Region and in each that mail came from, whoever sent it: an identity
    owner sends nothing itself, and has its topics in the Regions of those who do. with_stacks: accounts and
    Regions that are read besides. only_regions: read in place of all these. What is no Region's name is left
    out: mail_regions come from messages.
    """
    ordered = tuple(dict.fromkeys(accounts))
    regions = set(only_regions) or {home_region, *filter(is_region, mail_regions)}
    elsewhere = () if only_regions else sorted(set(with_stacks))
    found = [(account, region) for account in ordered for region in sorted(regions)]
    return tuple(dict.fromkeys([*found, *(place for place in elsewhere if place[0] in ordered)]))
