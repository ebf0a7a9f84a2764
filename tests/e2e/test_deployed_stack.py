"""The stack as `sam build` and `sam deploy` make it, under enforced policies, from notifications to balances.

Where this machine has no Python of the runtime's version, the quick deployment is tested in its place.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.demo.expected.comparison import compare_coverage, compare_facts, compare_fates
from console.demo.expected.standings import ExpectedChange, expect_changes, expect_standings
from console.local_aws.deployment import STACK_NAME, deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.limits import RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import HeardAlert, HeardEvent
from console.local_stack.stack import LocalStack
from tests.e2e.support import sam
from tests.e2e.support.assessment import Heard
from tests.e2e.support.run import (
    Findings,
    empty_bucket,
    import_in_function,
    list_physical_ids,
    point_export_at,
    run_everything,
)
from tests.e2e.support.runtime import prepare_runtime
from tests.e2e.support.traffic import Traffic, invent_traffic, unsigned
from tests.support.aws.local_aws import DELEGATES
from tests.support.notifications import FOREIGN
from tests.support.runtime_python import MISSING_RUNTIME, find_runtime_python
from tests.support.stack_template import ROOT

pytestmark = [pytest.mark.local_aws, pytest.mark.sam]

PARAMETERS = {
    "DelegateAccounts": ",".join(DELEGATES),
    "OwnDomains": "corp.example.com",
    "JournalWindowSeconds": "1",
    "LongestWaitMinutes": "0",
    "LedgerDeletionProtection": "false",
    # A few hundred mails are enough to be rated here; and no schedule starts anything while this looks.
    "AssessmentSchedule": "rate(15 minutes)",
    "StatisticsSchedule": "rate(1 day)",
}
MAILS = 400
SUPPRESSED = 5_500
OTHER_MODULES = (
    "botocore",
    "jinja2",
    "pydantic",
    "pydantic_core",
    "aws_lambda_powertools",
    "idna",
    "urllib3",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What was put in and what was found.

    `throttled` requests to SES were; `modules` came from these files (none without a layer); `resources` of
    the stack could be listed, and `resources_left` still could after its deletion.
    """

    traffic: Traffic
    suppressed: list[str]
    throttled: int
    findings: Findings
    modules: dict[str, Path]
    resources: set[str]
    resources_left: set[str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run, from the build to the stack's deletion."""
    python = find_runtime_python()
    with ExitStack() as running:
        ses = running.enter_context(
            SesStandIn(behaviour=ListBehaviour(order_seed=3), limits=RequestLimits(throttled_fraction=0.5))
        )
        ses.seed(SUPPRESSED)
        interpreter = prepare_runtime(python) if python else None
        aws = running.enter_context(start_ministack(auth=True, interpreter=interpreter))
        if python:
            built = sam.build(tmp_path_factory, python)
            stack = sam.deploy(aws, built, PARAMETERS)
        else:
            stack = deploy_template(aws, PARAMETERS)
        point_export_at(aws, stack, ses)
        local = LocalStack(aws, stack, ses)
        traffic = invent_traffic(seed=22, mails=MAILS, ends_at=datetime.now(UTC))
        findings = run_everything(local, traffic)
        modules = import_in_function(local, OTHER_MODULES) if python else {}
        resources = list_physical_ids(aws) & set(stack.resources.values())
        empty_bucket(local)
        if python:
            sam.delete(aws)
        left = list_physical_ids(aws) & resources
        suppressed = ses.open_list().addresses()
        return Run(traffic, suppressed, ses.answers[429], findings, modules, resources, left)


@pytest.fixture
def built_run(run: Run) -> Run:
    if find_runtime_python() is None:
        pytest.skip(MISSING_RUNTIME)
    return run


def test_balances_are_those_of_the_distinct_facts(run: Run) -> None:
    comparison = compare_facts(run.traffic.day, run.findings.contents.hours)
    assert comparison.mismatches == ()
    assert comparison.compared > 300


def test_coverage_names_the_feeds_that_reported_a_fact(run: Run) -> None:
    assert compare_coverage(run.traffic.day, run.findings.contents.hours).mismatches == ()


def test_every_message_ends_as_it_must(run: Run) -> None:
    comparison = compare_fates(run.traffic.day, run.findings.contents.tally)
    assert comparison.mismatches == ()
    assert {
        "unreadable",
        "contradicts_topic",
        "foreign_topic",
    } <= run.findings.contents.tally.quarantined.keys()


def test_every_message_received_is_accounted_for(run: Run) -> None:
    tally = run.findings.contents.tally
    assert run.traffic.day.duplicates > 0
    assert tally.received == len(run.traffic.published) + len(run.traffic.bodies)
    assert tally.received == (
        tally.journaled + sum(tally.ignored.values()) + sum(tally.quarantined.values()) + tally.failed
    )


def test_a_changed_standing_is_published_to_people_and_programs_once(run: Run) -> None:
    first, _, _ = run.findings.heard
    expected = Counter(
        (change.of.entity, change.of.measure, change.after) for change in expected_changes(run)
    )
    assert {("account 444455556666 in us-east-1", "bounces", "pause"): 1}.items() <= expected.items()
    assert Counter(_changes_of(first.events)) == expected
    alerted = Counter(_title_of(alert.attributes) for alert in first.alerts if _is_of_standing(alert))
    assert alerted == Counter(entity for entity, _, _ in expected.elements())


def test_every_event_has_an_alert_and_an_id_of_its_own(run: Run) -> None:
    first, _, _ = run.findings.heard
    assert len({event.detail["id"] for event in first.events}) == len(first.events)
    heard = Counter(_title_of(event.detail["entity"]) for event in first.events)
    assert heard == Counter(_title_of(alert.attributes) for alert in first.alerts)
    assert {event.detail["stack"] for event in first.events} == {STACK_NAME}


def test_the_alert_says_what_happened_and_what_shows_more(run: Run) -> None:
    first, _, _ = run.findings.heard
    (alert,) = [
        alert
        for alert in first.alerts
        if _is_of_standing(alert) and alert.attributes.get("account") == "444455556666"
    ]
    assert alert.attributes["standing"] == "pause"
    assert "444455556666" in alert.subject
    assert "promotions" in alert.text
    assert "ses-reputation standing" in alert.text


def test_the_same_assessment_again_publishes_nothing(run: Run) -> None:
    _, again, _ = run.findings.heard
    assert (again.alerts, again.events) == ((), ())


def test_the_next_assessment_changes_no_standing(run: Run) -> None:
    _, _, later = run.findings.heard
    assert list(_changes_of(later.events)) == []
    assert not any(_is_of_standing(alert) for alert in later.alerts)


def test_no_alert_and_no_event_holds_an_address(run: Run) -> None:
    recipients = {fact.recipient for fact in run.traffic.day.facts}
    texts = [text for heard in run.findings.heard for text in _texts_of(heard)]
    assert texts
    assert [text for text in texts if any(recipient in text for recipient in recipients)] == []


def test_a_foreign_account_does_not_get_into_the_queue(run: Run) -> None:
    kept = {
        unsigned(record.body) for record in run.findings.quarantined if f":{FOREIGN}:" in record.topic_arn
    }
    assert run.traffic.foreign
    assert kept <= set(map(unsigned, run.traffic.bodies))


def test_three_accounts_publish(run: Run) -> None:
    assert {each.topic_account for each in run.traffic.published} == {"111122223333", *DELEGATES}


def test_every_adverse_fact_has_an_entry_for_each_feed_that_reported_it(run: Run) -> None:
    expected = {
        (fact.message_id, fact.recipient, fact.outcome, feed)
        for fact, feeds in run.traffic.day.reported_by.items()
        for feed in feeds
        if fact.outcome != "sent" and not fact.outcome.startswith("delivered")
    }
    names = ("message_id", "recipient", "outcome", "feed")
    assert {tuple(entry[name] for name in names) for entry in run.findings.entries} == expected


def test_quarantine_keeps_every_message_whole_under_its_reason(run: Run) -> None:
    expected = Counter(
        (each.fate.partition("/")[2], unsigned(each.message))
        for each in run.traffic.day.publications
        if each.fate.startswith("quarantined/")
    )
    bodies = set(map(unsigned, run.traffic.bodies))
    kept: Counter[tuple[str, str]] = Counter()
    for record in run.findings.quarantined:
        whole = unsigned(record.body)
        message = whole if whole in bodies else unsigned(json.loads(record.body)["Message"])
        kept[record.reason, message] += 1
    assert kept == expected


def test_the_deployed_function_verified_what_sns_signed_and_kept_the_certificate(run: Run) -> None:
    """The one forged envelope names a certificate of SNS's too. What came without an envelope names none."""
    certified = {record.reason for record in run.findings.quarantined if record.certificate}
    forged = [record for record in run.findings.quarantined if record.reason == "forged_envelope"]

    assert {"foreign_topic", "incomplete_event"} <= certified
    assert "raw_delivery" not in certified
    assert len(forged) == 1


def test_the_snapshot_holds_every_address_once(run: Run) -> None:
    snapshot = run.findings.snapshot
    assert run.throttled > 0
    assert sum("step taken" in line and '"export"' in line for line in run.findings.log_lines) > 1
    assert sorted(snapshot.addresses) == run.suppressed
    assert snapshot.manifest.total == len(run.suppressed) == SUPPRESSED
    assert snapshot.manifest.by_reason == {"BOUNCE": 4_400, "COMPLAINT": 1_100}


def test_no_log_line_and_no_key_holds_an_address(run: Run) -> None:
    recipients = {fact.recipient for fact in run.traffic.day.facts} | set(run.suppressed)
    exposing = [line for line in (*run.findings.log_lines, *run.findings.object_keys) if "@" in line]
    assert run.findings.log_lines
    assert run.findings.object_keys
    assert [line for line in exposing if any(recipient in line for recipient in recipients)] == []


def test_functions_import_everything_from_the_built_layer(built_run: Run) -> None:
    layer = built_run.modules["ses_reputation"].parents[1]
    assert layer.name == "python"
    assert not layer.is_relative_to(ROOT)
    assert {
        "ses_reputation.ledger.store",
        "ses_reputation.suppression.export.merge_parts",
    } <= built_run.modules.keys()
    outside = {name: file for name, file in built_run.modules.items() if not file.is_relative_to(layer)}
    assert outside == {}


def test_deleting_the_stack_leaves_nothing_of_it(built_run: Run) -> None:
    assert len(built_run.resources) > 15
    assert built_run.resources_left == set()


def expected_changes(run: Run) -> list[ExpectedChange]:
    """What the oracle says of the invented day, by simple counting."""
    return expect_changes(expect_standings(run.traffic.invented, [(datetime.now(UTC), run.traffic.first)]))


def _changes_of(events: Iterable[HeardEvent]) -> Iterator[tuple[str, str, str]]:
    for event in events:
        if event.detail_type == "Reputation Standing Changed":
            yield _title_of(event.detail["entity"]), event.detail["measure"], event.detail["to"]


def _title_of(entity: Mapping[str, str]) -> str:
    """An entity as people read it, from an event's detail or an alert's attributes."""
    if "account" in entity:
        return f"account {entity['account']} in {entity['region']}"
    return f"identity {entity['identity']}"


def _is_of_standing(alert: HeardAlert) -> bool:
    return alert.attributes["kind"] == "standing_changed"


def _texts_of(heard: Heard) -> Iterator[str]:
    yield from (f"{alert.subject}\n{alert.text}\n{alert.attributes}" for alert in heard.alerts)
    yield from (json.dumps(dict(event.detail)) for event in heard.events)
