"""A statement says what the ledger knows, and to each party its own alone."""

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.findings.finding import FindingKind
from ses_reputation.findings.missing_outcomes import MissingOutcomes, MissingOutcomesEvidence
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import Measure, Standing, Thresholds
from ses_reputation.rollup.entities import EntityKind, SenderIdentity, account_entity, identity_entity
from ses_reputation.standing.state import DecisionState, EntityState, FindingState
from ses_reputation.statement.making import STALE_AFTER, make_statement
from ses_reputation.statement.view.statement import Statement
from ses_reputation.statistics.decisions import SesDecision
from tests.support import assessed_world
from tests.support.assessed_world import (
    MINE,
    OWNERS,
    RIVAL,
    THEIRS,
    assessed,
    daily_mail,
    inputs_of,
    scopes_of,
    statements_of,
)
from tests.support.mail import EVERYTHING, NOW, Reported, delayed_mail, hour_ago, mail, reported_mail
from tests.support.notifications import DELEGATE, OWNER

# 40 days of 100 mails: one of mine bounces each day, twelve of theirs. Of the 1,000 latest of example.com,
# which hold five days of both, 5 + 60 bounce: 6.5 %.
WORLD = [*daily_mail(MINE, 100, 1), *daily_mail(THEIRS, 100, 12), *daily_mail(OWNERS, 100, 0)]


@pytest.fixture(scope="module")
def statements() -> dict[str, Statement]:
    return statements_of(WORLD)


def test_each_party_has_a_statement(statements: dict[str, Statement]) -> None:
    assert list(statements) == [f"owner-{OWNER}", f"delegate-{DELEGATE}", f"delegate-{RIVAL}"]


def test_an_owner_sees_each_identity_and_whose_mail_harms_it(statements: dict[str, Statement]) -> None:
    owner = statements[f"owner-{OWNER}"]

    assert [(group.domain, group.standing) for group in owner.groups] == [
        ("example.com", Standing.REVIEW),
        ("example.org", Standing.HEALTHY),
    ]
    assert owner.lead == "identity-example.com"
    assert owner.headline == (
        "Identity example.com is at REVIEW by its bounces since 2026-11-22 10:05 UTC: 6.50 % of 1,000 sends "
        "since 2026-11-18; 35 more hard bounces reach PAUSE (10 %); 60 of its 65 hard bounces came through "
        "Agency South (777788889999)."
    )


def test_an_owner_sees_its_delegates_side_by_side_the_worst_first(statements: dict[str, Statement]) -> None:
    owner = statements[f"owner-{OWNER}"]

    south, north, own = owner.delegates
    # 30 days of 100 mails, of which 12 and 1 bounce: 360 and 30 of 390 hard bounces.
    assert (south.account, south.display_name, south.sends, south.hard_bounces) == (
        RIVAL,
        "Agency South",
        3_000,
        360,
    )
    assert south.share_of_hard_bounces == pytest.approx(360 / 390, abs=1e-6)
    # Its latest 1,000 mails are those of ten days. Of 1,000 mails at 10 % so many bounce by chance more often
    # than once in a thousand (binomial tail: 0.02), so they show no more than a review.
    assert (south.standing, south.bounces.numerator, south.bounces.denominator) == (
        Standing.REVIEW,
        120,
        1_000,
    )
    assert (north.account, north.standing, north.hard_bounces) == (DELEGATE, Standing.HEALTHY, 30)
    assert (own.account, own.domain, own.is_owner) == (OWNER, "example.org", True)
    assert own.share_of_hard_bounces is None


def test_a_delegate_sees_its_account_and_its_own_part_of_each_identity(
    statements: dict[str, Statement],
) -> None:
    north = statements[f"delegate-{DELEGATE}"]

    assert [(each.title, each.is_part, each.standing) for each in north.entities] == [
        (f"account {DELEGATE} in us-east-1", False, Standing.HEALTHY),
        (f"identity example.com, as {DELEGATE} sends with it", True, Standing.HEALTHY),
    ]
    assert [
        (line.name, line.sends, line.hard_bounces) for group in north.groups for line in group.entities
    ] == [("example.com", 3_000, 30)]
    assert north.delegates == ()
    assert north.headline.startswith(
        f"All 2 are healthy. Nearest to a threshold: Account {DELEGATE} in us-east-1 is healthy by its "
    )


