"""docs/simulation.md is what the recorded figures say, and they are what the simulation gives."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from benchmarks.simulation.changes import JUMPS, measure_jump
from benchmarks.simulation.compared import BEFORE, CHOSEN, RULES, Mark
from benchmarks.simulation.goals import between, goals, number
from benchmarks.simulation.page import PAGE, rendered
from benchmarks.simulation.recording import read
from benchmarks.simulation.sending import Sending
from benchmarks.simulation.steady import measure_new


def test_the_page_is_what_the_recorded_figures_give() -> None:
    assert PAGE.read_text("utf-8") == rendered(read()), "run `make simulate`, or render the page anew"


def test_every_goal_is_held_but_the_one_that_hourly_assessments_cannot_hold() -> None:
    """At 50,000 a day a new sender has sent 785 mails by its first assessment, and is told then."""
    assert [(goal.what, goal.where, goal.found) for goal in goals(read()) if not goal.is_held] == [
        ("new sender, 20 % bounces: told", "50,000 a day", "785 / 785 sends")
    ]


def test_every_rule_is_recorded_in_every_table() -> None:
    for section in ("steady", "new", "jumps", "new senders"):
        assert {tuple(row["by_rule"]) for row in read()[section]} == {tuple(RULES)}


def test_a_run_gives_the_recorded_figures() -> None:
    new, jump = measure_new(Mark.COMPLAINT_WATCH, 500), measure_jump(JUMPS[1], Sending.RHYTHM, 50_000)

    assert plain(new) in read()["new"]
    assert plain(jump) in read()["jumps"]


def plain(row: Any) -> Any:
    return json.loads(json.dumps(asdict(row)))


@pytest.mark.parametrize(
    ("section", "name", "figure"),
    [("steady", "mean", 1.01), ("jumps", "median", 10_000.0), ("jumps", "median", None)],
)
def test_a_goal_that_is_missed_is_said_to_be(section: str, name: str, figure: float | None) -> None:
    figures = read()
    for row in figures[section]:
        row["by_rule"][CHOSEN] = {**row["by_rule"][CHOSEN], name: figure}

    assert not all(goal.is_held for goal in goals(figures))


def test_a_jump_is_held_to_the_hours_of_the_rule_before() -> None:
    figures = read()
    for row in figures["jumps"]:
        row["by_rule"][BEFORE] = {"median": 10.0, "ninetieth": 20.0, "mean": 12.0}
        row["by_rule"][CHOSEN] = {"median": 12.0, "ninetieth": 20.0, "mean": 12.0}
    of_bounces = [goal for goal in goals(figures) if goal.what == "bounces 1 to 6 %: review"]

    assert {(goal.found, goal.limit, goal.is_held) for goal in of_bounces} == {
        ("12 / 20 h", "12 h (1.2 x 10 h)", True)
    }


def test_figures_are_written_short() -> None:
    assert [number(each) for each in (None, 0.0, 0.25, 9.96, 12.4, 1_234.0)] == [
        "-",
        "0",
        "0.2",
        "10.0",
        "12",
        "1,234",
    ]
    assert number(0.256, 2) == "0.26"
    assert between({"median": 3.0, "ninetieth": None}) == "3 / -"
