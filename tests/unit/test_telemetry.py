"""What is logged and counted of a batch, a posting and an assessment, and what never is."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from ses_reputation.assessment.assessment import AssessmentOutcome
from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.journaling import BatchOutcome
from ses_reputation.ledger.posting import Posted, PostingOutcome
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.quarantine.record import QuarantineRecord
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.state import EntityState, ProtectionStep
from ses_reputation.telemetry import (
    WATCHED,
    open_logger,
    open_metrics,
    report_assessment,
    report_batch,
    report_posting,
)
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
from tests.support.hostile import NAMES, acting_characters
from tests.support.stack_template import render_stack

NOTHING = AssessmentOutcome((), {}, (), 0, {}, 0, is_caught_up=True)
ADDRESS = "recipient-1@gmail.com"


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
    return open_logger(service=request.node.name, stream=log)


def emitted(metrics: Metrics) -> dict[str, Any]:
    return dict(metrics.serialize_metric_set())


def counted(metrics: Metrics) -> dict[str, Any]:
    """Each metric that a batch emits, by name."""
    document = emitted(metrics)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "SesReputation"
    assert directive["Dimensions"] == [["service"]]
    return {metric["Name"]: document[metric["Name"]][0] for metric in directive["Metrics"]}


def lines_of(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def record(body: str) -> QuarantineRecord:
    return QuarantineRecord(
        "foreign_topic", "not registered", "arn", "id-1", datetime(2026, 11, 22, tzinfo=UTC), body
    )


def test_every_end_of_a_message_is_counted(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    outcome = BatchOutcome(
        9, 3, Counter(click=2, open=1), [record(ADDRESS)], {"id-2": "S3: SlowDown", "id-3": "S3: SlowDown"}
    )
    report_batch(outcome, logger, metrics)

    assert emitted(metrics)["ignored"] == {"click": 2, "open": 1}
    assert counted(metrics) == {
        "FeedbackReceived": 9,
        "FeedbackJournaled": 3,
        "FeedbackIgnored": 3,
        "FeedbackQuarantined": 1,
        "FeedbackFailed": 2,
    }


def test_a_quarantined_message_is_logged_by_reason_and_key_without_its_body(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    report_batch(BatchOutcome(1, quarantined=[record(ADDRESS)]), logger, metrics)

    (line,) = lines_of(log)
    assert (line["level"], line["message"]) == ("WARNING", "Quarantined a message")
    assert (line["reason"], line["explanation"]) == ("foreign_topic", "not registered")
    assert line["object_key"] == "quarantine/foreign_topic/2026-11-22/id-1.json"
    assert ADDRESS not in log.getvalue()


def test_failures_are_logged_as_an_error_once_a_cause(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    failed = {"id-1": "S3: SlowDown", "id-2": "DynamoDB: AccessDeniedException", "id-3": "S3: SlowDown"}
    report_batch(BatchOutcome(3, failed=failed), logger, metrics)

    assert [(line["level"], line["cause"], line["messages"]) for line in lines_of(log)] == [
        ("ERROR", "S3: SlowDown", 2),
        ("ERROR", "DynamoDB: AccessDeniedException", 1),
    ]


def test_a_batch_that_went_well_logs_nothing_and_counts_zeros(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    report_batch(BatchOutcome(1, 1), logger, metrics)

    assert log.getvalue() == ""
    assert counted(metrics)["FeedbackFailed"] == counted(metrics)["FeedbackQuarantined"] == 0


def test_every_end_of_a_posting_is_counted(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    ended = Counter({Posted.POSTED: 4, Posted.UNCHANGED: 3, Posted.OUTRUN: 2, Posted.POSTPONED: 1})
    report_posting(PostingOutcome(ended, {}), logger, metrics)

    assert log.getvalue() == ""
    assert counted(metrics) == {
        "BalancesPosted": 4,
        "BalancesUnchanged": 3,
        "BalancesOutrun": 2,
        "BalancesPostponed": 1,
        "BalancesFailed": 0,
    }


def test_failed_postings_are_logged_once_a_cause(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    failed = {
        "1": "UnavailableError: Throttled",
        "2": "UnavailableError: Throttled",
        "3": "PageError",
    }
    report_posting(PostingOutcome(Counter(), failed), logger, metrics)

    assert [line["cause"] for line in lines_of(log)] == [
        "UnavailableError: Throttled",
        "PageError",
    ]
    assert counted(metrics) == {"BalancesFailed": 3}


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


def sending(sends: int) -> dict[str, Any]:
    """The view of an entity that sent so much in seven days."""
    return {"measures": {"bounces": {"windows": {"7d": {"sends": sends}}}}}


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


def test_a_run_is_counted_by_service_alone(logger: Logger, metrics: Metrics) -> None:
    outcome = outcome_of(
        seen(bounces(Standing.REVIEW), detections=(deferral(),)),
        seen(bounces(Standing.WATCH), entity=IDENTITY),
    )
    report_assessment(replace(outcome, failed={"identity#example.org": "Throttled"}), 5, logger, metrics)

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
    report_assessment(NOTHING, 5, logger, metrics)

    assert set(counted(metrics).values()) == {0}
    assert "WorstStanding" not in counted(metrics)
    assert documents(capsys) == []
    assert log.getvalue() == ""


def test_each_entity_is_one_document_with_its_own_dimensions(
    logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcome_of(
        seen(bounces(Standing.REVIEW), complaints(Standing.WATCH), view=sending(9)),
        seen(bounces(Standing.HEALTHY), complaints(Standing.HEALTHY), entity=IDENTITY, view=sending(8)),
    )
    report_assessment(outcome, 5, logger, metrics)

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


def test_an_entity_that_is_not_rated_publishes_its_volume_only(
    logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    report_assessment(outcome_of(seen(bounces(None), complaints(None), view=sending(1))), 5, logger, metrics)

    (document,) = documents(capsys)
    assert figures_of(document) == {"EligibleSends": ("Count", 10_021)}


def test_an_entity_that_was_not_evaluated_in_this_run_publishes_nothing(
    logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = replace(outcome_of(seen(bounces(Standing.PAUSE), view=sending(9))), evaluations={})
    report_assessment(outcome, 5, logger, metrics)

    assert documents(capsys) == []
    assert counted(metrics)["WorstStanding"] == 3


def test_only_so_many_entities_with_most_mail_have_metrics_and_the_others_are_logged(
    logger: Logger, log: StringIO, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of nine identities that sent 0 to 8 mails in seven days, five have metrics: 8 to 4."""
    steps = [
        seen(
            bounces(Standing.HEALTHY if sends % 2 else None),
            entity=identity_entity(f"{sends}.example"),
            view=sending(sends),
        )
        for sends in range(9)
    ]
    report_assessment(outcome_of(*steps), 5, logger, metrics)

    published = [dimensions_of(each)["identity"] for each in documents(capsys)]
    assert published == [f"{sends}.example" for sends in (8, 7, 6, 5, 4)]
    (line,) = [line for line in lines_of(log) if "figures" in line]
    assert (line["level"], line["message"]) == ("INFO", "Figures of entities without metrics of their own")
    rated = {"EligibleSends": 10_021.0, "BounceRate": pytest.approx(1.7962, abs=1e-4), "Standing": 0.0}
    assert line["figures"] == [
        {"entity": f"identity#{sends}.example", **(rated if sends % 2 else {"EligibleSends": 10_021.0})}
        for sends in range(4)
    ]
    assert {each["entity"] for each in line["figures"]}.isdisjoint(f"identity#{name}" for name in published)


