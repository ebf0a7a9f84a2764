"""People who asked to be forgotten: of each, the ledger keeps a keyed hash in place of the address.

SES's own list stays the only holder of the address. Everything that reads a list for us hides it (`hide`), so
a snapshot says that somebody who was forgotten is suppressed, and not who.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ses_reputation.feedback.addresses import normalise_address

# The last code point there is: hidden rows stand behind all addresses, whatever their order is made of.
_MARK = "\U0010ffff"
# 128 bits of SHA-256.
_HASH_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class ForgottenPeople:
    """Whom the ledger has forgotten: the key of the hashes, and the hashes. Without any, no key is needed.

    All spellings of an address have one hash: it is made of the ledger's normal form.
    """

    key: bytes = field(default=b"", repr=False)
    hashes: frozenset[str] = frozenset()

    def hash_of(self, address: str) -> str:
        """Return the hash of an address: HMAC-SHA-256 (RFC 2104), its first 128 bits in hexadecimal."""
        normal = normalise_address(address).encode(errors="surrogatepass")
        return hmac.digest(self.key, normal, "sha256").hex()[:_HASH_CHARACTERS]

    def knows(self, address: str) -> bool:
        """Return whether an address, or what stands for one, is of somebody who was forgotten."""
        return is_hidden(address) or (bool(self.hashes) and self.hash_of(address) in self.hashes)

    def hide(self, address: str) -> str:
        """Return what stands for an address in rows: itself, unless its person was forgotten."""
        return hidden(self.hash_of(address)) if not is_hidden(address) and self.knows(address) else address


NOBODY = ForgottenPeople()


def hidden(digest: str) -> str:
    """Return what stands in the place of an address in rows, from a person's hash."""
    return f"{_MARK}{digest}"


def is_hidden(address: str) -> bool:
    """Return whether the person behind a row was forgotten."""
    return address.startswith(_MARK) and len(address) == 1 + _HASH_CHARACTERS


def name_address(address: str) -> tuple[str, str]:
    """Return the field, and its value, that a row's address has in JSON: `EmailAddress`, or `Forgotten`."""
    return ("Forgotten", address.removeprefix(_MARK)) if is_hidden(address) else ("EmailAddress", address)


def address_in(fields: Mapping[str, Any]) -> Any:
    """Return the address of a row's fields, or what stands for it. Raises KeyError."""
    return hidden(fields["Forgotten"]) if "Forgotten" in fields else fields["EmailAddress"]


def show_address(address: str) -> str:
    """Return an address as people read it."""
    return f"(forgotten: {address.removeprefix(_MARK)})" if is_hidden(address) else address