def test_the_rate_of_each_day_is_in_the_series(statements: dict[str, Statement]) -> None:
    identity = statements[f"owner-{OWNER}"].entity("identity-example.com")

    assert identity is not None
    assert (identity.days.periods[0], identity.days.periods[-1]) == ("2026-10-14", "2026-11-22")
    assert set(identity.days.sends) == {200}
    # 13 of 200; Gmail is known to have no feedback loop.
    assert set(identity.days.bounces.values) == {0.065}
    assert set(identity.days.complaints.sends) == {0}
    assert set(identity.days.complaints.values) == {None}


def test_the_hours_are_those_of_two_days(statements: dict[str, Statement]) -> None:
    identity = statements[f"owner-{OWNER}"].entity("identity-example.com")

    assert identity is not None
    assert (identity.hours.periods[0], identity.hours.periods[-1]) == ("2026-11-20T11", "2026-11-22T10")
    sending = [
        period for period, sends in zip(identity.hours.periods, identity.hours.sends, strict=True) if sends
    ]
    assert sending == ["2026-11-21T09", "2026-11-22T09"]


def test_what_to_do_stands_beside_a_bad_standing_only(statements: dict[str, Statement]) -> None:
    owner = statements[f"owner-{OWNER}"]

    bad, good = owner.entity("identity-example.com"), owner.entity("identity-example.org")
    assert bad is not None
    assert good is not None
    steps = ["".join(part.text for part in step.parts) for step in bad.advice]
    assert steps[0].startswith(
        f"Have account {RIVAL} stop configuration set newsletter until its list is clean"
    )
    assert good.advice == ()


def test_a_change_stands_in_the_timeline(statements: dict[str, Statement]) -> None:
    first = statements[f"owner-{OWNER}"].timeline[0]

    assert first.title == (
        "Review: bounces of identity example.com at 6.50 % (first rating); 65 / 1,000 sends since 2026-11-18"
    )
    assert (first.standing, first.is_worse) == (Standing.REVIEW, True)
    assert first.entity_id == "identity-example.com"


def test_a_party_of_which_nothing_is_known_is_given_a_statement_that_says_so() -> None:
    statements = statements_of([])

    assert statements[f"delegate-{DELEGATE}"].headline == "Nothing has been sent yet."
    assert statements[f"delegate-{DELEGATE}"].entities == ()
    assert statements[f"owner-{OWNER}"].standing is None


def test_an_address_is_shortened_wherever_it_stands() -> None:
    person = SenderIdentity(DELEGATE, "us-east-1", "jane.roe@example.com")

    statements = statements_of([*daily_mail(person, 100, 12), *daily_mail(THEIRS, 10, 0)])

    for statement in statements.values():
        text = json.dumps(statement.to_json())
        assert "jane.roe" not in text
    assert "j...@example.com" in json.dumps(statements[f"delegate-{DELEGATE}"].to_json())


mails = st.tuples(
    st.integers(1, 400), st.integers(0, 60), st.sets(st.integers(0, 39), min_size=1, max_size=6)
)


@settings(max_examples=15, deadline=None)
@given(one=mails, other=mails, theirs=st.sampled_from(["example.com", "example.net", "news@example.com"]))
def test_a_delegates_statement_is_the_same_whatever_another_delegate_sends(
    one: tuple[int, int, set[int]], other: tuple[int, int, set[int]], theirs: str
) -> None:
    def statement_beside(sends: int, bounces: int, days: set[int]) -> str:
        rival = SenderIdentity(RIVAL, "us-east-1", theirs)
        hours = [*daily_mail(MINE, 100, 6), *daily_mail(rival, sends, min(sends, bounces), days)]
        return json.dumps(statements_of(hours)[f"delegate-{DELEGATE}"].to_json())

    assert statement_beside(*one) == statement_beside(*other)


def test_the_entities_of_most_concern_are_shown_in_full_and_all_have_a_line() -> None:
    brands = [SenderIdentity(OWNER, "us-east-1", f"brand-{number:02}.example") for number in range(15)]
    hours = [
        each
        for number, brand in enumerate(brands)
        for each in daily_mail(brand, 100, 12 if number == 14 else 0, range(3))
    ]

    owner = statements_of(hours)[f"owner-{OWNER}"]

    assert (len(owner.entities), owner.entities_left_out) == (10, 6)
    lines = [line for group in owner.groups for line in group.entities]
    assert len(lines) == 15
    assert owner.lead == "identity-brand-14.example"
    assert {line.id for line in (*lines, *owner.accounts) if line.has_detail} == {
        each.id for each in owner.entities
    }


