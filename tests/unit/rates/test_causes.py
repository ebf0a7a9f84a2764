"""Causes: which parts of the mail a rate's events come from."""

from collections.abc import Iterable
from fractions import Fraction

import pytest

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.causes import Cause, find_causes, slices_of
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rates.windows import time_window
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, identity_entity
from ses_reputation.rollup.rate_counts import Breakdown, Dimension, Slice, break_down
from tests.support.mail import ENTITY, REGION, history_of, mail, mail_by_outcome
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

IDENTITY = identity_entity("example.com")
SECOND = SenderIdentity(SECOND_DELEGATE, REGION, "example.com")
TWO_PERCENT = Fraction(2, 100)


def table_of(hours: Iterable[HourBalance], entity: ReputationEntity = ENTITY) -> Breakdown:
    return time_window(history_of(hours, entity), 24, "24h").table


def causes_of(
    hours: Iterable[HourBalance],
    kind: Dimension,
    entity: ReputationEntity = ENTITY,
    measure: Measure = Measure.BOUNCES,
    tolerated: Fraction = TWO_PERCENT,
) -> list[Cause]:
    causes = find_causes(table_of(hours, entity), measure, tolerated)
    return [cause for cause in causes if cause.mail_slice.kind is kind]


def sets(*figures: tuple[str, int, int]) -> list[tuple[str, int]]:
    """The sets that are named, with their bounces, of sets named with their sends and bounces."""
    hours = [mail(0, sends, bounces, name=name) for name, sends, bounces in figures]
    return [(cause.mail_slice.name, cause.events) for cause in causes_of(hours, Dimension.CONFIGURATION_SET)]


def test_a_cause_has_its_events_those_of_all_mail_and_its_own_rate() -> None:
    hours = [mail(0, 600, 60, name="import"), mail(0, 400, 15, name="receipts")]

    assert causes_of(hours, Dimension.CONFIGURATION_SET) == [
        Cause(Slice(Dimension.CONFIGURATION_SET, "import"), 60, 75, Rate(60, 600))
    ]


def test_a_second_part_is_named_from_a_quarter_of_the_events_on() -> None:
    assert sets(("import", 500, 75), ("receipts", 500, 25)) == [("import", 75), ("receipts", 25)]
    assert sets(("import", 500, 76), ("receipts", 500, 24)) == [("import", 76)]


def test_a_third_part_is_never_named() -> None:
    assert sets(("a", 500, 34), ("b", 500, 33), ("c", 500, 33)) == [("a", 34), ("b", 33)]


def test_a_small_import_leads_a_big_newsletter_that_has_more_bounces_at_a_healthy_rate() -> None:
    # Beyond 2 %: 180 - 0.02 * 12,000 is less than none; 120 - 0.02 * 400 = 112.
    assert sets(("newsletter", 12_000, 180), ("import", 400, 120)) == [("import", 120), ("newsletter", 180)]


def test_a_big_newsletter_leads_a_slightly_worse_small_part() -> None:
    # Beyond 2 %: 450 - 180 = 270, and 55 - 20 = 35.
    assert sets(("newsletter", 9_000, 450), ("receipts", 1_000, 55)) == [("newsletter", 450)]


def test_among_parts_that_are_all_tolerable_the_one_with_most_events_leads() -> None:
    assert sets(("a", 9_000, 20), ("b", 100, 1), ("c", 9_000, 30)) == [("c", 30), ("a", 20)]


def test_equal_parts_are_in_the_order_of_their_names() -> None:
    assert sets(("b", 100, 10), ("a", 100, 10)) == [("a", 10), ("b", 10)]


def test_mail_of_which_nobody_reports_sends_or_deliveries_is_no_cause() -> None:
    # 10 bounces of nobody knows how much mail.
    assert sets(("(none)", 0, 10), ("a", 100, 1)) == [("a", 1)]


def test_a_part_without_any_event_is_no_cause() -> None:
    assert sets(("a", 100, 10), ("b", 100, 0)) == [("a", 10)]
    assert find_causes(table_of([mail(0, 100)]), Measure.BOUNCES, TWO_PERCENT) == ()
    assert find_causes({}, Measure.BOUNCES, TWO_PERCENT) == ()


def test_an_identity_s_only_delegate_is_named_and_its_only_provider_is_not() -> None:
    causes = find_causes(table_of([mail(0, 100, 10)], IDENTITY), Measure.BOUNCES, TWO_PERCENT)

    assert [cause.mail_slice for cause in causes] == [
        Slice(Dimension.SENDING_ACCOUNT, DELEGATE),
        Slice(Dimension.CONFIGURATION_SET, f"{DELEGATE}/newsletter"),
        Slice(Dimension.BOUNCE, "bounced_permanent_no_email"),
    ]


