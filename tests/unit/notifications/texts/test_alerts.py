"""Alerts, word for word, and what holds for all of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.findings.quoted_diagnoses import QuotedDiagnosis
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.texts.layout import WIDTH, make_subject
from ses_reputation.notifications.transitions import transition_of_decision
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.standing.decide import apply_decision
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    KNOWN_BY_OUTCOME,
    NOW,
    OWNERSHIP,
    RAW_DELIVERY,
    STACK,
    WINDOW,
    assess,
    bounce_spike,
    bounces,
    causes_in_identity,
    complaints,
    complaints_in_identity,
    coverage_gap,
    deferral,
    firing,
    quoting,
    seen,
)

EXPECTED = Path(__file__).parents[1] / "expected"
SES = {"ses": {"bounce_rate": 0.0498, "complaint_rate": None, "rates_at": "2026-11-22T09:55:00+00:00"}}
OVER = deferral(DetectionState.CLEAR, 2)

OF_AN_ADDRESS = QuotedDiagnosis(
    NOW - timedelta(hours=2),
    "111122223333",
    "Identity ann.lee@example.com has no topic for bounces.",
    "Set it.",
    "aws ses set-identity-notification-topic --identity ann.lee@example.com --notification-type Bounce",
)
DELETED = QuotedDiagnosis(
    NOW - timedelta(hours=23),
    "111122223333",
    "Topic news of account 111122223333 in us-east-1 does not exist.",
    "Deploy its template again.",
    "",
)


def last_alert(*steps: EntityEvaluation, wait: timedelta = timedelta(hours=5), link: str = "") -> Transition:
    """The last transition of the last of some assessments."""
    state, found = None, list[Transition]()
    for number, step in enumerate(steps):
        state, found = assess(state, step, NOW + number * wait, link=link)
    return found[-1]


def of_identity(standing: Standing) -> EntityEvaluation:
    events = bounces(standing).events
    return seen(bounces(standing, causes_in_identity(events)), entity=IDENTITY)


def complained_of(standing: Standing) -> EntityEvaluation:
    evaluation = complaints(standing)
    return seen(replace(evaluation, causes=complaints_in_identity(evaluation.events)), entity=IDENTITY)


HEALTHY = SesDecision(
    "444455556666", "us-east-1", NOW, "HEALTHY", True, True, daily_quota=50_000.0, send_rate=14.0
)
STOPPED = TenantDecision(
    "DISABLED", True, "The bounce rate exceeded 15.0 %.", NOW - timedelta(hours=1), "HIGH"
)
BY_HAND = TenantDecision("DISABLED", False, "Status manually updated.", NOW - timedelta(hours=3), "")
SEVERE = TenantDecision("ENABLED", False, "", None, "HIGH")
OFFICIAL = OfficialRate(Fraction("0.1004"), NOW + timedelta(hours=4), Standing.PAUSE, Standing.WATCH)


def decided(from_status: str = "HEALTHY", link: str = "", **fields: Any) -> Transition:
    """The last transition of what SES decides a day after it was otherwise."""
    before = replace(HEALTHY, enforcement_status=from_status, tenants={})
    state, _ = apply_decision(EntityState(ACCOUNT, 0, NOW), before, NOW)
    at = NOW + timedelta(days=1)
    _, changes = apply_decision(state, replace(HEALTHY, read_at=at, **fields), at)
    context = NotificationContext(ACCOUNT, at, STACK, Standing.REVIEW, {}, OWNERSHIP.party_of(ACCOUNT), link)
    return transition_of_decision(context, changes[-1])


CASES: Mapping[str, Callable[[], Transition]] = {
    "account_to_watch": lambda: last_alert(seen(bounces(Standing.HEALTHY)), seen(bounces(Standing.WATCH))),
    "account_to_review": lambda: last_alert(
        seen(bounces(Standing.WATCH)), seen(bounces(Standing.REVIEW), view=SES)
    ),
    "account_to_pause": lambda: last_alert(seen(bounces(Standing.PAUSE))),
    "account_with_little_mail": lambda: last_alert(
        seen(bounces(Standing.REVIEW, causes=(), window=replace(WINDOW, is_full=False)))
    ),
    "account_rated_without_sends": lambda: last_alert(
        seen(bounces(Standing.REVIEW, causes=(), window=replace(WINDOW, table=KNOWN_BY_OUTCOME)))
    ),
    "account_back_to_watch": lambda: last_alert(seen(bounces(Standing.PAUSE)), seen(bounces(Standing.WATCH))),
    "account_healthy_again": lambda: last_alert(
        seen(bounces(Standing.WATCH)), seen(bounces(Standing.HEALTHY))
    ),
    "identity_to_watch": lambda: last_alert(of_identity(Standing.WATCH)),
    "identity_to_review": lambda: last_alert(of_identity(Standing.REVIEW)),
    "identity_to_pause": lambda: last_alert(of_identity(Standing.PAUSE)),
    "complaints_to_watch": lambda: last_alert(complained_of(Standing.WATCH)),
    "complaints_to_review": lambda: last_alert(complained_of(Standing.REVIEW)),
    "complaints_to_pause": lambda: last_alert(seen(complaints(Standing.PAUSE))),
    "deferral_found": lambda: last_alert(seen(detections=(deferral(),), entity=IDENTITY)),
    "deferral_over": lambda: last_alert(
        seen(detections=(deferral(),), entity=IDENTITY),
        seen(detections=(OVER,), entity=IDENTITY),
    ),
    "coverage_gap_found": lambda: last_alert(seen(detections=(coverage_gap(),), entity=IDENTITY)),
    "coverage_gap_with_its_causes": lambda: last_alert(
        seen(detections=(quoting(FindingKind.COVERAGE_GAP, RAW_DELIVERY, DELETED),), entity=IDENTITY)
    ),
    "coverage_gap_of_an_address": lambda: last_alert(
        seen(
            detections=(quoting(FindingKind.COVERAGE_GAP, OF_AN_ADDRESS),),
            entity=identity_entity("ann.lee@example.com"),
        )
    ),
    "sends_missing_with_its_cause": lambda: last_alert(
        seen(detections=(quoting(FindingKind.SENDS_MISSING),))
    ),
    "missing_outcomes_with_their_cause": lambda: last_alert(
        seen(detections=(quoting(FindingKind.MISSING_OUTCOMES),))
    ),
    "coverage_gap_not_seen_any_more": lambda: last_alert(
        seen(detections=(coverage_gap(),), entity=IDENTITY), seen(entity=IDENTITY)
    ),
    "ses_has_paused": lambda: decided(enforcement_status="SHUTDOWN"),
    "ses_reviews": lambda: decided(enforcement_status="PROBATION"),
    "switched_off": lambda: decided(is_sending_enabled=False),
    "ses_has_ended_the_pause": lambda: decided(from_status="SHUTDOWN"),
    "tenants_stopped": lambda: decided(tenants={"orchard": STOPPED, "grove": BY_HAND, "hill": SEVERE}),
    "account_paused_by_ses_own_rate": lambda: last_alert(
        seen(bounces(Standing.WATCH)),
        seen(replace(bounces(Standing.PAUSE), rate=bounces(Standing.WATCH).rate, official=OFFICIAL)),
    ),
    "reminder": lambda: last_alert(
        *[seen(bounces(Standing.REVIEW), complaints(Standing.WATCH), detections=(coverage_gap(),))] * 2,
        wait=timedelta(days=1, hours=2),
    ),
    "reminder_of_a_finding": lambda: last_alert(
        *[seen(detections=(deferral(),), entity=IDENTITY)] * 2, wait=timedelta(days=1)
    ),
}


def written(transition: Transition) -> str:
    return f"Subject: {transition.subject}\n\n{transition.text}"


@pytest.mark.parametrize("name", CASES)
def test_an_alert_says_this_word_for_word(name: str) -> None:
    assert written(CASES[name]()) == (EXPECTED / f"{name}.txt").read_text()


def test_every_expected_text_belongs_to_a_case() -> None:
    found = {path.stem for path in EXPECTED.glob("*.txt") if not path.stem.startswith("protection_")}
    assert found == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_an_alert_is_readable_plain_text(name: str) -> None:
    transition = CASES[name]()

    assert all(len(line) <= WIDTH and line == line.rstrip() for line in transition.text.splitlines())
    assert transition.text.isascii()
    assert transition.text.endswith("\n")
    assert "\n\n\n" not in transition.text
    assert not re.search(r"\w\w@", transition.text + transition.subject)
    assert "None" not in transition.text + transition.subject


def test_of_more_than_three_things_that_last_a_list_names_the_keys() -> None:
    """Three in all, then four: 21 findings of a kind would be 21 commands."""
    three = (deferral(), firing(FindingKind.MAIL_STOPPED), firing(FindingKind.BOUNCE_SPIKE))
    four = (*three, firing(FindingKind.COMPLAINT_SPIKE))

    texts = [last_alert(*[seen(detections=each)] * 2, wait=timedelta(days=1)).text for each in (three, four)]

    assert [text.count("findings mute") for text in texts] == [3, 3]
    assert [text.count("findings list") for text in texts] == [0, 1]


@given(st.text(max_size=300))
def test_a_subject_is_one_that_sns_takes(text: str) -> None:
    # "Must be ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks
    # or control characters; and must be less than 100 characters long" (SNS API reference, Publish).
    subject = make_subject(f"Found: {text}")

    assert subject.isascii()
    assert subject.isprintable()
    assert subject[0].isalpha()
    assert len(subject) < 100


LONG_SET = "s" * 64
LONG_IDENTITY = f"{'very-' * 40}long.example.com"


@pytest.mark.parametrize(
    "entity",
    [account_entity("444455556666", "ap-southeast-1"), identity_entity(LONG_IDENTITY)],
    ids=["account", "identity"],
)
@pytest.mark.parametrize("standing", [Standing.WATCH, Standing.REVIEW, Standing.PAUSE])
def test_long_names_break_neither_the_subject_nor_a_command(
    entity: ReputationEntity, standing: Standing
) -> None:
    causes = (
        Cause(Slice(Dimension.SENDING_ACCOUNT, "444455556666"), 9, 9, Rate(9, 10)),
        Cause(Slice(Dimension.CONFIGURATION_SET, f"444455556666/{LONG_SET}"), 9, 9, Rate(9, 10)),
    )
    alert = last_alert(seen(bounces(standing, causes=causes), entity=entity))

    assert len(alert.subject) < 100
    assert entity.name in alert.text
    assert LONG_SET in alert.text
    too_long = [line for line in alert.text.splitlines() if len(line) > WIDTH]
    assert all(LONG_IDENTITY in line or LONG_SET in line for line in too_long)


@pytest.mark.parametrize("standing", [Standing.WATCH, Standing.REVIEW, Standing.PAUSE])
@pytest.mark.parametrize("number", [1, 2])
def test_an_alert_shortens_an_identity_that_is_an_address(standing: Standing, number: int) -> None:
    """It goes to many, and the address may be a person's; the console takes the short form, too."""
    causes = (Cause(Slice(Dimension.IDENTITY, "ann.lee@example.com"), 9, 9, Rate(9, 10)),)
    healthy = seen(bounces(Standing.HEALTHY, causes=causes), entity=identity_entity("ann.lee@example.com"))
    worse = seen(bounces(standing, causes=causes), entity=identity_entity("ann.lee@example.com"))
    alert = last_alert(*(worse, healthy)[:number])

    assert "ann" not in f"{alert.subject} {alert.text}".lower()
    assert "a...@example.com" in alert.subject
    assert "--identity a...@example.com" in alert.text


