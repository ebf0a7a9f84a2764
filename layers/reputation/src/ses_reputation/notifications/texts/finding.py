"""The alerts about a finding: when it is opened, and when it is over."""

from ses_reputation.findings.finding import FindingKind
from ses_reputation.notifications.context import Occasion, Resolution
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    book_options,
    command,
    make_subject,
    make_text,
    rows,
    steps,
)
from ses_reputation.rollup.entities import Book
from ses_reputation.standing.state import FindingState
from ses_reputation.wording import duration, moment, moment_of

UNTIL_OVER = "A message follows when it is over, and a reminder once a day until then."
_COMMANDS = {
    FindingKind.BOUNCE_RISE: "standing explain",
    FindingKind.COMPLAINT_RISE: "standing explain",
    FindingKind.PROVIDER_DEFERRAL: "providers",
}


def alert_of_finding(occasion: Occasion, finding: FindingState) -> Alert:
    """Return the alert about a finding that was opened."""
    found = [("found", moment(finding.opened_at))]
    begun = [("since", moment_of(finding.since))] if finding.since else []
    return Alert(
        make_subject(_subject("Found", occasion.book, finding)),
        make_text(
            f"{_of_book(occasion.book, finding)}{finding.headline}.",
            [
                Section("The figures", rows([*begun, *found, *finding.figures])),
                Section("What to do", steps(finding.advice)),
                Section("To see more", command_of(occasion, finding)),
            ],
            UNTIL_OVER,
        ),
    )


def alert_of_resolution(occasion: Occasion, resolution: Resolution) -> Alert:
    """Return the alert about a finding that is over."""
    finding, last = resolution.finding, resolution.sighting
    lasted = duration(occasion.at - finding.opened_at)
    times = [("found", moment(finding.opened_at)), ("over", f"{moment(occasion.at)} (after {lasted})")]
    now = f" Now: {last.headline}." if last and last.headline not in ("", finding.headline) else ""
    return Alert(
        make_subject(_subject("Over", occasion.book, finding)),
        make_text(
            f"{_of_book(occasion.book, finding)}This is over: {finding.headline}.{now}",
            [
                Section("When", rows(times)),
                Section("The figures now", rows(last.figures if last else ())),
                Section("To see more", command_of(occasion, finding)),
            ],
            "Nothing has to be done.",
        ),
    )


def _subject(what: str, book: Book, finding: FindingState) -> str:
    """Return a subject that names the book even if it has to be cut off."""
    if book.name in finding.headline:
        return f"{what}: {finding.headline}"
    return f"{what}, {book.title}: {finding.headline}"


def _of_book(book: Book, finding: FindingState) -> str:
    return "" if book.name in finding.headline else f"{book.title[0].upper()}{book.title[1:]}: "


def command_of(occasion: Occasion, finding: FindingState) -> list[str]:
    """Return the command that shows more of a finding."""
    shown = _COMMANDS.get(finding.kind, "feeds")
    return command(f"ses-reputation {shown}", *book_options(occasion.book), f"--stack {occasion.stack_name}")
