"""Who sends in the demo, for whom, and to whom."""

from dataclasses import dataclass

from console.demo.traffic.seeded_random import Chance

REGION = "us-east-1"
OWNER = "111122223333"
AGENCY = "444455556666"
PRODUCT = "777788889999"
DELEGATES = (AGENCY, PRODUCT)
FOREIGN = "999900001111"
OWN_DOMAINS = ("corp.example.com",)
NAMES = {OWNER: "Example Inc", AGENCY: "Agency North", PRODUCT: "Example Shop"}
"""What the accounts are called."""
TAGS = ("campaign",)
"""The message tags that senders put on mail."""

HourWeights = tuple[int, ...]
"""How much is sent in each of a day's 24 hours, relative to the others."""

AROUND_THE_CLOCK: HourWeights = (
    2,
    1,
    1,
    1,
    1,
    2,
    4,
    7,
    10,
    11,
    11,
    10,
    9,
    10,
    11,
    10,
    9,
    8,
    7,
    6,
    6,
    5,
    4,
    3,
)
IN_THE_MORNING: HourWeights = (0, 0, 0, 0, 0, 2, 6, 14, 24, 26, 18, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified domain, its owner, and what its owner is notified of."""

    domain: str
    owner: str
    notifications: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sender:
    """An account that sends from an identity.

    Permanent bounces are per mille of its dispatches. Complaints are per mille of those to providers with
    feedback loops; with 0 nobody complains at all. `campaign` is the tag of its mails, if any.
    """

    account: str
    identity: Identity
    source: str
    configuration_sets: tuple[tuple[int, str], ...]
    permanent_bounces: int
    complaints: int
    hours: HourWeights = AROUND_THE_CLOCK
    campaign: str = ""

    @property
    def is_delegated(self) -> bool:
        """Return whether the sender uses an identity of another account."""
        return self.account != self.identity.owner


@dataclass(frozen=True, slots=True)
class InventedRecipient:
    """One recipient: its address as the ledger names it, and as it is written in `mail.destination`."""

    address: str
    written: str

    @property
    def domain(self) -> str:
        """The domain of the address, as A-labels."""
        return self.address.rpartition("@")[2]


EXAMPLE_COM = Identity("example.com", OWNER, frozenset({"Bounce", "Complaint"}))
EXAMPLE_ORG = Identity("example.org", OWNER, frozenset({"Bounce", "Complaint", "Delivery"}))

SENDERS = (
    (
        45,
        Sender(
            AGENCY,
            EXAMPLE_COM,
            '"Example News" <news@example.com>',
            ((60, "newsletter"), (40, "promotions")),
            permanent_bounces=8,
            complaints=0,
            hours=IN_THE_MORNING,
            campaign="weekly-letter",
        ),
    ),
    (2, Sender(AGENCY, EXAMPLE_ORG, "tips@example.org", ((1, "newsletter"),), 8, 0)),
    (
        21,
        Sender(
            PRODUCT,
            EXAMPLE_ORG,
            "=?UTF-8?B?QsO8Y2hlciBTaG9w?= <receipts@example.org>",
            ((50, "receipts"), (30, "alerts"), (20, "password-resets")),
            permanent_bounces=8,
            complaints=30,
        ),
    ),
    (
        29,
        Sender(
            OWNER,
            EXAMPLE_COM,
            "Example <hello@example.com>",
            ((70, "transactional"), (30, "invoices")),
            permanent_bounces=5,
            complaints=0,
        ),
    ),
    (3, Sender(OWNER, EXAMPLE_ORG, "notices@example.org", ((1, "notices"),), 5, 8)),
)
"""Who sends on any day, with weights that add up to 100."""

# Each domain as people write it, and as the ledger names it. example.net stands for the domains of companies.
DOMAINS = (
    (360, ("gmail.com", "gmail.com")),
    (10, ("googlemail.com", "googlemail.com")),
    (120, ("outlook.com", "outlook.com")),
    (85, ("hotmail.com", "hotmail.com")),
    (20, ("live.com", "live.com")),
    (80, ("yahoo.com", "yahoo.com")),
    (25, ("aol.com", "aol.com")),
    (65, ("icloud.com", "icloud.com")),
    (25, ("gmx.de", "gmx.de")),
    (25, ("web.de", "web.de")),
    (12, ("proton.me", "proton.me")),
    (5, ("zoho.com", "zoho.com")),
    (12, ("yandex.ru", "yandex.ru")),
    (12, ("mail.ru", "mail.ru")),
    (18, ("orange.fr", "orange.fr")),
    (14, ("comcast.net", "comcast.net")),
    (10, ("qq.com", "qq.com")),
    (8, ("163.com", "163.com")),
    (110, ("example.net", "example.net")),
    (8, ("corp.example.com", "corp.example.com")),
    (6, ("bücher.example", "xn--bcher-kva.example")),
)

SIMULATED = (
    (4, "success"),
    (2, "bounce"),
    (1, "ooto"),
    (1, "complaint"),
    (1, "suppressionlist"),
)
SIMULATOR = "simulator.amazonses.com"


def draw_recipient(chance: Chance, number: int) -> InventedRecipient:
    """Return the recipient of a number, which no other number gives, written in one of several ways."""
    if chance.happens(5):
        address = f"{chance.pick(SIMULATED)}+demo-{number}@{SIMULATOR}"
        return InventedRecipient(address, address)
    return _draw_at(chance, number, chance.pick(DOMAINS))


def draw_neighbours(chance: Chance, first: int, count: int) -> tuple[InventedRecipient, ...]:
    """Return several recipients at one domain, as in a family or an office."""
    domains = chance.pick(DOMAINS)
    return tuple(_draw_at(chance, number, domains) for number in range(first, first + count))


def _draw_at(chance: Chance, number: int, domains: tuple[str, str]) -> InventedRecipient:
    written_domain, domain = domains
    local = f"recipient-{number}" if number % 20 else f"recipient-{number}+shop"
    written = chance.pick(
        (
            (90, f"{local}@{written_domain}"),
            (4, f"{local.title()}@{written_domain.title()}"),
            (4, f'"Recipient, {number}" <{local}@{written_domain}>'),
            (2, f'"{local}"@{written_domain}'),
        )
    )
    return InventedRecipient(f"{local}@{domain}", written)