def test_identities_that_are_addresses_are_shortened_in_metrics_and_logs(
    logger: Logger, log: StringIO, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two that look alike then have one metric: of the one with more mail; the other is logged."""
    names = ["ann@example.com", "amy@example.com", "bob@example.com"]
    steps = [
        seen(bounces(Standing.REVIEW), entity=identity_entity(name), view=sending(9 - number))
        for number, name in enumerate(names)
    ]
    outcome = replace(outcome_of(*steps), failed={"identity#bob@example.com": "no ann@example.com"})
    report_assessment(outcome, 5, logger, metrics)

    published = documents(capsys)
    assert [dimensions_of(each)["identity"] for each in published] == ["a...@example.com", "b...@example.com"]
    assert "identity#a...@example.com" in log.getvalue()
    said = f"{published} {log.getvalue()}"
    assert not [name for name in names if name in said]


@pytest.mark.parametrize("most", [0, 1, 1_000])
def test_an_entity_that_does_not_send_has_no_metrics_however_many_may(
    most: int, logger: Logger, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcome_of(
        seen(bounces(Standing.PAUSE), view=sending(0)),
        seen(bounces(Standing.HEALTHY), entity=IDENTITY, view=sending(1)),
    )
    report_assessment(outcome, most, logger, metrics)

    assert len(documents(capsys)) == min(most, 1)


def test_a_thousand_entities_are_logged_in_lines_that_cloudwatch_takes(
    logger: Logger, log: StringIO, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log event holds 256 KB (CloudWatch Logs quotas); a domain is 253 characters long at most."""
    names = [f"{number:04}.{'a' * 248}" for number in range(1_200)]
    steps = [
        seen(bounces(Standing.HEALTHY), complaints(Standing.HEALTHY), entity=identity_entity(each))
        for each in names
    ]
    report_assessment(outcome_of(*steps), 5, logger, metrics)

    assert documents(capsys) == []
    lines = [line for line in log.getvalue().splitlines() if "figures" in json.loads(line)]
    assert sum(len(json.loads(line)["figures"]) for line in lines) == 1_200
    assert max(map(len, lines)) < 256 * 1024


def test_each_transition_is_a_line_without_the_alert(
    logger: Logger, log: StringIO, metrics: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcome_of(seen(bounces(Standing.REVIEW), detections=(deferral(),), view=sending(9)))
    action = ProtectionAction("newsletter", ProtectionStep.PAUSED, "it bears most", {"events": 1})
    paused = transition_of_action(NotificationContext(ACCOUNT, NOW, STACK, None), action)
    report_assessment(replace(outcome, transitions=(*outcome.transitions, paused)), 5, logger, metrics)

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
    report_assessment(replace(NOTHING, failed=failed), 5, logger, metrics)

    many, one = lines_of(log)
    assert (many["level"], many["cause"], many["failed"]) == ("ERROR", "Throttled", 30)
    assert len(many["entities"]) == 20
    assert one["entities"] == ["identity#example.org"]


def test_a_rollup_that_has_further_to_go_is_no_error(logger: Logger, log: StringIO, metrics: Metrics) -> None:
    report_assessment(replace(NOTHING, is_caught_up=False), 5, logger, metrics)

    (line,) = lines_of(log)
    assert line["level"] == "INFO"


def test_what_is_logged_holds_no_control_that_a_terminal_obeys(
    logger: Logger, log: StringIO, metrics: Metrics
) -> None:
    hostile = replace(record("{}"), explanation="".join(NAMES))
    report_batch(BatchOutcome(1, quarantined=[hostile]), logger, metrics)

    # JSON leaves DEL as it is; no terminal obeys it.
    assert acting_characters(log.getvalue()) - {"\x7f"} == set()
    assert lines_of(log)[0]["explanation"] == "".join(NAMES)


@pytest.fixture
def sparse(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    """The metrics of a function as the template's defaults open them."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "SesReputation")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "journal_feedback")
    return open_metrics({"DETAILED_METRICS": "false"})


def test_only_what_alarms_watch_is_sent_and_only_where_there_is_some(
    logger: Logger, sparse: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    report_batch(BatchOutcome(9, 8, failed={"id-1": "S3: SlowDown"}), logger, sparse)
    sparse.flush_metrics()

    (document,) = documents(capsys)
    assert figures_of(document) == {"FeedbackJournaled": ("Count", 8)}
    assert document["counts"]["FeedbackReceived"] == 9
    assert (document["counts"]["FeedbackQuarantined"], document["counts"]["FeedbackFailed"]) == (0, 1)


def test_a_call_that_sends_no_metric_prints_what_it_counted(
    logger: Logger, sparse: Metrics, capsys: pytest.CaptureFixture[str]
) -> None:
    report_posting(PostingOutcome(Counter({Posted.POSTED: 4}), {}), logger, sparse)
    sparse.flush_metrics()
    sparse.flush_metrics()

    (line,) = documents(capsys)
    assert line == {"service": "journal_feedback", "counts": {"BalancesPosted": 4, "BalancesFailed": 0}}


def test_all_is_sent_where_details_are_asked_for(
    logger: Logger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "SesReputation")
    detailed = open_metrics({"DETAILED_METRICS": "true"})
    report_batch(BatchOutcome(1, 1), logger, detailed)
    detailed.flush_metrics()

    (document,) = documents(capsys)
    assert len(figures_of(document)) == 5


def test_every_metric_that_an_alarm_watches_is_sent_by_default() -> None:
    """An alarm on a metric that is never sent would never ring."""
    assert watched_by_alarms() == WATCHED


def watched_by_alarms() -> set[str]:
    alarms = render_stack().of_type("AWS::CloudWatch::Alarm").values()
    stats = [each for alarm in alarms for each in (alarm, *map(_metric_of, alarm.get("Metrics", ())))]
    return {
        each["MetricName"] for each in stats if str(each.get("Namespace", "")).startswith("SesReputation/")
    }


def _metric_of(query: Mapping[str, Any]) -> Mapping[str, Any]:
    metric: Mapping[str, Any] = query.get("MetricStat", {}).get("Metric", {})
    return metric
