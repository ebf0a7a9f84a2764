"""Where lists and ledger disagree: counted for people and programs, the addresses in files of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path
from typing import Any

from rich.console import Console

from console.actions.gather_drift import GatheredDrift
from console.actions.private_files import make_private_folder, write_private_lines
from console.terminal.screen import print_heading, print_indented, print_line
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.suppression.changes.drift.book import DriftBook
from ses_reputation.suppression.changes.drift.counting import (
    DriftFinding,
    RecipientCounts,
    count_recipients,
    find_drift,
)
from ses_reputation.suppression.changes.drift.findings import (
    DeliveredSince,
    MissingFromList,
    RepeatedSoftBounces,
    SendersCompared,
    UnsuppressedElsewhere,
    compare_senders,
)
from ses_reputation.suppression.changes.drift.kept_counts import DriftKind
from ses_reputation.suppression.changes.drift.why_missing import WhyMissing, explain_missing
from ses_reputation.suppression.targets import Target
from ses_reputation.wording import count

_EXPLAINED = {
    DriftKind.UNSUPPRESSED_ELSEWHERE: (
        "Mail of an identity put them on one sender's list; another of its senders may still mail them"
    ),
    DriftKind.MISSING_FROM_LIST: "A hard bounce or a complaint, and no list of that account has them",
    DriftKind.DELIVERED_SINCE: "On a list for a bounce, though mail that was sent later arrived",
    DriftKind.REPEATED_SOFT_BOUNCES: "Soft bounces on several days, and no list of that account has them",
}


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What was found: of how many recipients. files: where the addresses are, none unless asked for."""

    gathered: GatheredDrift
    counts: Mapping[DriftKind, RecipientCounts]
    senders: tuple[SendersCompared, ...]
    files: Mapping[DriftKind, Path]


def report_drift(
    book: DriftBook, gathered: GatheredDrift, least_days: int, folder: Path | None
) -> DriftReport:
    """Look for everything; with a folder, write a file for each kind of finding that there is.

    Raises ConsoleError where a file cannot be written, or is there already.
    """
    labels: dict[DriftKind, Callable[[Any], str]] = {
        DriftKind.UNSUPPRESSED_ELSEWHERE: _label_unsuppressed,
        DriftKind.MISSING_FROM_LIST: lambda each: _label_missing(each, gathered),
        DriftKind.DELIVERED_SINCE: _label_delivered,
        DriftKind.REPEATED_SOFT_BOUNCES: _place_of,
    }
    counts = {
        kind: count_recipients(kind, find_drift(book, kind, least_days), label)
        for kind, label in labels.items()
    }
    files: dict[DriftKind, Path] = {}
    if folder:
        make_private_folder(folder)
        for kind in (kind for kind, found in counts.items() if found.total or found.removed):
            files[kind] = folder / f"{kind}.ndjson"
            rows = (_row(each, gathered) for each in find_drift(book, kind, least_days))
            write_private_lines(files[kind], map(dumps, rows))
    return DriftReport(gathered, counts, tuple(compare_senders(book)), files)


def _place_of(each: UnsuppressedElsewhere | MissingFromList | DeliveredSince | RepeatedSoftBounces) -> str:
    return f"{each.account} {each.region}"


def _label_unsuppressed(each: UnsuppressedElsewhere) -> str:
    mailed = "mailed since" if each.mailed_at else "not known to be mailed since"
    return f"{_place_of(each)}, {mailed}"


def _label_missing(each: MissingFromList, gathered: GatheredDrift) -> str:
    return f"{_place_of(each)}, {each.reason}: {_why_missing(each, gathered)}"


def _label_delivered(each: DeliveredSince) -> str:
    return f"{_place_of(each)}, known by a {each.evidence}"


def _why_missing(each: MissingFromList, gathered: GatheredDrift) -> WhyMissing:
    if each.is_removed:
        return WhyMissing.REMOVED
    settings = gathered.snapshots[Target(each.account, each.region)].settings
    return explain_missing(settings, each.reason, each.configuration_set)


