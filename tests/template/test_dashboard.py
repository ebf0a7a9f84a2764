"""The dashboard: small, and made of metrics that the functions really emit."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.stack_template import ROOT, render_stack

STACK = render_stack(
    "reputation",
    Dashboard="true",
    ReviewBounceRate="4",
    PauseBounceRate="8",
    AnalystDatabaseName="mail",
    ChatNotifications="true",
)
DASHBOARD = STACK.properties("ReputationDashboard")
WIDGETS: list[dict[str, Any]] = json.loads(DASHBOARD["DashboardBody"])["widgets"]
NAMESPACE = "SesReputation/reputation"
SERVICE_FOLDERS = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir()}
SEARCH = re.compile(
    r"""SEARCH\('\{"(?P<namespace>.+)",(?P<dimensions>[\w,]+)\} MetricName="(?P<name>\w+)"', """
)


def emitted_metrics() -> set[str]:
    """The names that telemetry gives to metrics, as the source says them."""
    tree = ast.parse((ROOT / "layers/reputation/src/ses_reputation/telemetry.py").read_text())
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    }


def shown_metrics() -> Iterator[tuple[str, str]]:
    """Namespace and name of each metric that a widget names by itself; `.` repeats what stands above."""
    for widget in WIDGETS:
        above: list[Any] = []
        for metric in widget["properties"].get("metrics", []):
            if isinstance(metric[0], dict):
                continue
            above = [above[place] if part == "." else part for place, part in enumerate(metric)]
            namespace, name, dimension, service = above
            assert dimension == "service"
            assert service in SERVICE_FOLDERS
            yield namespace, name


def searches() -> list[dict[str, str]]:
    expressions = [
        metric[0]["expression"]
        for widget in WIDGETS
        for metric in widget["properties"].get("metrics", [])
        if isinstance(metric[0], dict)
    ]
    found = [SEARCH.match(expression) for expression in expressions]
    assert all(found)
    return [match.groupdict() for match in found if match]


def test_it_is_made_and_named_in_an_output_where_it_is_asked_for() -> None:
    assert not render_stack().of_type("AWS::CloudWatch::Dashboard")
    assert "ReputationDashboardName" not in render_stack().outputs
    assert STACK.outputs["ReputationDashboardName"]["Value"] == "<ReputationDashboard>"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_its_name_is_its_own_in_all_regions_of_the_account(region: str) -> None:
    # The same stack in another Region would overwrite a dashboard of the same name.
    dashboard = render_stack("reputation", region, Dashboard="true").properties("ReputationDashboard")
    assert dashboard["DashboardName"] == f"reputation-{region}"


def test_it_is_small() -> None:
    assert len(WIDGETS) <= 8
    assert len(DASHBOARD["DashboardBody"].splitlines()) < 60


def test_every_metric_is_one_that_the_functions_emit() -> None:
    shown = [*shown_metrics(), *((search["namespace"], search["name"]) for search in searches())]
    assert len(shown) > 10
    assert {namespace for namespace, _ in shown} == {NAMESPACE}
    assert {name for _, name in shown} <= emitted_metrics()


def test_rates_and_standings_are_shown_of_every_account_and_every_identity() -> None:
    shown = {(search["name"], search["dimensions"]) for search in searches()}
    assert shown == {
        (name, dimensions)
        for name in ("BounceRate", "ComplaintRate", "Standing")
        for dimensions in ("service,account,region", "service,identity")
    }


def test_the_thresholds_are_drawn_where_they_are_set() -> None:
    (bounces,) = [widget for widget in WIDGETS if widget["properties"]["title"].startswith("Bounce")]
    lines = bounces["properties"]["annotations"]["horizontal"]
    assert [(line["label"], line["value"]) for line in lines] == [("review", 4), ("pause", 8)]


def test_every_alarm_is_shown_those_on_reputation_first() -> None:
    (alarms,) = [widget["properties"]["alarms"] for widget in WIDGETS if widget["type"] == "alarm"]
    named = [alarm.strip("<>").removesuffix(".Arn") for alarm in alarms]
    assert named[:2] == ["ReputationReviewAlarm", "ReputationPauseAlarm"]
    assert sorted(named) == sorted(STACK.of_type("AWS::CloudWatch::Alarm"))


def test_alarms_that_a_parameter_leaves_out_are_not_shown() -> None:
    stack = render_stack(Dashboard="true")
    shown = re.findall(r"<(\w+Alarm)\.Arn>", stack.properties("ReputationDashboard")["DashboardBody"])
    assert sorted(shown) == sorted(stack.of_type("AWS::CloudWatch::Alarm"))


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget["properties"]["title"])
def test_every_widget_has_a_title_a_size_and_the_stacks_region(widget: dict[str, Any]) -> None:
    assert widget["properties"]["title"]
    assert widget["width"] in {12, 24}
    assert widget["type"] == "alarm" or widget["properties"]["region"] == "us-east-1"
