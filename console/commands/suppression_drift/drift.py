"""`ses-reputation suppression drift`: where lists and ledger disagree."""

from pathlib import Path
from typing import Annotated

import typer

from console.actions.gather_drift import gather_drift
from console.options import JsonOption, StackOption
from console.reports.suppression_drift.drift import describe_drift, print_drift, report_drift
from console.stack.clock import current_time
from console.stack.connection import connect
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.counting import counts_to_keep
from ses_reputation.suppression.changes.drift.kept_counts import keep_drift

DaysOption = Annotated[
    int, typer.Option("--days", min=1, max=400, help="How many days of the ledger to compare with.")
]
JournalHoursOption = Annotated[
    int,
    typer.Option(
        "--journal-hours",
        min=0,
        max=100_000,
        help="How many hours of accounts to search the journal for deliveries, 33 queries each.",
    ),
]


# Typer makes an option of every parameter.
def show_drift(  # noqa: PLR0913, PLR0917
    stack: StackOption = None,
    days: DaysOption = 90,
    soft_days: Annotated[
        int, typer.Option("--soft-days", min=2, help="Soft bounces on how many days of sending to report.")
    ] = 3,
    journal_hours: JournalHoursOption = 200,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write the addresses to files there, for you alone."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Keep the numbers in the stack's bucket, for the statements.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Compare lists with each other and with the ledger, by their latest snapshots. SES is not asked.

    Prints numbers; addresses only go to files in --out.
    """
    connection = connect(stack)
    narrator = Narrator(open_screen(on_stderr=True))
    with DriftBook() as book:
        with narrator.step("Compare lists and ledger") as step:
            gathered = gather_drift(
                connection,
                book,
                current_time(),
                days,
                journal_hours,
                lambda text: step.advance_to(0, None, f"Compare lists and ledger: {text}"),
            )
        report = report_drift(book, gathered, soft_days, out)
        if publish:
            counts = counts_to_keep(
                book,
                report.counts.values(),
                current_time(),
                days=days,
                hours_left_out=gathered.journal.hours_left_out,
            )
            keep_drift(connection.snapshots, counts)
    if json:
        print_json(describe_drift(report))
    else:
        print_drift(open_screen(), report)
