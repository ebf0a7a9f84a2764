"""Run all measurements, or those that are named: `python -m benchmarks [journaling|pipeline|...]`."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import assessment, journaling, pipeline, posting, properties, suppression_snapshot


class Measurement(StrEnum):
    """What can be measured."""

    JOURNALING = "journaling"
    PIPELINE = "pipeline"
    POSTING = "posting"
    ASSESSMENT = "assessment"
    PROPERTIES = "properties"
    SUPPRESSION = "suppression"


def main(
    measurements: Annotated[
        list[Measurement] | None, typer.Argument(help="All of them where none is named.")
    ] = None,
) -> None:
    """Print what the pipeline costs, and run the long property and snapshot tests."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    for measurement in measurements or list(Measurement):
        match measurement:
            case Measurement.ASSESSMENT:
                assessment.main(console)
            case Measurement.JOURNALING:
                journaling.main(console)
            case Measurement.PIPELINE:
                pipeline.main(console)
            case Measurement.POSTING:
                posting.main(console)
            case Measurement.PROPERTIES:
                properties.main(console)
            case Measurement.SUPPRESSION:
                console.rule("Suppression snapshots")
                suppression_snapshot.main(console.print)


if __name__ == "__main__":
    typer.run(main)
