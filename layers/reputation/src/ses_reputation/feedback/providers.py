"""Mailbox providers by recipient domain: who decides whether a mail reaches its inbox.

A company's own domain that is hosted at a provider is `other`: to know it would take an MX look-up for every
recipient.
"""

from collections.abc import Mapping
from enum import IntEnum

from ses_reputation.feedback.provider_domains import DOMAINS


class Provider(IntEnum):
    """Who runs a mailbox. Codes are stored in journal pages: append, never renumber."""

    OTHER = 0
    SIMULATOR = 1
    OWN_DOMAINS = 2
    GMAIL = 3
    MICROSOFT = 4
    YAHOO = 5
    APPLE = 6
    GMX_WEBDE = 7
    PROTON = 8
    ZOHO = 9
    YANDEX = 10
    MAILRU = 11
    ORANGE = 12
    COMCAST = 13
    QQ = 14
    NETEASE = 15
    TELEKOM = 16
    FREE_FR = 17
    SFR = 18
    LAPOSTE = 19
    LIBERO = 20
    SEZNAM = 21
    WP = 22
    BT = 23
    NAVER = 24
    UOL = 25
    FASTMAIL = 26
    TUTA = 27
    COX_CHARTER = 28
    ATT = 29
    KAKAO = 30
    ONET = 31
    INTERIA = 32
    TERRA = 33

    @property
    def wire_name(self) -> str:
        """The name that balances, entries and `--json` output use."""
        return self.name.lower()


PROVIDER_BY_DOMAIN: Mapping[str, Provider] = {
    domain: Provider[name] for name, domains in DOMAINS.items() for domain in domains.split()
}


def provider_of(address: str, own_domains: frozenset[str] = frozenset()) -> Provider:
    """Return who runs the mailbox of a normalised address; own domains stand for their subdomains too.

    SES leaves mail to domains that the sender has verified out of its bounce rate, so they are counted apart.
    """
    domain = address.rpartition("@")[2]
    if own_domains and _is_within(domain, own_domains):
        return Provider.OWN_DOMAINS
    return PROVIDER_BY_DOMAIN.get(domain, Provider.OTHER)


def _is_within(domain: str, own_domains: frozenset[str]) -> bool:
    while domain:
        if domain in own_domains:
            return True
        domain = domain.partition(".")[2]
    return False
