"""A run over all suppression lists: how far it is, and what became of each list."""

from rich.table import Table

from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.suppression.runs.outcomes import ListOutcome, ListStatus
from ses_reputation.suppression.runs.run_progress import RunProgress
from ses_reputation.suppression.runs.summary import RunSummary
from ses_reputation.wording import count

MOST_COMPLETE = 40
"""Rows of complete lists, so that those that failed can be seen; `--json` has all."""


def describe_progress(progress: RunProgress) -> str:
    """Return how far a run is, in words."""
    places = f"{count(progress.places_done)} of {count(progress.places)} accounts and Regions done"
    lists = f"{count(progress.lists_done)} of {count(progress.lists, 'list')} done"
    reading = f", {count(progress.rows, 'row')} of the next read" if progress.rows else ""
    return f"{places}, {lists}{reading}"


def describe_summary(summary: RunSummary) -> str:
    """Return how many lists ended how, in words."""
    gone = summary.count(ListStatus.GONE)
    words = [f"{count(summary.count(each))} {each}" for each in (ListStatus.COMPLETE, ListStatus.FAILED)]
    return ", ".join([*words, *([f"{count(gone)} gone with their tenants"] if gone else [])])


def draw_summary(summary: RunSummary) -> Table:
    """Draw a row for each list that failed, then for those that are complete, as far as there is room."""
    table = make_table("account", "Region", "list", "run", "addresses", "why it failed", numbers_from=4)
    complete = [each for each in summary.outcomes if each.status is ListStatus.COMPLETE]
    for outcome in [each for each in summary.outcomes if each.status is not ListStatus.COMPLETE]:
        table.add_row(*_cells(outcome))
    for outcome in complete[:MOST_COMPLETE]:
        table.add_row(*_cells(outcome))
    if len(complete) > MOST_COMPLETE:
        table.caption = f"and {count(len(complete) - MOST_COMPLETE)} more that are complete"
    return table


def _cells(outcome: ListOutcome) -> tuple[str, ...]:
    addresses = "" if outcome.total is None else number(outcome.total)
    place = (outcome.account, outcome.region, outcome.list)
    return (*place, outcome.status.value, addresses, outcome.why)
