"""Run all measurements, or those that are named: `python -m benchmarks [journaling|pipeline|...]`."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import (
    alert_latency,
    assessment,
    capacity_limits,
    chains,
    cold_start,
    fuzz,
    journaling,
    late_complaint,
    past_standings,
    pipeline,
    posting,
    properties,
    ses_counts,
    signatures,
    statements,
    suppression_changes,
    suppression_cpu,
    suppression_drift,
    suppression_lists,
    suppression_lookup,
    suppression_snapshot,
    tag_costs,
)
from benchmarks.cost.measuring import Measured
from benchmarks.cost.table import print_bill
from benchmarks.figures import measured, read
from benchmarks.simulated_windows import Windows
from benchmarks.traffic.shapes import Shape


class Measurement(StrEnum):
    """What can be measured."""

    JOURNALING = "journaling"
    PIPELINE = "pipeline"
    LATENCY = "latency"
    POSTING = "posting"
    LATE_COMPLAINT = "late-complaint"
    CHAINS = "chains"
    CAPACITY = "capacity"
    ASSESSMENT = "assessment"
    SIGNATURES = "signatures"
    STATEMENTS = "statements"
    PAST_STANDINGS = "past-standings"
    TAGS = "tags"
    COST = "cost"
    COLD_START = "cold-start"
    SES_COUNTS = "ses-counts"
    PROPERTIES = "properties"
    FUZZ = "fuzz"
    SUPPRESSION = "suppression"
    LISTS = "lists"
    DRIFT = "drift"


def main(
    measurements: Annotated[
        list[Measurement] | None, typer.Argument(help="All of them where none is named.")
    ] = None,
    shape: Annotated[list[Shape] | None, typer.Option(help="Of the pipeline: only these shapes.")] = None,
    rate: Annotated[list[int] | None, typer.Option(help="Of the pipeline: events a second.")] = None,
    journal: Annotated[list[int] | None, typer.Option(help="Of the pipeline: journal windows, s.")] = None,
    posting_window: Annotated[
        list[int] | None, typer.Option(help="Of the pipeline: posting windows.")
    ] = None,
    pollers: Annotated[list[int] | None, typer.Option(help="Of the pipeline: pollers that gather.")] = None,
) -> None:
    """Print what the pipeline costs, and run the long property and snapshot tests, and the fuzz."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    for measurement in measurements or list(Measurement):
        if measurement is Measurement.PIPELINE:
            windows = _windows(journal, posting_window, pollers)
            pipeline.main(console, shape or (), rate or (), windows)
        else:
            _MAINS[measurement](console)


def _suppression(console: Console) -> None:
    suppression_cpu.main(console)
    suppression_lookup.main(console)
    console.rule("Suppression snapshots")
    suppression_snapshot.main(console.print)
    console.rule("Changes between two snapshots")
    suppression_changes.main(console)


def _capacity(console: Console) -> None:
    capacity_limits.main(console, measured(read()))


def _cost(console: Console) -> None:
    console.rule("The whole bill of a month, of ten entities, without free tiers")
    print_bill(Measured.of_record(read()["cost"]["figures"]), console)


_MAINS: Mapping[Measurement, Callable[[Console], object]] = {
    Measurement.JOURNALING: journaling.main,
    Measurement.LATENCY: alert_latency.main,
    Measurement.POSTING: posting.main,
    Measurement.LATE_COMPLAINT: late_complaint.main,
    Measurement.CHAINS: chains.main,
    Measurement.SIGNATURES: signatures.main,
    Measurement.STATEMENTS: statements.main,
    Measurement.PAST_STANDINGS: past_standings.main,
    Measurement.TAGS: tag_costs.main,
    Measurement.CAPACITY: _capacity,
    Measurement.COST: _cost,
    Measurement.ASSESSMENT: assessment.main,
    Measurement.COLD_START: cold_start.main,
    Measurement.SES_COUNTS: ses_counts.main,
    Measurement.PROPERTIES: properties.main,
    Measurement.FUZZ: fuzz.main,
    Measurement.SUPPRESSION: _suppression,
    Measurement.LISTS: suppression_lists.main,
    Measurement.DRIFT: suppression_drift.main,
}


def _windows(
    journal: list[int] | None, posting_window: list[int] | None, pollers: list[int] | None
) -> list[Windows]:
    default = Windows.of_template()
    return [
        replace(default, journal_seconds=seconds, posting_seconds=posting_seconds, pollers=each)
        for seconds in journal or [default.journal_seconds]
        for posting_seconds in posting_window or [default.posting_seconds]
        for each in pollers or [default.pollers]
    ]


if __name__ == "__main__":
    typer.run(main)