def test_of_the_same_standing_the_account_comes_before_its_part_of_an_identity() -> None:
    """SES rates accounts, and an account's standing has a beginning; a part's has none."""
    statement = statements_of(daily_mail(MINE, 100, 12))[f"delegate-{DELEGATE}"]

    assert [(each.kind, each.standing) for each in statement.entities] == [
        (EntityKind.ACCOUNT, Standing.REVIEW),
        (EntityKind.IDENTITY, Standing.REVIEW),
    ]
    # 120 of the latest 1,000 are past 10 %. Chance brings that more often than once in 1,000.
    assert statement.headline.startswith(
        f"Account {DELEGATE} in us-east-1 is at REVIEW by its bounces since 2026-11-22 10:05 UTC: "
        "12.00 % of 1,000 sends since 2026-11-13; "
    )
    assert " make it PAUSE" in statement.headline
    part = statement.entities[1]
    assert part.headline.startswith(
        f"Identity example.com, as {DELEGATE} sends with it, is at REVIEW by its bounces: 12.00 % of 1,000 "
    )
    assert "came through" not in part.headline


def test_a_part_is_advised_as_who_sends_it_and_left_without_hysteresis() -> None:
    part = statements_of(daily_mail(MINE, 100, 12))[f"delegate-{DELEGATE}"].entities[1]

    steps = ["".join(piece.text for piece in step.parts) for step in part.advice]
    assert steps[0].startswith("Stop configuration set newsletter until its list is clean")
    assert not any("revoke" in step or "Have account" in step for step in steps)
    review = next(each for each in part.bounces.headroom if each.standing is Standing.REVIEW)
    # After 600 clean sends the latest 1,000 hold 400 of today's, of which 48 bounced: 4.8 %. A standing with
    # hysteresis would last until 4.5 %, for 667 sends.
    assert review.clean_sends == 600


def test_too_little_mail_is_said_to_be_too_little() -> None:
    statement = statements_of(daily_mail(MINE, 40, 2, range(1)))[f"delegate-{DELEGATE}"]

    assert (
        "is healthy by its bounces since 2026-11-22 10:05 UTC: 2 hard bounces of 40 sends since 2026-11-22 "
        "are too few to tell; " in statement.headline
    )
    account = statement.entities[0]
    watch = account.bounces.headroom[0]
    assert watch.words.endswith(" more hard bounces make it WATCH")
    assert watch.reason == "The rate is past 2 % already, but chance alone could have brought it there"


def test_headroom_that_nothing_is_known_of_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # All of 5 mails bounced: chance explains it at 30 %, and no mail is left to bounce.
    high = Thresholds(Fraction(5, 100), Fraction(10, 100), Fraction(30, 100))
    rules = replace(assessed_world.RULES, thresholds=dict.fromkeys(Measure, high))
    monkeypatch.setattr(assessed_world, "RULES", rules)
    settings_of_rules = replace(assessed_world._SETTINGS, rules=rules)
    monkeypatch.setattr(assessed_world, "_SETTINGS", settings_of_rules)

    account = statements_of(daily_mail(MINE, 5, 5, range(1)))[f"delegate-{DELEGATE}"].entities[0]

    assert [each.words for each in account.bounces.headroom] == [
        "107 clean sends lead out of WATCH",
        "51 clean sends lead out of REVIEW",
    ]


def test_mail_to_providers_that_report_no_complaints_has_that_as_the_reason() -> None:
    statement = statements_of(daily_mail(MINE, 40, 2, range(1)))[f"delegate-{DELEGATE}"]

    assert statement.entities[0].complaints.rate.reason == (
        "all 40 sends went to providers that report no complaints"
    )


def test_mail_of_a_part_that_is_still_on_its_way_is_counted() -> None:
    hours = [delayed_mail(1, 100, 30, sender=MINE)]

    statement = statements_of(hours)[f"delegate-{DELEGATE}"]

    assert [(each.is_part, each.delayed) for each in statement.entities] == [(False, 30), (True, 30)]


def test_a_sender_sees_what_defers_its_own_mail() -> None:
    """Three of four mails to Microsoft are delayed within the hour; a rival's mail is not looked at."""
    hours = [delayed_mail(1, 400, 300, sender=MINE), delayed_mail(1, 9_000, 0, sender=THEIRS)]

    statement = statements_of(hours)[f"delegate-{DELEGATE}"]

    account, part = statement.entities
    for each in (account, part):
        (line,) = each.providers
        assert line.deferral is not None
        assert (line.deferral.since, line.deferral.delay_types) == ("2026-11-22T09", ("IPFailure",))
    (finding,) = part.findings
    # It is found while the statement is made, of its own mail alone, and counts where the part has a line.
    assert (finding.kind, finding.opened_at) == ("provider_deferral", None)
    assert finding.command == (
        f"ses-reputation providers --identity example.com --account {DELEGATE} --stack reputation"
    )
    assert [each.open_findings for group in statement.groups for each in group.entities] == [1]


