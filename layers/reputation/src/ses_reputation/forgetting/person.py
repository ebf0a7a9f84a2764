"""A person who is to be forgotten: the address in all its spellings, and finding it in what others wrote."""

import gzip
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product

import idna

from ses_reputation.feedback.addresses import normalise_address
from ses_reputation.suppression.forgotten import ForgottenPeople

ERASED = "(forgotten)"
"""What stands for the address in the texts of other people's entries."""
# What makes another address of it: ann@x.example is neither in joann@x.example nor in ann@x.example.net.
# An apostrophe is part of it behind a letter (o'brien@x.example), and else a quotation mark. Other characters
# that may be in a local part (=, /) decorate addresses more often.
_BEFORE, _BEHIND = r"(?<![\w.+-])(?<!\w')", r"(?![\w-]|\.\w)"
# A character of JSON's escapes (RFC 8259, 7), in a text that was quoted once or again.
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|([nr])|[bft]|(.?))", re.DOTALL)
# As long as an address of ten characters; in mail it has lines (RFC 2045, 6.8).
_BASE64 = re.compile(r"[A-Za-z0-9+/]{14,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}")
_WINDOW_BYTES = 4 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an address belongs to.

    normal: the address in the ledger's normal form; digest: its hash, by which the person is known from now
    on. spellings: those that other systems write, in lower case and without case: the local part quoted or
    not, the domain as A-labels or not.
    """

    normal: str
    digest: str
    spellings: tuple[str, ...]

    @classmethod
    def of_address(cls, address: str, people: ForgottenPeople) -> "Person":
        """Return the person behind an address; `people` has the key of hashes."""
        normal = normalise_address(address)
        local, _, domain = normal.rpartition("@")
        bare = re.sub(r"\\(.)", r"\1", local.removeprefix('"').removesuffix('"'))
        locals_of = dict.fromkeys((local, bare, f'"{bare}"'))
        domains = dict.fromkeys((domain, _as_written(domain)))
        written = [f"{each}@{at}" for each, at in product(locals_of, domains)]
        spellings = dict.fromkeys((*written, *(each.casefold() for each in written)))
        return cls(normal, people.hash_of(normal), tuple(spellings))

    def is_behind(self, address: str) -> bool:
        """Return whether an address, in any spelling, is this person's."""
        return normalise_address(address) == self.normal

    def is_named_in(self, text: str) -> bool:
        """Return whether a text has the address in it."""
        caseless = text.casefold()
        if not any(spelling in caseless for spelling in self.spellings):
            return False
        return bool(self._pattern.search(caseless))

    def erase_from(self, text: str) -> str:
        """Return a text without the address."""
        return self._pattern.sub(ERASED, text) if self.is_named_in(text) else text

    def is_in(self, body: bytes) -> bool:
        """Return whether an object has the address in it: plain, compressed, in JSON, or in Base64.

        Raises ValueError where a compressed object is not whole.
        """
        return any(self._is_written_in(_unescape(text)) for text in _texts_of(body))

    def _is_written_in(self, plain: str) -> bool:
        return self.is_named_in(plain) or any(map(self.is_named_in, _in_base64(plain)))

    @property
    def _pattern(self) -> re.Pattern[str]:
        # `re` keeps what it compiled.
        spelled = "|".join(map(re.escape, self.spellings))
        return re.compile(f"{_BEFORE}(?:{spelled}){_BEHIND}", re.IGNORECASE)


def _as_written(domain: str) -> str:
    """Return a domain as people write it, where A-labels are not what they write."""
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def _texts_of(body: bytes) -> Iterator[str]:
    """Yield what an object says; of a compressed one, some lines at a time."""
    if not body.startswith(_GZIP_MAGIC):
        yield body.decode(errors="replace")
        return
    try:
        with gzip.open(BytesIO(body)) as lines:
            while together := lines.readlines(_WINDOW_BYTES):
                yield b"".join(together).decode(errors="replace")
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError("a compressed object is not whole") from error


def _unescape(text: str) -> str:
    """Return a text as if each string of JSON in it, and each in such a string, were read."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    # Characters beyond the first plane are escaped as two halves.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    code, line_end, other = escape.groups()
    return chr(int(code, 16)) if code else "\n" if line_end else other or " "


def _in_base64(text: str) -> list[str]:
    found = (re.sub(r"\s", "", run).rstrip("=") for run in _BASE64.findall(text))
    return [b64decode(_padded(run)).decode(errors="replace") for run in found]


def _padded(run: str) -> str:
    """Return a run of Base64 that can be decoded: a single character over says nothing."""
    whole = run[:-1] if len(run) % 4 == 1 else run
    return whole + "=" * (-len(whole) % 4)
