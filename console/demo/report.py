"""What the demo prints at its end: tables for a newcomer, and the arithmetic."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from console.demo.expected.comparison import (
    Cell,
    Comparison,
    Mismatch,
    compare_addresses,
    compare_cells,
    compare_coverage,
    compare_facts,
    compare_fates,
)
from console.demo.expected.standings import expect_changes, expect_deferral, expect_standings
from console.demo.expected.standings_comparison import compare_alerts, compare_standings
from console.demo.run import DemoRun, Snapshot
from console.demo.traffic import DELEGATES, OWNER
from console.reports.message_tally import MessageTally
from console.reports.tables import (
    draw_balances,
    draw_coverage,
    draw_delays,
    draw_manifest,
    draw_messages,
    draw_parts,
)
from console.terminal.screen import print_heading, print_line
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.suppression.changes.cause import CauseKind

_PARTIES = (
    f"{OWNER} owns both identities and sends with them; {' and '.join(DELEGATES)} send with them too, as its "
    "delegates. Distinct facts, however often they were reported:"
)
_MOST_MISMATCHES = 10

Comparisons = Mapping[str, Comparison]
"""What was compared, by what it is in words."""


def print_ledger(screen: Console, hours: list[HourBalance]) -> None:
    """Explain and print the balances."""
    print_heading(screen, "Balances", _PARTIES)
    screen.print(draw_balances(hours))
    print_heading(
        screen,
        "Which feed reported it",
        "The same bounce comes through the identity owner's topic and through the sender's. "
        "It counts once. What only one of them reports is counted too.",
    )
    screen.print(draw_coverage(hours))
    print_heading(
        screen,
        "Delays",
        "The first sign of a mailbox provider that slows a sender down. Only senders' feeds report them.",
    )
    screen.print(draw_delays(hours))


def print_pages(screen: Console, page: Path | None, *, is_kept: bool) -> None:
    """Print how the statements are looked at: as files, if they were written, and of a stack that runs."""
    if page:
        print_heading(screen, "Statements", "A page for each party: where it stands, since when, what to do.")
        print_line(screen, f"open in a browser: {page}")
        if not is_kept:
            print_line(screen, "renewing itself:   ses-reputation demo --keep, then ses-reputation serve")


def print_messages(screen: Console, tally: MessageTally) -> None:
    """Explain and print what became of the messages."""
    print_heading(
        screen,
        "What became of the messages",
        "Those that state no fact are ignored by name. What is unreadable, or comes from an account that is "
        "not believed, is quarantined: kept in S3 with its reason.",
    )
    screen.print(draw_messages(tally))


def print_snapshots(screen: Console, snapshots: Sequence[Snapshot]) -> None:
    """Explain and print the newest manifest, and how the list grew."""
    newest = snapshots[-1]
    print_heading(
        screen,
        "Suppression snapshot",
        f"A complete copy of the list, sorted, each address once. SES throttled {newest.throttled} requests.",
    )
    screen.print(draw_manifest(newest.manifest))
    screen.print()
    screen.print(draw_parts(newest.manifest))
    if len(snapshots) > 1:
        screen.print()
        screen.print(_draw_growth(snapshots))


def _draw_growth(snapshots: Sequence[Snapshot]) -> Table:
    table = make_table("snapshot of", "addresses", "added", "bounced")
    for each in snapshots:
        changes = each.changes
        figures = (number(changes.added), number(changes.by_cause.get(CauseKind.BOUNCE, 0)))
        cells = ("-", "-") if changes.not_compared else figures
        table.add_row(f"{each.manifest.scheduled_at:%Y-%m-%d}", number(each.manifest.total), *cells)
    return table


def compare_run(run: DemoRun, snapshots: Sequence[Snapshot]) -> Comparisons:
    """Compare all that the stack holds of the mail with what it must hold."""
    return dict(_compare(run, snapshots))


def does_add_up(run: DemoRun, comparisons: Comparisons) -> bool:
    """Return whether no message was lost, and no figure differs."""
    return run.contents.tally.is_conserved and not any(each.mismatches for each in comparisons.values())


def print_arithmetic(screen: Console, run: DemoRun, comparisons: Comparisons) -> None:
    """Print the proof that nothing was lost or counted twice."""
    print_heading(
        screen,
        "The arithmetic",
        "The mail was invented, so it is known exactly what the ledger must hold.",
    )
    _print_conservation(screen, run.contents.tally)
    screen.print(_draw_comparisons(comparisons))
    mismatches = [each for comparison in comparisons.values() for each in comparison.mismatches]
    _print_mismatches(screen, mismatches)


def _compare(run: DemoRun, snapshots: Sequence[Snapshot]) -> Iterator[tuple[str, Comparison]]:
    traffic, contents, assessed = run.traffic, run.contents, run.assessed
    yield "messages by what becomes of them", compare_fates(traffic, contents.tally)
    facts = f"{len(traffic.facts):,} distinct facts"
    yield f"{facts} by sender, Region, hour and outcome", compare_facts(traffic, contents.hours)
    yield "which feed reported them, by sender, Region and hour", compare_coverage(traffic, contents.hours)
    stages = [(each.stage.ends_at, each.stage.publications) for each in assessed]
    expected = expect_standings(traffic, stages)
    yield "standings, and what their rates are made of", compare_standings(expected, assessed)
    deferral = expect_deferral(traffic, stages[-1][0])
    alerts = compare_alerts(expect_changes(expected), deferral, assessed, run.transitions)
    yield "alerts and events, each once", alerts
    addresses = compare_addresses(snapshots[-1].listed, snapshots[-1].addresses)
    yield "suppressed addresses, each once in the newest snapshot", addresses
    if len(snapshots) > 1:
        yield "how the list grew since each earlier snapshot, and why", _compare_growth(snapshots)


def _compare_growth(snapshots: Sequence[Snapshot]) -> Comparison:
    """Compare what each snapshot has more than its predecessor: all of it bounced hard."""
    expected: dict[Cell, int] = {}
    found: dict[Cell, int] = {}
    for before, after in pairwise(snapshots):
        grown, changes, run = (
            len({*after.listed} - {*before.listed}),
            after.changes,
            after.manifest.run.run_id,
        )
        expected |= {(run, "added"): grown, (run, CauseKind.BOUNCE): grown, (run, "removed"): 0}
        found |= {(run, "added"): changes.added, (run, "removed"): changes.removed}
        found |= {(run, kind): count for kind, count in changes.by_cause.items()}
    return compare_cells(expected, found)


def _print_conservation(screen: Console, tally: MessageTally) -> None:
    ignored, quarantined = sum(tally.ignored.values()), sum(tally.quarantined.values())
    sign = "=" if tally.is_conserved else "IS NOT"
    screen.print(
        f"{tally.received:,} published {sign} {tally.journaled:,} journaled + {ignored:,} ignored + "
        f"{quarantined:,} quarantined + {tally.failed:,} failed\n"
    )


def _draw_comparisons(comparisons: Comparisons) -> Table:
    table = make_table("figures", "differ", numbers_from=0)
    table.add_column()
    for text, comparison in comparisons.items():
        table.add_row(f"{comparison.compared:,}", f"{len(comparison.mismatches):,}", text)
    return table


def _print_mismatches(screen: Console, mismatches: Sequence[Mismatch]) -> None:
    for each in mismatches[:_MOST_MISMATCHES]:
        cell = " ".join(each.cell)
        print_line(screen, f"{cell}: must be {each.expected:,}, is {each.found:,}", "red")
    if len(mismatches) > _MOST_MISMATCHES:
        screen.print(f"and {len(mismatches) - _MOST_MISMATCHES:,} more", style="red")
