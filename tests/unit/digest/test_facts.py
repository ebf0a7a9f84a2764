"""What stands in a digest: rates by harm, their changes, and what the next digest compares with."""

from datetime import timedelta
from fractions import Fraction

from ses_reputation.digest.facts import DigestFigures, KeptRate, compose
from ses_reputation.digest.party import OWNERS, DigestParty
from ses_reputation.rates.thresholds import Measure, Standing
from tests.support.digests import MONDAY, OTHER_ACCOUNT, size_of, state_of
from tests.support.evaluated import ACCOUNT, IDENTITY, bounces, complaints

STATES = [
    state_of(bounces(Standing.REVIEW), complaints(Standing.HEALTHY)),
    state_of(bounces(Standing.WATCH), entity=IDENTITY),
]


def test_the_worst_stands_first() -> None:
    lines = compose(OWNERS, STATES, [], MONDAY, None).rates

    assert [(line.entity, line.measure, line.standing) for line in lines] == [
        (ACCOUNT, Measure.BOUNCES, Standing.REVIEW),
        (IDENTITY, Measure.BOUNCES, Standing.WATCH),
        (ACCOUNT, Measure.COMPLAINTS, Standing.HEALTHY),
    ]
    # 5.12 %: 490 more of 10,021 reach 10 %; 3.00 %: 201 more reach 5 % (tests/support/evaluated.py).
    next_up = [line.headroom for line in lines[:2] if line.headroom]
    assert [(way.standing, way.more_events) for way in next_up] == [
        (Standing.PAUSE, 490),
        (Standing.REVIEW, 201),
    ]


def test_a_change_is_in_points_since_the_digest_before() -> None:
    before = DigestFigures(MONDAY - timedelta(days=7), {ACCOUNT.key: {"bounces": KeptRate(400, 10_000)}})

    (line, *others) = compose(OWNERS, STATES, [], MONDAY, before).rates

    assert line.points == float(Fraction(513, 10_021) - Fraction(4, 100)) * 100
    assert [other.points for other in others] == [None, None]


def test_at_the_worst_nothing_is_next() -> None:
    (line,) = compose(OWNERS, [state_of(bounces(Standing.PAUSE))], [], MONDAY, None).rates

    assert line.headroom is None


def test_the_next_digest_compares_with_what_this_one_said() -> None:
    digest = compose(OWNERS, STATES, [size_of(12)], MONDAY, None)

    assert digest.figures == DigestFigures(
        MONDAY,
        {
            ACCOUNT.key: {"bounces": KeptRate(513, 10_021), "complaints": KeptRate(3, 10_021)},
            IDENTITY.key: {"bounces": KeptRate(301, 10_021)},
        },
        {"444455556666/us-east-1": 12},
    )
    again = compose(OWNERS, STATES, [size_of(15)], MONDAY + timedelta(days=7), digest.figures)
    assert [line.points for line in again.rates] == [0, 0, 0]
    assert [(each.size.total, each.before) for each in again.lists] == [(15, 12)]


def test_a_sending_account_sees_its_own_lists_only() -> None:
    sizes = [size_of(12), size_of(13, OTHER_ACCOUNT.name)]

    lists = compose(DigestParty(ACCOUNT.name), STATES, sizes, MONDAY, None).lists

    assert [each.size.total for each in lists] == [12]


def test_an_entity_without_a_rate_counts_and_has_no_line() -> None:
    digest = compose(OWNERS, [state_of(), *STATES[1:]], [], MONDAY, None)

    assert digest.standings == {ACCOUNT: None, IDENTITY: Standing.WATCH}
    assert (digest.worst, digest.below_healthy, len(digest.rates)) == (Standing.WATCH, 1, 1)