def test_an_account_s_only_identity_is_not_named() -> None:
    other = SenderIdentity(DELEGATE, REGION, "example.org")

    assert causes_of([mail(0, 100, 10)], Dimension.IDENTITY) == []
    assert [
        cause.mail_slice.name
        for cause in causes_of([mail(0, 100, 10), mail(0, 50, 1, sender=other)], Dimension.IDENTITY)
    ] == ["example.com"]


def test_sets_of_one_name_in_two_accounts_are_two_causes() -> None:
    hours = [mail(0, 100, 10), mail(0, 100, 12, sender=SECOND)]

    causes = causes_of(hours, Dimension.CONFIGURATION_SET, IDENTITY)

    assert [(cause.mail_slice.name, cause.events) for cause in causes] == [
        (f"{SECOND_DELEGATE}/newsletter", 12),
        (f"{DELEGATE}/newsletter", 10),
    ]


def test_the_campaign_that_bounces_is_named_beside_its_configuration_set() -> None:
    counts = {"newsletter": {"yahoo": {"sent": 1_000, "bounced_permanent_general": 52}}}
    tags = {
        "campaign=autumn": {"yahoo": {"sent": 900, "bounced_permanent_general": 2}},
        "campaign=spring": {"yahoo": {"sent": 100, "bounced_permanent_general": 50}},
        "ses:tenant-name=acme": {"yahoo": {"sent": 1_000, "bounced_permanent_general": 52}},
    }

    causes = find_causes(break_down(counts, tags), Measure.BOUNCES, TWO_PERCENT)

    # Beyond the tolerated 2 %: 48 of spring's, 32 of the tenant's; autumn's are no cause.
    tagged = [cause for cause in causes if cause.mail_slice.kind is Dimension.TAG]
    assert [(cause.mail_slice.name, cause.events) for cause in tagged] == [
        ("campaign=spring", 50),
        ("ses:tenant-name=acme", 52),
    ]


@pytest.mark.parametrize("measure", list(Measure))
def test_subtypes_are_named_by_measure_and_have_no_rate(measure: Measure) -> None:
    outcomes = {
        "sent": 1_000,
        "bounced_permanent_no_email": 60,
        "bounced_permanent_general": 20,
        "bounced_permanent_suppressed": 5,
        "complained_abuse": 7,
        "complained_fraud": 1,
    }
    kinds = {Measure.BOUNCES: Dimension.BOUNCE, Measure.COMPLAINTS: Dimension.COMPLAINT}
    expected = {
        Measure.BOUNCES: [("bounced_permanent_no_email", 60, 85)],
        Measure.COMPLAINTS: [("complained_abuse", 7, 8)],
    }

    causes = causes_of([mail_by_outcome(0, outcomes, provider="yahoo")], kinds[measure], measure=measure)

    assert [(cause.mail_slice.name, cause.events, cause.of) for cause in causes] == expected[measure]
    assert [cause.rate for cause in causes] == [None]


def test_complaints_of_a_provider_that_reports_none_make_no_rate() -> None:
    hours = [mail(0, 100, complaints=4, provider="gmail"), mail(0, 100, complaints=2, provider="yahoo")]

    causes = causes_of(hours, Dimension.PROVIDER, measure=Measure.COMPLAINTS)

    assert [(cause.mail_slice.name, cause.rate) for cause in causes] == [
        ("gmail", None),
        ("yahoo", Rate(2, 100)),
    ]
    assert [
        cause.rate for cause in causes_of([mail(0, 100, 4, provider="gmail")], Dimension.CONFIGURATION_SET)
    ] == [Rate(4, 100)]


def test_a_cause_as_json_is_plain() -> None:
    (cause,) = causes_of([mail(0, 100, 10)], Dimension.CONFIGURATION_SET)
    (subtype,) = causes_of([mail(0, 100, 10)], Dimension.BOUNCE)

    assert cause.to_json() == {
        "kind": "configuration_set",
        "name": "newsletter",
        "events": 10,
        "of": 10,
        "rate": Rate(10, 100).to_json(),
    }
    assert subtype.to_json()["rate"] is None


def test_parts_are_those_that_enter_rates_most_events_first_then_most_sends() -> None:
    hours = [
        mail(0, 100, 1, name="a"),
        mail(0, 100, 2, name="b"),
        mail(0, 200, 1, name="c"),
        mail(0, 900, 9, name="tests", provider="simulator"),
    ]

    slices = slices_of(table_of(hours), Dimension.CONFIGURATION_SET, Measure.BOUNCES)

    assert [mail_slice.name for mail_slice in slices] == ["b", "c", "a"]
