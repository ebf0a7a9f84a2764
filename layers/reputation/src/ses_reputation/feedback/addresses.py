"""Addresses in one normal form, so that both feeds name a recipient alike."""

import re
from email.utils import parseaddr

_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+").fullmatch
_DOT_ATOM = re.compile(r"[^\s()<>\[\]:;@\\,\".]+(\.[^\s()<>\[\]:;@\\,\".]+)*").fullmatch


def normalise_address(text: str) -> str:
    """Return the address of `text` without display name, in lower case, its domain as A-labels.

    `"Ada" <Ada+news@Example.com>` becomes `ada+news@example.com`. A quoted local part loses quotes that it
    does not need. Sending ignores case in SES, so two spellings are one recipient. What is no address at all
    comes back stripped and in lower case: an odd recipient is still a recipient.
    """
    if _PLAIN(text):
        return text.lower().rstrip(".")
    local, at, domain = _bare_address(text.strip()).rpartition("@")
    if not at:
        return domain.lower()
    return f"{_unquoted(local).lower()}@{domain_label(domain)}"


def _bare_address(text: str) -> str:
    """Take the display name off, also where the name holds commas or angle brackets that it should quote."""
    if "<" not in text:
        return text
    last = text[text.rfind("<") + 1 :].partition(">")[0].strip()
    if _PLAIN(last):
        return last
    address = parseaddr(text)[1]
    return address if "@" in address else last


def _unquoted(local: str) -> str:
    if len(local) > 2 and local[0] == local[-1] == '"' and _DOT_ATOM(local[1:-1]):
        return local[1:-1]
    return local


def domain_label(domain: str) -> str:
    """Return a domain in lower case and ASCII; `bücher.example` becomes `xn--bcher-kva.example`."""
    domain = _trimmed(domain).lower()
    if domain.isascii():
        return domain
    import idna  # noqa: PLC0415  (only internationalised domains pay for it)

    try:
        return _trimmed(idna.encode(domain, uts46=True).decode("ascii"))
    except idna.IDNAError:
        return domain


def _trimmed(domain: str) -> str:
    """Take spaces and final dots off, however they alternate: what is normal must stay as it is."""
    while (trimmed := domain.strip().rstrip(".")) != domain:
        domain = trimmed
    return domain
