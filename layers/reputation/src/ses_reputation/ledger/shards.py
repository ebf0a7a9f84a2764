"""The name of a dispatch in 8 bytes, and how a big hour is divided by such names.

So a late fact of little mail does not read, nor wait for, all of an hour. A fact has an address in its hour,
in hexadecimal digits: the first comes from the From domain of its mail, the second from its fingerprint. All
facts of a dispatch have one address, since each of its events names the message, the recipient and the From
address. A shard holds the facts whose addresses begin with its prefix; the whole hour has the prefix "".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from ses_reputation.ledger.segments import Segment

FINGERPRINT_BYTES = 8
DIGITS = "0123456789abcdef"
MOST_DIGITS = 2
_BITS_BELOW_FIRST_DIGIT = 8 * FINGERPRINT_BYTES - 4


def fingerprint(message_id: str, recipient: str) -> bytes:
    """Return the 8 bytes that stand for a message to a normalised recipient, in whichever feed, order or
    batch.

    Among ten million dispatches of one sender-hour, the odds that any two share a fingerprint are about 1 in
    370,000.
    """
    return blake2b(f"{message_id}|{recipient}".encode(), digest_size=FINGERPRINT_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a segment. Its pages may hold facts of this part only; those of wider shards may, too."""

    segment: Segment
    prefix: str = ""

    @property
    def wider(self) -> "tuple[Shard, ...]":
        """The shards that this one is a part of, widest first."""
        return tuple(Shard(self.segment, self.prefix[:digits]) for digits in range(len(self.prefix)))

    def part(self, digit: str) -> "Shard":
        """Return the part whose addresses go on with a digit."""
        return Shard(self.segment, self.prefix + digit)


@lru_cache(maxsize=4096)
def bucket_of(from_domain: str) -> int:
    """Return the first digit of the addresses of mail from a domain: 0 to 15."""
    return blake2b(from_domain.encode(), digest_size=1).digest()[0] >> 4


def shards_that_may_hold(segment: Segment, numbers: Iterable[int]) -> Iterator[Shard]:
    """Yield where dispatches of a segment may be, by their fingerprints as numbers.

    The first digit of an address is of a From domain, which is not known here: all sixteen may be.
    """
    whole = Shard(segment)
    second_digits = sorted({f"{number:016x}"[0] for number in numbers})
    yield whole
    for first in DIGITS:
        part = whole.part(first)
        yield part
        yield from map(part.part, second_digits)


def dispatch_number(message_id: str, recipient: str) -> int:
    """Return the fingerprint of a message to a normalised recipient as pages hold it: a number."""
    return int.from_bytes(fingerprint(message_id, recipient))


def bounds_of_digit(digit: str) -> tuple[int, int]:
    """Return the least fingerprint whose first digit it is, and the first above them."""
    number = int(digit, 16)
    return number << _BITS_BELOW_FIRST_DIGIT, (number + 1) << _BITS_BELOW_FIRST_DIGIT
