"""What an assessment logs, what it counts, and which metrics it publishes of each entity."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from ses_reputation.assessment.assessment import AssessmentOutcome
from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import EntityState, ProtectionStep
from ses_reputation.telemetry import report_assessment
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    NOW,
    STACK,
    assess,
    bounces,
    complaints,
    deferral,
    seen,
)

NOTHING = AssessmentOutcome((), {}, (), 0, {}, 0, is_caught_up=True)


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    metrics = Metrics(namespace="SesReputation", service="assess_reputation")
    metrics.clear_metrics()
    yield metrics
    metrics.clear_metrics()


@pytest.fixture
def log() -> StringIO:
    return StringIO()


@pytest.fixture
def logger(request: pytest.FixtureRequest, log: StringIO) -> Logger:
    return Logger(service=request.node.name, stream=log)


def outcome_of(*steps: EntityEvaluation, state: EntityState | None = None) -> AssessmentOutcome:
    """An assessment of the entities that were seen, each for the first time."""
    states, transitions = [], []
    for step in steps:
        state, changed = assess(None, step, NOW)
        states.append(state)
        transitions += changed
    evaluations = {step.entity: step.evaluations for step in steps}
    return AssessmentOutcome(
        tuple(states), evaluations, tuple(transitions), len(transitions), {}, 3, is_caught_up=True
    )


def documents(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was printed in embedded metric format, a line each."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def figures_of(document: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "SesReputation"
    return {
        metric["Name"]: (metric["Unit"], round(document[metric["Name"]][0], 4))
        for metric in directive["Metrics"]
    }


def dimensions_of(document: Mapping[str, Any]) -> dict[str, str]:
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    (names,) = directive["Dimensions"]
    return {name: document[name] for name in names}


def counted(metrics: Metrics) -> dict[str, float]:
    document = dict(metrics.serialize_metric_set())
    return {name: value for name, (_, value) in figures_of(document).items()}


def lines_of(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_run_is_counted_by_service_alone(logger: Logger, metrics: Metrics) -> None:
    outcome = outcome_of(
        seen(bounces(Standing.REVIEW), detections=(deferral(),)),
        seen(bounces(Standing.WATCH), entity=IDENTITY),
    )
    report_assessment(replace(outcome, failed={"identity#example.org": "Throttled"}), logger, metrics)

    assert counted(metrics) == {
        "EntitiesAssessed": 2,
        "EntitiesFailed": 1,
        "DaysRolledUp": 3,
        "TransitionsPublished": 3,
        "OpenFindings": 1,
        "WorstStanding": 2,
    }
    assert dimensions_of(dict(metrics.serialize_metric_set())) == {"service": "assess_reputation"}


def test_a_run_without_entities_counts_zeros_and_knows_no_worst_standing(
    logger: Logger, log: StringIO, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    report_assessment(NOTHING, logger, metrics)

    assert set(counted(metrics).values()) == {0}
    assert "WorstStanding" not in counted(metrics)
    assert documents(capsys) == []
    assert log.getvalue() == ""


def test_each_entity_is_one_document_with_its_own_dimensions(
    logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcome_of(
        seen(bounces(Standing.REVIEW), complaints(Standing.WATCH)),
        seen(bounces(Standing.HEALTHY), complaints(Standing.HEALTHY), entity=IDENTITY),
    )
    report_assessment(outcome, logger, metrics)

    account, identity = documents(capsys)
    assert dimensions_of(account) == {
        "service": "assess_reputation",
        "account": "444455556666",
        "region": "us-east-1",
    }
    # By hand: 513 / 10,021 = 5.1192 %, 7 / 10,021 = 0.0699 %.
    assert figures_of(account) == {
        "BounceRate": ("Percent", 5.1192),
        "ComplaintRate": ("Percent", 0.0699),
        "EligibleSends": ("Count", 10_021),
        "Standing": ("Count", 2),
    }
    assert dimensions_of(identity) == {"service": "assess_reputation", "identity": "example.com"}
    assert figures_of(identity)["Standing"] == ("Count", 0)


def test_an_entity_below_the_minimum_volume_publishes_its_volume_only(
    logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    report_assessment(outcome_of(seen(bounces(None), complaints(None))), logger, metrics)

    (document,) = documents(capsys)
    assert figures_of(document) == {"EligibleSends": ("Count", 10_021)}


def test_an_entity_that_was_not_evaluated_in_this_run_publishes_nothing(
    logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = replace(outcome_of(seen(bounces(Standing.PAUSE))), evaluations={})
    report_assessment(outcome, logger, metrics)

    assert documents(capsys) == []
    assert counted(metrics)["WorstStanding"] == 3


def test_each_transition_is_a_line_without_the_alert(
    logger: Logger, log: StringIO, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcome_of(seen(bounces(Standing.REVIEW), detections=(deferral(),)))
    action = ProtectionAction("newsletter", ProtectionStep.PAUSED, "it bears most", {"events": 1})
    paused = transition_of_action(ACCOUNT, action, NOW, STACK)
    report_assessment(replace(outcome, transitions=(*outcome.transitions, paused)), logger, metrics)

    names = ("level", "entity", "kind", "change", "from", "to", "step")
    changed = [{name: line[name] for name in names if name in line} for line in lines_of(log)]
    common = {"level": "INFO", "entity": "account#444455556666#us-east-1"}
    assert changed == [
        {**common, "kind": "standing_changed", "change": "bounces", "to": "review"},
        {**common, "kind": "finding_opened", "change": "provider_deferral#microsoft"},
        {**common, "kind": "protection", "change": "newsletter", "step": "paused"},
    ]
    assert "What to do" not in log.getvalue()
    capsys.readouterr()


def test_failures_are_logged_as_an_error_once_a_cause_with_the_entities(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    failed = {f"identity#{number}.example.com": "Throttled" for number in range(30)}
    failed["identity#example.org"] = "StateError: newer format"
    report_assessment(replace(NOTHING, failed=failed), logger, metrics)

    many, one = lines_of(log)
    assert (many["level"], many["cause"], many["failed"]) == ("ERROR", "Throttled", 30)
    assert len(many["entities"]) == 20
    assert one["entities"] == ["identity#example.org"]


def test_a_rollup_that_has_further_to_go_is_no_error(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    report_assessment(replace(NOTHING, is_caught_up=False), logger, metrics)

    (line,) = lines_of(log)
    assert line["level"] == "INFO"
