"""The pages of the benchmarks: written from what is recorded, and what is recorded is what a run gives."""

import json
from typing import Any

import pytest

from benchmarks.figures import BEFORE, LATEST, SECTIONS, read, usage_figures
from benchmarks.page import DOCS, PAGES, number, rendered, units_of
from benchmarks.pipeline import Scenario, simulate
from benchmarks.prices import PRICES
from benchmarks.traffic.shapes import Shape

# What of a scenario does not depend on the machine.
COUNTED = ("events_a_page", "postings", "pages", "entries", "balances", "reads", "units", "messages")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_recorded_figures_give(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == rendered(name), "run `make bench`, or render the page anew"


def test_sections_are_recorded_in_the_order_of_the_page() -> None:
    assert list(read(LATEST)) == [name for name in SECTIONS if name in read(LATEST)]


def test_what_was_before_is_recorded_with_its_day_and_commit() -> None:
    for name in ("journaling", "pipeline", "posting"):
        assert read(BEFORE)[name]["date"]
        assert read(BEFORE)[name]["commit"]


@pytest.mark.parametrize(("shape", "rate"), [(Shape.ONE_SENDER, 1), (Shape.FIVE_SENDERS, 1)])
def test_a_run_gives_the_recorded_units(shape: Shape, rate: int) -> None:
    found = usage_figures(simulate(Scenario(shape, rate)))
    assert counted(found) == counted(recorded(shape, rate))


def recorded(shape: Shape, rate: int) -> dict[str, Any]:
    rows = read(LATEST)["pipeline"]["figures"]
    (row,) = [row for row in rows if (row["shape"], row["rate"]) == (shape, rate)]
    return dict(row)


def counted(row: dict[str, Any]) -> dict[str, float]:
    return {name: row[name] for name in COUNTED}


def test_every_price_has_a_source_and_the_official_page() -> None:
    file = json.loads(PRICES.read_text("utf-8"))
    assert file["date"]
    for price in file["prices"].values():
        assert price["source"]
        assert price["official"].startswith("https://aws.amazon.com/")


def test_figures_are_written_with_thousands_apart() -> None:
    assert number(1_234.56) == "1,234.6"
    assert number(1_234.56, 0) == "1,235"


def test_a_scenario_that_was_not_measured_before_is_left_empty() -> None:
    figures = {"pipeline": {"figures": [{"shape": "50x24", "rate": 10, "units": 3_798.0}]}}
    assert units_of(figures, "50x24", 10) == "3,798.0"
    assert units_of(figures, "50x24", 100) == ""
