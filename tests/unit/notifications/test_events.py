"""Every event's detail is what its schema in docs/schemas says, no less and no more."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.findings.deferrals import DeferralEvidence
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.events import attributes_of, detail_type
from ses_reputation.notifications.transitions import transition_of_action, transition_of_decision
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.decide import apply_decision
from ses_reputation.standing.state import EntityState, ProtectionStep, Transition, TransitionKind
from ses_reputation.statistics.decisions import MOST_LETTERS, MOST_TENANTS, SesDecision, TenantDecision
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    KNOWN_BY_OUTCOME,
    NOW,
    STACK,
    WINDOW,
    assess,
    bounces,
    causes_in_identity,
    complaints,
    coverage_gap,
    deferral,
    firing,
    seen,
)
from tests.support.stack_template import ROOT

SCHEMAS = ROOT / "docs" / "schemas"
SCHEMA_OF = {
    "Reputation Standing Changed": "reputation-standing-changed",
    "Reputation Finding Opened": "finding-opened",
    "Feed Finding Opened": "finding-opened",
    "Reputation Finding Resolved": "finding-resolved",
    "Feed Finding Resolved": "finding-resolved",
    "Configuration Set Protection": "configuration-set-protection",
    "SES Decision Changed": "ses-decision-changed",
}
MOST_ENTRY_BYTES = 256 * 1024


def strict_schema_of(type_: str) -> Any:
    """The schema of a detail-type, made to refuse what it does not name."""
    return strict(json.loads((SCHEMAS / f"{SCHEMA_OF[type_]}.v1.json").read_text()))


def strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    named = {"additionalProperties": False} if "properties" in schema else {}
    return named | {name: strict(each) for name, each in schema.items()}


def published(*steps: EntityEvaluation) -> list[Transition]:
    """The transitions of the last of some assessments, a day apart."""
    state, transitions = None, list[Transition]()
    for number, step in enumerate(steps):
        state, transitions = assess(state, step, NOW + number * timedelta(days=1))
    return transitions


def protected(step: ProtectionStep) -> Transition:
    return transition_of_action(
        NotificationContext(ACCOUNT, NOW, STACK, None),
        ProtectionAction("newsletter", step, "why", {"events": 9}),
    )


HEALTHY = SesDecision(
    "444455556666", "us-east-1", NOW - timedelta(hours=1), "HEALTHY", True, True, tenants={}
)
STOPPED = TenantDecision("DISABLED", True, "Bounce rate of 15 %", NOW, "HIGH")
PAUSED = replace(HEALTHY, read_at=NOW, enforcement_status="SHUTDOWN", tenants={"orchard": STOPPED})


def decided(decision: SesDecision) -> list[Transition]:
    """What is published of a decision about a healthy account."""
    known, _ = apply_decision(EntityState(ACCOUNT, 0, NOW), HEALTHY, NOW)
    _, changes = apply_decision(known, decision, NOW)
    context = NotificationContext(ACCOUNT, NOW, STACK, None)
    return [transition_of_decision(context, change) for change in changes]


def every_kind() -> list[Transition]:
    """At least one transition of every shape."""
    bounced = bounces(Standing.PAUSE)
    of_identity = replace(bounced, causes=causes_in_identity(bounced.events))
    ses = {"ses": {"bounce_rate": 0.0498, "complaint_rate": None, "rates_at": "2026-11-22T09:55:00+00:00"}}
    ses_undated = {"ses": {"bounce_rate": 0.0498, "complaint_rate": 0.0, "rates_at": None}}
    official = OfficialRate(Fraction("0.1004"), NOW, Standing.PAUSE, Standing.HEALTHY)
    findings = (deferral(), coverage_gap())
    clear = (deferral(DetectionState.CLEAR),)
    return [
        *published(seen(bounced, complaints(Standing.REVIEW), detections=findings, view=ses)),
        *published(seen(of_identity, complaints(Standing.WATCH), entity=IDENTITY, view={"ses": None})),
        *published(seen(bounced), seen(bounces(Standing.HEALTHY), view=ses_undated)),
        *published(seen(detections=findings), seen(detections=clear)),
        *(protected(step) for step in ProtectionStep),
        *published(seen(replace(bounced, official=official))),
        *decided(PAUSED),
    ]


@pytest.mark.parametrize("transition", every_kind(), ids=lambda each: f"{each.entity.kind} {each.id[21:]}")
def test_a_detail_is_what_its_schema_says(transition: Transition) -> None:
    detail = json.loads(json.dumps(transition.detail))

    Draft202012Validator(strict_schema_of(detail_type(transition))).validate(detail)


def test_every_detail_type_is_shown_by_some_event_and_has_its_schema() -> None:
    assert {detail_type(each) for each in every_kind()} == SCHEMA_OF.keys()
    named = {f"{name}.v1.json" for name in SCHEMA_OF.values()}
    # Those of no event; tests/unit/statement/view and tests/unit/console/usage hold them.
    others = {"statement.v1.json", "command-line.v1.json", "snapshot-manifest.v2.json"}
    assert {path.name for path in SCHEMAS.glob("*.json")} == named | others


@pytest.mark.parametrize("name", sorted(set(SCHEMA_OF.values())))
def test_a_schema_is_one_and_demands_every_field_that_consumers_recognise_repeats_by(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.v1.json").read_text())

    Draft202012Validator.check_schema(schema)
    assert {"version", "id", "at", "stack", "entity", "standing"} <= set(schema["required"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "2"},
        {"to": "bad"},
        {"rate": {"value": 2}},
        {"entity": {"kind": "account"}},
        {"surplus": 1},
    ],
)
def test_the_schema_refuses_what_is_wrong(wrong: Mapping[str, Any]) -> None:
    (transition,) = published(seen(bounces(Standing.REVIEW)))

    with pytest.raises(ValidationError):
        Draft202012Validator(strict_schema_of(detail_type(transition))).validate(
            json.loads(json.dumps({**transition.detail, **wrong}))
        )


def test_a_changed_standing_says_what_its_rate_is_over() -> None:
    evaluation = bounces(Standing.REVIEW, window=replace(WINDOW, table=KNOWN_BY_OUTCOME))

    (transition,) = published(seen(evaluation))

    assert transition.detail["basis"] == {"kind": "final_outcomes", "without_send": 10_021, "unrated": 12}
    Draft202012Validator(strict_schema_of(detail_type(transition))).validate(
        json.loads(json.dumps(transition.detail))
    )


def test_a_changed_standing_says_all_that_caused_it() -> None:
    (transition,) = published(seen(bounces(Standing.HEALTHY)), seen(bounces(Standing.REVIEW)))
    detail = transition.detail

    # By hand: 513 / 10,021 = 0.0511925; Wilson, z = 1.96: (0.051384 -+ 0.004319) / 1.000383.
    assert detail["rate"] == {
        "value": 0.051192,
        "numerator": 513,
        "denominator": 10_021,
        "low": 0.047047,
        "high": 0.055682,
    }
    assert detail["window"]["hours"] == 51
    assert detail["basis"] == {"kind": "sends", "without_send": 0, "unrated": 0}
    assert detail["headroom"][1] == {
        "standing": "review",
        "threshold": 0.05,
        "more_events": 0,
        "clean_sends": 240,
    }
    assert [(each["kind"], each["name"]) for each in detail["causes"]] == [
        ("configuration_set", "newsletter"),
        ("provider", "microsoft"),
        ("bounce", "bounced_permanent_no_email"),
    ]
    assert (detail["measure"], detail["from"], detail["to"]) == ("bounces", "healthy", "review")
    assert detail["id"] == "account#444455556666#us-east-1#2026-11-23T10:05:00Z#standing_changed#bounces"


def test_ids_are_unique_across_entities_kinds_and_times() -> None:
    ids = [each.detail["id"] for each in every_kind()[:8]]
    assert len(set(ids)) == len(ids)


def test_a_resolution_holds_what_it_was_found_by_and_what_is_seen_now() -> None:
    (transition,) = published(
        seen(detections=(deferral(share=31),)), seen(detections=(deferral(DetectionState.CLEAR, 2),))
    )

    assert transition.detail["evidence"]["recent"]["delayed_share"] == 0.31
    assert transition.detail["last_seen"]["recent"]["delayed_share"] == 0.02


@pytest.mark.parametrize("kind", FindingKind)
def test_findings_of_feeds_and_of_mail_have_detail_types_of_their_own(kind: FindingKind) -> None:
    (opened,) = published(seen(detections=(firing(kind),)))
    (resolved,) = published(seen(detections=(firing(kind),)), seen())

    whose = "Feed" if kind.is_of_feeds else "Reputation"
    assert detail_type(opened) == f"{whose} Finding Opened"
    assert detail_type(resolved) == f"{whose} Finding Resolved"


def test_a_decision_says_how_ses_saw_and_sees_the_account() -> None:
    account, tenants = decided(PAUSED)

    assert (account.detail["change"], tenants.detail["change"]) == ("paused", "tenants")
    assert account.detail["before"]["enforcement_status"] == "HEALTHY"
    assert account.detail["after"]["enforcement_status"] == "SHUTDOWN"
    assert account.detail["before_since"] == "2026-11-22T09:05:00Z"
    assert [each["tenant"] for each in tenants.detail["stopped"]] == ["orchard"]
    assert tenants.detail["numbers"] == {"stopped": 1, "severe": 0, "eased": 0, "over": 0}


def test_a_decision_about_very_many_tenants_fits_an_event() -> None:
    long = replace(STOPPED, cause="\U0001f4e7" * MOST_LETTERS)
    many = {f"{number:064}": long for number in range(MOST_TENANTS)}
    transition = decided(replace(PAUSED, tenants=many))[-1]

    assert transition.detail["numbers"]["stopped"] == MOST_TENANTS
    assert len(json.dumps(transition.detail, ensure_ascii=False).encode()) < MOST_ENTRY_BYTES


def test_a_reminder_is_no_event() -> None:
    (reminder,) = published(seen(bounces(Standing.REVIEW)), seen(bounces(Standing.REVIEW)))

    assert reminder.kind is TransitionKind.REMINDER
    assert reminder.detail == {}
    assert attributes_of(reminder)["standing"] == "review"


def test_subscriptions_can_filter_by_entity_kind_and_standing() -> None:
    (of_account,) = published(seen(bounces(Standing.REVIEW)))
    (of_identity,) = published(seen(detections=(deferral(),), entity=IDENTITY))

    assert attributes_of(of_account) == {
        "kind": "standing_changed",
        "entity": "account",
        "account": "444455556666",
        "region": "us-east-1",
        "standing": "review",
    }
    assert attributes_of(of_identity) == {
        "kind": "finding_opened",
        "entity": "identity",
        "identity": "example.com",
    }


def test_an_event_is_far_smaller_than_what_eventbridge_takes() -> None:
    evidence = deferral().evidence
    assert isinstance(evidence, DeferralEvidence)
    streams = {f"444455556666/{number:064}": 9 for number in range(100)}
    longest = replace(deferral(), evidence=replace(evidence, mail_streams=streams))
    for transition in [*every_kind(), *published(seen(detections=(longest,)))]:
        assert len(json.dumps(transition.detail)) < MOST_ENTRY_BYTES / 10


def test_nothing_in_an_event_is_a_recipient() -> None:
    assert not any("@" in json.dumps(each.detail) for each in every_kind())
