"""The bill of a month, against amounts worked out by hand, and against its goals."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.cost import bill as billing
from benchmarks.cost.bill import Line, Month, bill, bills, total
from benchmarks.cost.measuring import Assessed, Measured, ReportingRun, mail_of_ten
from benchmarks.cost.reporting import measure_digests, measure_statements
from benchmarks.cost.reports import Report, metrics_of_line, usual_reports
from benchmarks.cost.stack import count_stack, metrics_of_alarm, runs_a_month
from benchmarks.cost.table import GOALS, bills_before, count_text, totals_of
from benchmarks.cost.traffic import GIGABYTE, MonthOfTraffic, micros_of, month_of
from benchmarks.figures import LATEST, read
from benchmarks.pipeline import Scenario, Usage
from benchmarks.simulated_windows import Gathering, Windows
from benchmarks.traffic.shapes import Shape
from tests.support.stack_template import read_source, render_stack

WINDOWS = Windows(journal_seconds=60, batch_size=1_000, posting_seconds=150, pollers=5)
USAGE = Usage(
    Scenario(Shape.REALISTIC, 10, WINDOWS),
    events=36_000,
    pages=360,
    entries=1_800,
    page_units=3_600,
    entry_units=Counter(table=1_800, by_recipient=1_800),
    balance_units=Counter(table=720),
    query_units=3_000.0,
    lookup_units=600.0,
    ended=Counter(posted=360),
    postponed=72,
    page_byte_days=36_000 * 10 * 150.0,
    entry_bytes=1_800 * 1_500,
    index_bytes=1_800 * 500,
    balance_bytes=50_000,
)
ASSESSED = Assessed(first_read_units=100, read_units=10, write_units=20, requests=10, seconds=0.5)
STATEMENTS = ReportingRun(read_units=50, write_units=2, requests=20, seconds=0.9, puts=10, gets=98)
DIGESTS = ReportingRun(read_units=7, write_units=6, requests=9, seconds=0.1, puts=3, gets=1)
MILLION = 1_000_000


def month(events: int = MILLION) -> MonthOfTraffic:
    return month_of(USAGE, events, micros_of({Shape.REALISTIC: {"10": 50.0, "1000": 50.0}}))


def lines(**changed: Any) -> dict[str, Line]:
    reports = {service: Report(1_000, frozenset()) for service in usual_reports(is_idle=True)}
    given = Month(month(), ASSESSED, STATEMENTS, DIGESTS, replace(count_stack(), **changed), reports)
    return {f"{line.service}: {line.name}": line for line in bill(given)}


def test_what_a_thousandth_part_of_the_month_took_is_taken_a_thousand_times() -> None:
    taken = month(36_000 * 1_000)
    assert (taken.page_units, taken.entry_units, taken.balance_units) == (3.6e6, 3.6e6, 7.2e5)
    assert (taken.read_units, taken.postponed) == (3.6e6, 72_000)


def test_what_is_stored_is_what_has_come_for_as_long_as_it_is_kept() -> None:
    taken, a_month = month(36_000), 30.44
    assert taken.page_gb == pytest.approx(36_000 * 10 * 150 / GIGABYTE / a_month)
    assert taken.entry_gb == pytest.approx(1_800 * 1_000 * 400 / GIGABYTE / a_month)
    assert taken.index_gb == pytest.approx(1_800 * 500 * 400 / GIGABYTE / a_month)
    assert taken.balance_gb == pytest.approx(50_000 * 365 / GIGABYTE / a_month)


def test_every_event_is_published_once_and_passes_the_queue() -> None:
    # Two events a second and poller: each is received alone. Ten are deleted at a time.
    assert lines()["SNS: publishes by SES"].dollars == pytest.approx(0.5)
    assert lines()["SQS: messages that SNS sends"].dollars == pytest.approx(0.4)
    assert lines()["SQS: receives that bring messages"].dollars == pytest.approx(0.4)
    assert lines()["SQS: deletions"].dollars == pytest.approx(0.04)


def test_polling_costs_though_no_message_comes() -> None:
    # By hand: 5 connections, 3 times a minute, 60 minutes, 730.56 hours, two queues, 40 cents a million.
    assert lines(polled_queues=2)["SQS: waiting for messages"].dollars == pytest.approx(0.526, abs=1e-3)


def test_recovery_is_paid_for_the_table_and_not_for_its_index() -> None:
    kept = month()
    recovered = lines()["DynamoDB: GB of point-in-time recovery"]
    assert recovered.dollars == pytest.approx((kept.page_gb + kept.entry_gb + kept.balance_gb) * 0.2)


def test_traces_are_paid_only_where_functions_are_traced() -> None:
    assert lines()["X-Ray: traces"].dollars == 0
    assert lines(traced_functions=5)["X-Ray: traces"].dollars > 0.01


def test_each_metric_of_an_alarms_metric_math_is_billed() -> None:
    stat = {"MetricStat": {"Metric": {"MetricName": "A"}}}
    assert metrics_of_alarm({"MetricName": "A"}) == 1
    assert metrics_of_alarm({"Metrics": [{"Expression": "a/b"}, stat, stat]}) == 2


def test_an_alarm_more_is_ten_cents_more() -> None:
    alarms = count_stack().alarm_metrics
    assert alarms >= len(render_stack().of_type("AWS::CloudWatch::Alarm"))
    name = "CloudWatch: metrics of alarms"
    assert lines(alarm_metrics=alarms + 1)[name].dollars == pytest.approx(lines()[name].dollars + 0.1)


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("rate(5 minutes)", 8_766.72),
        ("rate(1 hour)", 730.56),
        ("rate(1 day)", 30.44),
        ("cron(0 8 ? * MON *)", 4.349),
    ],
)
def test_a_schedule_starts_as_often_as_it_says(schedule: str, runs: float) -> None:
    assert runs_a_month(schedule) == pytest.approx(runs, abs=5e-4)


def test_statements_are_read_each_hour_and_digests_each_week() -> None:
    # By hand: 730.56 times 50 and 4.349 times 7 read units, at 12.5 cents a million.
    assert lines()["DynamoDB: read units of statements and digests"].amount == pytest.approx(36_558, abs=1)
    assert lines()["DynamoDB: write units of statements and digests"].amount == pytest.approx(1_487, abs=1)
    # By hand: 730.56 times 10 and 98, 4.349 times 3 and 1; an export a day puts and gets ten.
    assert lines()["S3: puts"].amount == pytest.approx(7_623, abs=1)
    assert lines()["S3: gets"].amount == pytest.approx(71_904, abs=1)
    # By hand: a function of 1,769 MB has a CPU: 0.9 s, and 20 requests of 6 ms.
    gigabyte_seconds = 730.56 * (0.9 + 20 * 0.006) * 1769 / 1024
    assert lines()["Lambda: GB-seconds of publish_statement"].amount == pytest.approx(gigabyte_seconds)


def test_the_page_counts_what_a_run_of_statements_and_one_of_digests_take_today() -> None:
    recorded = Measured.of_record(read(LATEST)["cost"]["figures"])
    # No more than 90 days are read. What states say of a shorter history is a little shorter.
    mail = mail_of_ten(days=100)

    for measure, was in ((measure_statements, recorded.statements), (measure_digests, recorded.digests)):
        now = measure(mail)
        assert now.read_units == pytest.approx(was.read_units, rel=0.05)
        assert replace(now, read_units=was.read_units, seconds=was.seconds) == was


def test_every_schedule_of_the_template_is_in_the_bill() -> None:
    resources = read_source()["Resources"].items()
    schedules = {name for name, each in resources if each["Type"] == "AWS::Scheduler::Schedule"}
    assert count_stack().runs.keys() == schedules


def test_a_metric_counts_for_the_hours_in_which_it_is_sent() -> None:
    daily = {"export_suppression": Report(0, frozenset({("export_suppression", "Exported")}))}
    (share,) = Month(MonthOfTraffic(), ASSESSED, STATEMENTS, DIGESTS, count_stack(), daily).metrics.values()
    # Three steps of one export a day: three of 24 hours at most.
    assert share == pytest.approx(3 / 24)


def test_metrics_are_those_that_cloudwatch_finds_in_a_line() -> None:
    line = {
        "_aws": {
            "CloudWatchMetrics": [
                {"Namespace": "N", "Dimensions": [["service"]], "Metrics": [{"Name": "A"}, {"Name": "B"}]}
            ]
        },
        "service": "s",
    }
    assert metrics_of_line(json.dumps(line)) == [("N", "s", "A"), ("N", "s", "B")]
    assert metrics_of_line('{"level":"INFO"}') == []


def test_a_usual_call_sends_only_what_an_alarm_needs() -> None:
    sent = {metric[-1] for report in usual_reports(is_idle=False).values() for metric in report.metrics}
    assert sent == {"FeedbackJournaled"}
    assert all(report.log_bytes > 500 for report in usual_reports(is_idle=False).values())


@pytest.mark.parametrize("name", GOALS)
def test_a_month_stays_under_its_goal(name: str) -> None:
    now = totals_of(bills(Measured.of_record(read(LATEST)["cost"]["figures"])))
    assert 0 < now[name] < GOALS[name]
    assert totals_of(bills_before())[name] > GOALS[name], "before, the goal was missed"


def test_a_bill_is_the_sum_of_its_lines() -> None:
    two = [Line("SNS", "", 2 * MILLION, "sns_publish_million"), Line("S3", "", 10, "s3_storage_gb_month")]
    assert total(two) == pytest.approx(1 + 0.23)
    assert billing.scale_of("kms_request_ten_thousand") == 10_000


def test_counts_are_written_with_digits_where_there_are_few() -> None:
    assert [count_text(count) for count in (0, 0.5, 18.0, 1_234.5)] == ["0", "0.50", "18", "1,234"]


def test_between_measured_batches_a_call_costs_what_it_costs_by_itself() -> None:
    # 30 us an event and 700 a call: 100 in tens, 37 in hundreds, 30.7 in thousands.
    micros = micros_of({Shape.REALISTIC: {"10": 100.0, "1000": 30.7}})
    assert micros(Shape.REALISTIC, 100) == pytest.approx(37)
    assert micros(Shape.OWN_HOUR, 1_000) == pytest.approx(30.7)


def test_a_batch_ends_with_its_window_or_when_it_is_full() -> None:
    # Two a second and poller: the first after half a second, and 60 seconds of more.
    assert Gathering(10, WINDOWS).period == 60.5
    assert Gathering(10, WINDOWS).batch == 121
    assert Gathering(1_000, WINDOWS).period == 5
    assert Gathering(10, replace(WINDOWS, pollers=1)).batch == 601