def test_a_command_that_is_too_long_for_a_line_goes_on_as_a_shell_reads_it() -> None:
    alert = last_alert(seen(bounces(Standing.REVIEW)))

    commands = alert.text.partition("To see more\n")[2].partition("\n\n")[0]
    assert commands.replace("\\\n", "").split() == [
        *("ses-reputation", "standing", "explain", "--account", "444455556666"),
        *("--region", "us-east-1", "--stack", "ses-reputation"),
        *("ses-reputation", "statement", "open", "444455556666", "--stack", "ses-reputation"),
    ]


def test_a_headline_that_names_its_entity_is_the_subject_as_it_is() -> None:
    named = last_alert(seen(detections=(deferral(),), entity=IDENTITY))
    unnamed = last_alert(seen(detections=(bounce_spike(),)))

    assert named.subject == (
        "Found: Microsoft is deferring example.com since 08:00 UTC, IPFailure, 31 % of mail"
    )
    assert unnamed.subject == (
        "Found, account 444455556666 in us-east-1: The bounce rate of the last 24 hours is 6.10 %, 4.2..."
    )


@pytest.mark.parametrize("kind", FindingKind)
def test_every_finding_names_a_command_that_shows_more(kind: FindingKind) -> None:
    text = last_alert(seen(detections=(firing(kind),))).text

    view = {"bounce_spike": "standing explain", "complaint_spike": "standing explain"}
    view |= {"provider_deferral": "providers", "mail_stopped": "standing explain"}
    assert f"ses-reputation {view.get(kind, 'feeds')} --account 444455556666" in text
    assert "\n  ses-reputation statement open 444455556666 --stack ses-reputation\n" in text


def test_an_alert_has_no_headroom_that_nothing_is_known_of() -> None:
    watch, review, pause = bounces(Standing.REVIEW).headroom
    unknown = replace(bounces(Standing.REVIEW), headroom=(watch, review, replace(pause, more_events=0)))

    text = last_alert(seen(unknown)).text

    assert "  headroom  " not in text
    assert "  way back  240 clean sends lead out of REVIEW" in text