def _row(finding: DriftFinding, gathered: GatheredDrift) -> dict[str, Any]:
    """Return a finding as JSON values; it holds an address."""
    found = finding.found
    why = {"why": str(_why_missing(found, gathered))} if isinstance(found, MissingFromList) else {}
    return asdict(found) | why


def print_drift(screen: Console, report: DriftReport) -> None:
    """Print what was compared, what was found in numbers, and where the addresses are."""
    gathered = report.gathered
    lists = count(len(gathered.snapshots), "list")
    print_indented(screen, f"{lists} read, and the ledger since {gathered.since:%Y-%m-%d}.", 0)
    for target, why in gathered.unknown.items():
        print_indented(screen, f"unknown: {target.name}: {why}")
    for kind, explained in _EXPLAINED.items():
        print_heading(screen, kind.replace("_", " ").capitalize(), explained)
        _print_recipients(screen, report.counts[kind])
        if kind in report.files:
            print_line(screen, f"in {report.files[kind]}")
    _print_senders(screen, report.senders)
    _print_bounds(screen, gathered)


def _print_recipients(screen: Console, counts: RecipientCounts) -> None:
    """Print recipients by label, and what they come to where some stand under several."""
    table = make_table("", "recipients")
    for label, found in sorted(counts.labels.items()):
        table.add_row(label, number(found))
    if counts.total != counts.labels.total():
        table.add_row("all, each once", number(counts.total))
    screen.print(table if counts.total else "none")
    if counts.removed:
        print_line(screen, f"Not counted, since taken off a list there on purpose: {counts.removed:,}")


def _print_senders(screen: Console, senders: Iterable[SendersCompared]) -> None:
    print_heading(screen, "Senders of an identity", "Whole lists, whoever's mail put addresses there")
    table = make_table("identity", "here", "there", "only here", "only there", "both", numbers_from=3)
    for each in senders:
        figures = (each.only_here, each.only_there, each.on_both)
        places = f"{each.account} {each.region}", f"{each.other_account} {each.other_region}"
        table.add_row(each.identity, *places, *map(number, figures))
    screen.print(table if table.row_count else "none with two known lists")


def _print_bounds(screen: Console, gathered: GatheredDrift) -> None:
    """Say what was not looked at, so that nobody takes it for nothing."""
    journal = gathered.journal
    print_line(screen, "")
    for line in _bounds(gathered):
        print_indented(screen, line)
    if journal.hours_left_out:
        left = f"{count(journal.hours_left_out, 'hour')} of accounts"
        print_indented(screen, f"{left} of the journal were not read: give a higher --journal-hours.")


def _bounds(gathered: GatheredDrift) -> Iterator[str]:
    yield (
        "Deliveries are known only of messages that an entry or a delay names: the journal does not say who "
        "was mailed. So mail that arrived without a delay is not seen here."
    )
    if gathered.lost_actions:
        yield f"{count(gathered.lost_actions, 'recorded action')} lost the addresses: they have expired."


def describe_drift(report: DriftReport) -> dict[str, Any]:
    """Return it as JSON without any recipient's address; these are in the files."""
    gathered = report.gathered
    return {
        "since": gathered.since.isoformat(),
        "lists": [
            {**_place(target), "run": manifest.run.run_id} for target, manifest in gathered.snapshots.items()
        ],
        "unknown": [{**_place(target), "why": why} for target, why in gathered.unknown.items()],
        "findings": [
            {
                "kind": kind,
                "total": found.total,
                "by": dict(sorted(found.labels.items())),
                "removed": found.removed,
                "file": str(report.files[kind]) if kind in report.files else None,
            }
            for kind, found in report.counts.items()
        ],
        "senders": [asdict(each) for each in report.senders],
        "journal": {
            "hours_read": gathered.journal.hours_read,
            "hours_left_out": gathered.journal.hours_left_out,
        },
        "lost_actions": gathered.lost_actions,
    }


def _place(target: Target) -> dict[str, Any]:
    return {"account": target.account, "region": target.region, "tenant": target.tenant or None}
