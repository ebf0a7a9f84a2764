"""Where a fact of a big hour stands."""

from itertools import pairwise

import pytest

from ses_reputation.ledger.shards import DIGITS, Shard, bounds_of_digit, bucket_of
from tests.support.pages import SEGMENT, WHOLE


@pytest.mark.parametrize(
    ("from_domain", "bucket"),
    [
        # The first digit that `printf example.com | b2sum -l 8` prints, and so on: never to be changed.
        ("example.com", 0x7),
        ("mail.example.com", 0xA),
        ("example.org", 0xC),
        ("example.net", 0xE),
        ("", 0x2),
    ],
)
def test_mail_of_a_domain_always_stands_in_the_same_part_of_an_hour(from_domain: str, bucket: int) -> None:
    assert bucket_of(from_domain) == bucket


def test_domains_are_spread_evenly_over_the_parts() -> None:
    buckets = [bucket_of(f"tenant-{number}.example") for number in range(16_000)]

    # 1,000 each; five standard deviations of a binomial are 153.
    assert all(847 <= buckets.count(bucket) <= 1_153 for bucket in range(16))


def test_a_part_is_of_all_shards_that_begin_as_it_does() -> None:
    part = WHOLE.part("7").part("a")

    assert part == Shard(SEGMENT, "7a")
    assert part.wider == (WHOLE, Shard(SEGMENT, "7"))
    assert WHOLE.wider == ()


def test_the_digits_divide_all_fingerprints_without_gap_or_overlap() -> None:
    bounds = [bounds_of_digit(digit) for digit in DIGITS]

    assert bounds[0][0] == 0
    assert bounds[10] == (0xA000_0000_0000_0000, 0xB000_0000_0000_0000)
    assert all(above == low for (_, above), (low, _) in pairwise(bounds))
    assert bounds[-1][1] == 2**64
