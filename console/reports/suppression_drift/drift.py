"""Where lists and ledger disagree: counted for people and programs, the addresses in files of their own."""

from collections import Counter
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
from ses_reputation.suppression.changes.drift.findings import (
    DeliveredSince,
    MissingFromList,
    RepeatedSoftBounces,
    SendersCompared,
    UnsuppressedElsewhere,
    compare_senders,
    find_delivered,
    find_missing,
    find_soft_bounces,
    find_unsuppressed,
)
from ses_reputation.suppression.changes.drift.why_missing import WhyMissing, explain_missing
from ses_reputation.suppression.targets import Target
from ses_reputation.wording import count

Rows = Iterable[tuple[str, Mapping[str, Any]]]
"""What each finding is counted by, and the finding as JSON values; it holds an address."""
_EXPLAINED = {
    "unsuppressed_elsewhere": (
        "An identity's mail put the address on one sender's list; another of its senders may still mail it"
    ),
    "missing_from_list": "A hard bounce or a complaint, and no list of that account has the address",
    "delivered_since": "On a list for a bounce, though mail that was sent later arrived",
    "repeated_soft_bounces": "Soft bounces on several days, and no list of that account has the address",
}


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What was found: how often, and by what. files: where the addresses are, none unless asked for."""

    gathered: GatheredDrift
    counts: Mapping[str, Counter[str]]
    senders: tuple[SendersCompared, ...]
    files: Mapping[str, Path]


def report_drift(
    book: DriftBook, gathered: GatheredDrift, least_days: int, folder: Path | None
) -> DriftReport:
    """Look for everything; with a folder, write a file for each kind of finding that there is.

    Raises ConsoleError where a file cannot be written, or is there already.
    """
    found: dict[str, Callable[[], Rows]] = {
        "unsuppressed_elsewhere": lambda: map(_of_identity, find_unsuppressed(book)),
        "missing_from_list": lambda: (_of_missing(each, gathered) for each in find_missing(book)),
        "delivered_since": lambda: map(_of_delivered, find_delivered(book)),
        "repeated_soft_bounces": lambda: map(_of_days, find_soft_bounces(book, least_days)),
    }
    counts = {kind: Counter(label for label, _ in rows()) for kind, rows in found.items()}
    files: dict[str, Path] = {}
    if folder:
        make_private_folder(folder)
        for kind in (kind for kind in found if counts[kind]):
            files[kind] = folder / f"{kind}.ndjson"
            write_private_lines(files[kind], (dumps(finding) for _, finding in found[kind]()))
    return DriftReport(gathered, counts, tuple(compare_senders(book)), files)


def _of_identity(each: UnsuppressedElsewhere) -> tuple[str, dict[str, Any]]:
    mailed = "mailed since" if each.mailed_at else "not known to be mailed since"
    return f"{each.account} {each.region}, {mailed}", asdict(each)


def _of_missing(each: MissingFromList, gathered: GatheredDrift) -> tuple[str, dict[str, Any]]:
    settings = gathered.snapshots[Target(each.account, each.region)].settings
    why = (
        WhyMissing.REMOVED
        if each.is_removed
        else explain_missing(settings, each.reason, each.configuration_set)
    )
    return f"{each.account} {each.region}, {each.reason}: {why}", asdict(each) | {"why": str(why)}


def _of_delivered(each: DeliveredSince) -> tuple[str, dict[str, Any]]:
    return f"{each.account} {each.region}, known by a {each.evidence}", asdict(each)


def _of_days(each: RepeatedSoftBounces) -> tuple[str, dict[str, Any]]:
    return f"{each.account} {each.region}", asdict(each)


def print_drift(screen: Console, report: DriftReport) -> None:
    """Print what was compared, what was found in numbers, and where the addresses are."""
    gathered = report.gathered
    lists = count(len(gathered.snapshots), "list")
    print_indented(screen, f"{lists} read, and the ledger since {gathered.since:%Y-%m-%d}.", 0)
    for target, why in gathered.unknown.items():
        print_indented(screen, f"unknown: {target.name}: {why}")
    for kind, explained in _EXPLAINED.items():
        print_heading(screen, kind.replace("_", " ").capitalize(), explained)
        table = make_table("", "found")
        for label, found in sorted(report.counts[kind].items()):
            table.add_row(label, number(found))
        screen.print(table if report.counts[kind] else "none")
        if kind in report.files:
            print_line(screen, f"in {report.files[kind]}")
    _print_senders(screen, report.senders)
    _print_bounds(screen, gathered)


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
                "total": found.total(),
                "by": dict(sorted(found.items())),
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
