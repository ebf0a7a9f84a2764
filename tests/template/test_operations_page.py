"""docs/operations.md names every metric, and says which alarm watches it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ses_reputation.ledger.posting import Posted
from tests.support.alarms import metrics_of
from tests.support.stack_template import ROOT, render_stack

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ALARMS = render_stack(AnalystDatabaseName="mail", ChatNotifications="true").of_type("AWS::CloudWatch::Alarm")
SOURCES = [
    ROOT / "layers/reputation/src/ses_reputation/telemetry.py",
    *(ROOT / "functions").glob("*/app.py"),
]
# Names that the code puts together.
COMPOSED = {
    "BounceRate",
    "ComplaintRate",
    "EligibleSends",
    "Standing",
    *(f"Balances{ended.capitalize()}" for ended in Posted),
}
UNITS = {"Count", "Percent"}


def named_metrics(source: Path) -> Iterator[str]:
    """Names of metrics that stand in a call: `add_metric("...")`, or `_count("...")`, its short form."""
    for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
            if name in {"add_metric", "_count"}:
                yield str(call.args[0].value)


def rows(section: str) -> list[list[str]]:
    """The cells of each row of the table in a section, below its head."""
    text = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    table = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_every_metric_has_a_row_and_every_row_a_metric() -> None:
    emitted = {name for source in SOURCES for name in named_metrics(source)} | COMPOSED
    described = {row[0].strip("`"): row[1:] for row in rows("Metrics") if not row[0].startswith("**")}
    assert described.keys() == emitted
    assert {cells[0] for cells in described.values()} == UNITS
    assert all(cells[1] for cells in described.values())


def test_every_metric_names_the_alarms_that_watch_it() -> None:
    watched = defaultdict(set)
    for name, alarm in ALARMS.items():
        for metric in metrics_of(alarm):
            if metric["Namespace"].startswith("SesReputation/"):
                watched[metric["MetricName"]].add(name)
    described = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[3])) for row in rows("Metrics")}
    assert {name: alarms for name, alarms in described.items() if alarms} == watched