def test_of_a_part_that_is_not_shown_in_full_nobody_looked_for_findings() -> None:
    """One account and eleven identities, of which ten are shown in full in all."""
    hours = [mail(1, 100, 1, sender=MINE._replace(identity=f"{each}.example")) for each in "abcdefghijk"]

    statement = statements_of(hours)[f"delegate-{DELEGATE}"]

    lines = [each for group in statement.groups for each in group.entities]
    assert [(each.has_detail, each.open_findings) for each in lines] == [(True, 0)] * 9 + [(False, None)] * 2


def test_an_entity_that_was_not_assessed_of_late_is_named() -> None:
    inputs = inputs_of(assessed(WORLD))
    entity = account_entity(DELEGATE, "us-east-1")
    old = replace(inputs.states[entity], assessed_at=NOW - timedelta(hours=5))
    inputs = replace(inputs, states={**inputs.states, entity: old})
    (scope,) = [each for each in scopes_of(inputs) if each.party.name == f"delegate-{DELEGATE}"]

    assert make_statement(scope, inputs).incomplete == (
        f"The figures of account {DELEGATE} in us-east-1 are 5 hours old: they were last assessed on "
        "2026-11-22 05:05 UTC.",
    )


def test_figures_that_nobody_has_assessed_of_late_are_old() -> None:
    inputs = inputs_of(assessed(daily_mail(MINE, 100, 1)))
    later = NOW + STALE_AFTER + timedelta(minutes=1)
    owner, north = (make_statement(each, replace(inputs, now=later)) for each in scopes_of(inputs)[:2])
    on_time = make_statement(scopes_of(inputs)[0], replace(inputs, now=NOW + STALE_AFTER))

    old = "The figures are 2 hours 1 minute old: they were last assessed on 2026-11-22 10:05 UTC."
    assert (owner.incomplete, north.incomplete, on_time.incomplete) == ((old,), (old,), ())


@pytest.mark.parametrize("days", [1, 9, 400])
def test_an_account_without_mail_that_ses_decided_about_is_not_old(days: int) -> None:
    """Only its first reading is stored while nothing changes, and nobody assesses it."""
    entity, read_at = account_entity(RIVAL, "us-east-1"), NOW - timedelta(days=days)
    decision = DecisionState(SesDecision(RIVAL, "us-east-1", NOW, "PROBATION", True, True), read_at)
    inputs = inputs_of(assessed(daily_mail(MINE, 100, 0)))
    known = {**inputs.states, entity: EntityState(entity, 3, read_at, decision=decision)}
    inputs = replace(inputs, states=known)
    (scope,) = [each for each in scopes_of(inputs) if each.party.account == RIVAL]

    statement = make_statement(scope, inputs)

    assert statement.incomplete == ()
    assert "under review" in statement.headline


def gap_of(account: str, *regions: str) -> FindingState:
    """What an assessment finds where an account's set newsletter leaves out 20 bounces that the owner has."""
    hours = [
        reported_mail(
            hour_ago(ago),
            Reported(200, 20, owner=("bounced",), sender=("sent", "delivered") if ago <= 60 else EVERYTHING),
            sender=MINE,
        )
        for ago in range(1, 200)
    ]
    (found,) = inputs_of(assessed(hours)).states[identity_entity("example.com")].findings.values()
    evidence = {**found.evidence, "account": account, "regions": regions or ("us-east-1",)}
    return replace(found, scope=account or "owner", evidence=evidence)


def incomplete_with(finding: FindingState) -> dict[str, tuple[list[str], dict[str, bool]]]:
    """By party, why its figures are incomplete, and whether each sender's feeds are well, with a finding."""
    inputs = inputs_of(assessed([*WORLD, *daily_mail(MINE._replace(region="eu-west-1"), 100, 1)]))
    entity = identity_entity("example.com")
    troubled = replace(inputs.states[entity], findings={finding.key: finding})
    inputs = replace(inputs, states={**inputs.states, entity: troubled})
    made = [make_statement(scope, inputs) for scope in scopes_of(inputs)]
    return {
        each.party.name: (
            list(each.incomplete),
            {f"{feed.account} {feed.region} {feed.identity}": feed.is_well for feed in each.feeds},
        )
        for each in made
    }


