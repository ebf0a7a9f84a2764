"""What the demo prints at its end: tables for a newcomer, and the arithmetic."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from console.demo.expected.comparison import (
    Comparison,
    Mismatch,
    compare_addresses,
    compare_coverage,
    compare_facts,
    compare_fates,
)
from console.demo.expected.standings import expect_changes, expect_deferral, expect_standings
from console.demo.expected.standings_comparison import compare_alerts, compare_standings
from console.demo.run import DayRun, Snapshot
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
from ses_reputation.ledger.hour_balance import HourBalance

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


def print_snapshot(screen: Console, snapshot: Snapshot) -> None:
    """Explain and print the manifest."""
    print_heading(
        screen,
        "Suppression snapshot",
        f"A complete copy of the list, sorted, each address once. SES throttled {snapshot.throttled} "
        "requests.",
    )
    screen.print(draw_manifest(snapshot.manifest))
    screen.print()
    screen.print(draw_parts(snapshot.manifest))


def compare_run(run: DayRun, listed: list[str], snapshot: Snapshot) -> Comparisons:
    """Compare all that the ledger holds of the day with what it must. listed: on the suppression list."""
    return dict(_compare(run, listed, snapshot))


def does_add_up(run: DayRun, comparisons: Comparisons) -> bool:
    """Return whether no message was lost, and no figure differs."""
    return run.contents.tally.is_conserved and not any(each.mismatches for each in comparisons.values())


def print_arithmetic(screen: Console, run: DayRun, comparisons: Comparisons) -> None:
    """Print the proof that nothing was lost or counted twice."""
    print_heading(
        screen, "The arithmetic", "The day was invented, so what the ledger must hold of it is known exactly."
    )
    _print_conservation(screen, run.contents.tally)
    screen.print(_draw_comparisons(comparisons))
    mismatches = [each for comparison in comparisons.values() for each in comparison.mismatches]
    _print_mismatches(screen, mismatches)


def _compare(run: DayRun, listed: list[str], snapshot: Snapshot) -> Iterator[tuple[str, Comparison]]:
    day, contents, assessed = run.day, run.contents, run.assessed
    yield "messages by what becomes of them", compare_fates(day, contents.tally)
    facts = f"{len(day.facts):,} distinct facts"
    yield f"{facts} by sender, Region, hour and outcome", compare_facts(day, contents.hours)
    yield "which feed reported them, by sender, Region and hour", compare_coverage(day, contents.hours)
    expected = expect_standings(day, [each.stage.publications for each in assessed])
    yield "standings, and what their rates are made of", compare_standings(expected, assessed)
    alerts = compare_alerts(expect_changes(expected), expect_deferral(day), assessed, run.transitions)
    yield "alerts and events, each once", alerts
    yield "suppressed addresses, each once in the snapshot", compare_addresses(listed, snapshot.addresses)


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
