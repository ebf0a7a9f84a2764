"""A run over all lists counts also what there is none of."""

from datetime import UTC, datetime

from console.reports.suppression.runs import describe_progress, describe_summary
from ses_reputation.suppression.runs.outcomes import ListOutcome, ListStatus
from ses_reputation.suppression.runs.run_progress import RunProgress
from ses_reputation.suppression.runs.summary import RunSummary
from ses_reputation.suppression.snapshot.location import ListsRun

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_a_run_without_failures_says_that_none_failed() -> None:
    complete = ListOutcome("111122223333", "us-east-1", "account", ListStatus.COMPLETE, total=7)
    summary = RunSummary(ListsRun("20261127T120000Z"), NOON, NOON, NOON, (complete,))

    assert describe_summary(summary) == "1 complete, 0 failed"


def test_progress_names_the_list_being_read_while_one_is() -> None:
    assert describe_progress(RunProgress(4, 0, 2, 0, 1)) == (
        "0 of 4 accounts and Regions done, 0 of 2 lists done, 1 row of the next read"
    )
    assert describe_progress(RunProgress(4, 4, 2, 2, 0)) == (
        "4 of 4 accounts and Regions done, 2 of 2 lists done"
    )