def test_a_gap_in_a_senders_feed_is_on_its_own_page_and_its_owners() -> None:
    pages = incomplete_with(gap_of(DELEGATE))

    (why,), feeds = pages[f"delegate-{DELEGATE}"]
    assert why.startswith("identity example.com: Configuration set newsletter ")
    assert "leaves out bounces" in why
    assert feeds == {f"{DELEGATE} us-east-1 example.com": False, f"{DELEGATE} eu-west-1 example.com": True}
    owner_why, owner_feeds = pages[f"owner-{OWNER}"]
    assert owner_why == [why]
    # What misses something comes first.
    assert list(owner_feeds.items()) == [
        (f"{DELEGATE} us-east-1 example.com", False),
        (f"{OWNER} us-east-1 example.org", True),
        (f"{DELEGATE} eu-west-1 example.com", True),
        (f"{RIVAL} us-east-1 example.com", True),
    ]
    assert pages[f"delegate-{RIVAL}"] == ([], {f"{RIVAL} us-east-1 example.com": True})


def test_a_gap_in_the_owners_feed_is_on_the_owners_page_alone() -> None:
    pages = incomplete_with(gap_of("", "us-east-1", "eu-west-1"))

    why, feeds = pages[f"owner-{OWNER}"]
    assert len(why) == 1
    assert [each for each, is_well in feeds.items() if is_well] == [f"{OWNER} us-east-1 example.org"]
    assert pages[f"delegate-{DELEGATE}"][0] == pages[f"delegate-{RIVAL}"][0] == []
    assert all(pages[f"delegate-{DELEGATE}"][1].values())


def test_a_finding_of_an_accounts_feeds_is_of_all_that_it_sends_in_its_region() -> None:
    inputs = inputs_of(assessed([*WORLD, *daily_mail(MINE._replace(region="eu-west-1"), 100, 1)]))
    entity = account_entity(DELEGATE, "us-east-1")
    missing = MissingOutcomes("2026-11-10", "2026-11-16", 700, 70)
    evidence = MissingOutcomesEvidence(missing).to_json()
    finding = FindingState(FindingKind.MISSING_OUTCOMES, "", "", NOW, None, evidence)
    state = replace(inputs.states[entity], findings={finding.key: finding})
    inputs = replace(inputs, states={**inputs.states, entity: state})

    pages = {each.party.name: make_statement(each, inputs) for each in scopes_of(inputs)}

    north = pages[f"delegate-{DELEGATE}"]
    assert [(feed.region, feed.is_well) for feed in north.feeds] == [
        ("us-east-1", False),
        ("eu-west-1", True),
    ]
    assert [each.split(":")[0] for each in north.incomplete] == [f"account {DELEGATE} in us-east-1"]
    assert all(feed.is_well for feed in pages[f"owner-{OWNER}"].feeds)


def test_a_change_says_of_which_measure_it_is(statements: dict[str, Statement]) -> None:
    assert statements[f"owner-{OWNER}"].timeline[0].measure is Measure.BOUNCES


def test_a_part_that_leads_says_since_which_day_it_stands_so() -> None:
    """At the end of the 21st 8 + 80 of the latest 1,000 had bounced, 8.8 %; now 7 + 120 have, 12.7 %.

    40 of 100 on each of three days are no chance. Mail with another identity keeps the account healthy.
    """
    other = SenderIdentity(DELEGATE, "us-east-1", "example.org")
    mails = [*daily_mail(MINE, 100, 1, range(3, 40)), *daily_mail(MINE, 100, 40, range(3))]

    statement = statements_of([*mails, *later_mail(other, 9_000)])[f"delegate-{DELEGATE}"]

    assert statement.lead == "identity-example.com"
    assert statement.headline.startswith(
        f"Identity example.com, as {DELEGATE} sends with it, is at PAUSE by its bounces since "
        "2026-11-22 00:00 UTC: 12.70 % of 1,000 sends since 2026-11-13. "
    )


def later_mail(sender: SenderIdentity, sends: int) -> list[HourBalance]:
    """Clean mail in the hour before the last, of each of ten days."""
    return [
        mail(f"{NOW - timedelta(days=ago):%Y-%m-%d}T08", sends, 0, sender=sender, provider="gmail")
        for ago in range(10)
    ]


def test_advice_about_an_identity_names_the_region_of_its_mail() -> None:
    here = daily_mail(MINE, 100, 12)
    elsewhere = [*here, *daily_mail(MINE._replace(region="eu-west-1"), 100, 12)]

    for mails, said in ((here, "--region us-east-1"), (elsewhere, "--region REGION")):
        owner = statements_of(mails)[f"owner-{OWNER}"]
        commands = [part.text for step in owner.entities[0].advice for part in step.parts if part.is_command]
        assert {said in each for each in commands if each.startswith("aws")} == {True}
