"""Whose mailbox an address is."""

from collections import Counter

import pytest

from ses_reputation.feedback.addresses import domain_label
from ses_reputation.feedback.provider_domains import DOMAINS
from ses_reputation.feedback.providers import PROVIDER_BY_DOMAIN, Provider, provider_of

# Stored in journal pages: a line may be added here, and none may change.
STORED_CODES = {
    "OTHER": 0,
    "SIMULATOR": 1,
    "OWN_DOMAINS": 2,
    "GMAIL": 3,
    "MICROSOFT": 4,
    "YAHOO": 5,
    "APPLE": 6,
    "GMX_WEBDE": 7,
    "PROTON": 8,
    "ZOHO": 9,
    "YANDEX": 10,
    "MAILRU": 11,
    "ORANGE": 12,
    "COMCAST": 13,
    "QQ": 14,
    "NETEASE": 15,
    "TELEKOM": 16,
    "FREE_FR": 17,
    "SFR": 18,
    "LAPOSTE": 19,
    "LIBERO": 20,
    "SEZNAM": 21,
    "WP": 22,
    "BT": 23,
    "NAVER": 24,
    "UOL": 25,
    "FASTMAIL": 26,
    "TUTA": 27,
    "COX_CHARTER": 28,
    "ATT": 29,
    "KAKAO": 30,
    "ONET": 31,
    "INTERIA": 32,
    "TERRA": 33,
}


def test_the_codes_in_stored_pages_never_change() -> None:
    assert {provider.name: provider.value for provider in Provider} == STORED_CODES
    assert max(STORED_CODES.values()) < 256


def test_no_domain_stands_twice() -> None:
    listed = [domain for domains in DOMAINS.values() for domain in domains.split()]

    assert [domain for domain, count in Counter(listed).items() if count > 1] == []


def test_domains_are_written_as_recipients_are_normalised() -> None:
    assert [domain for domain in PROVIDER_BY_DOMAIN if domain_label(domain) != domain] == []
    assert [domain for domain in PROVIDER_BY_DOMAIN if not domain.isascii() or "." not in domain] == []


def test_every_provider_that_has_domains_of_its_own_has_one_listed() -> None:
    assert set(Provider) - set(PROVIDER_BY_DOMAIN.values()) == {Provider.OTHER, Provider.OWN_DOMAINS}


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("gmail.com", "gmail"),
        ("googlemail.com", "gmail"),
        ("outlook.com", "microsoft"),
        ("hotmail.co.uk", "microsoft"),
        ("live.nl", "microsoft"),
        ("msn.com", "microsoft"),
        ("yahoo.co.jp", "other"),  # another company than Yahoo
        ("yahoo.co.uk", "yahoo"),
        ("ymail.com", "yahoo"),
        ("aol.com", "yahoo"),
        ("icloud.com", "apple"),
        ("me.com", "apple"),
        ("privaterelay.appleid.com", "apple"),
        ("gmx.net", "gmx_webde"),
        ("web.de", "gmx_webde"),
        ("pm.me", "proton"),
        ("zohomail.eu", "zoho"),
        ("ya.ru", "yandex"),
        ("bk.ru", "mailru"),
        ("wanadoo.fr", "orange"),
        ("comcast.net", "comcast"),
        ("foxmail.com", "qq"),
        ("126.com", "netease"),
        ("naver.com", "naver"),
        ("hanmail.net", "kakao"),
        ("example.com", "other"),
    ],
)
def test_alias_domains_are_of_their_provider(domain: str, name: str) -> None:
    assert provider_of(f"recipient-1@{domain}").wire_name == name


@pytest.mark.parametrize("local", ["success", "bounce", "ooto", "complaint+label", "suppressionlist+a+b"])
def test_the_simulator_is_recognised_with_and_without_a_label(local: str) -> None:
    assert provider_of(f"{local}@simulator.amazonses.com") is Provider.SIMULATOR


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("recipient-1@corp.example.com", True),
        ("recipient-1@mail.corp.example.com", True),
        ("recipient-1@a.b.c.corp.example.com", True),
        ("recipient-1@example.com", False),
        ("recipient-1@notcorp.example.com", False),
        ("recipient-1@corp.example.com.example.org", False),
        ("corp.example.com", True),
        ("", False),
        ("recipient-1@", False),
    ],
)
def test_own_domains_stand_for_their_subdomains(address: str, is_own: bool) -> None:
    own = frozenset({"corp.example.com", "example.net"})

    assert (provider_of(address, own) is Provider.OWN_DOMAINS) is is_own


def test_an_own_domain_wins_over_the_table() -> None:
    assert provider_of("recipient-1@gmail.com", frozenset({"gmail.com"})) is Provider.OWN_DOMAINS


def test_a_subdomain_of_a_provider_is_somebody_elses() -> None:
    assert provider_of("recipient-1@news.gmail.com") is Provider.OTHER
