"""Open findings as commands print them: in a line each, or in full."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import NamedTuple

from rich.console import Console
from rich.padding import Padding

from console.terminal.screen import make_table, print_indented
from console.terminal.wording import age
from ses_reputation.findings.finding import FindingKind
from ses_reputation.hours import format_second
from ses_reputation.notifications.texts.finding import word_finding
from ses_reputation.notifications.texts.render import TextParts
from ses_reputation.standing.state import EntityState, FindingState
from ses_reputation.wording import count, moment_of

EVERY_KIND = frozenset(FindingKind)


class OpenFinding(NamedTuple):
    """A finding that is open, and its words as of the last assessment."""

    finding: FindingState
    text: TextParts


def list_findings(state: EntityState, kinds: Container[FindingKind] = EVERY_KIND) -> list[OpenFinding]:
    """An entity's open findings of some kinds, oldest first."""
    found = [each for each in state.findings.values() if each.kind in kinds]
    found.sort(key=lambda finding: (finding.opened_at, finding.kind, finding.scope))
    return [OpenFinding(each, word_finding(state.entity, each, state.assessed_at)) for each in found]


def print_left_out(screen: Console, state: EntityState) -> None:
    """Print how many more findings there are than are open, if any."""
    for kind, number in state.view.get("findings_left_out", {}).items():
        print_indented(screen, f"{count(number, 'more finding')} of kind {kind}, about less mail.")


def print_headlines(screen: Console, findings: Iterable[OpenFinding]) -> None:
    """Print a line for each finding."""
    for finding in findings:
        print_indented(screen, _headline(finding))


def print_finding(screen: Console, finding: OpenFinding, now: datetime) -> None:
    """Print all that is known of a finding: headline, figures, advice."""
    print_indented(screen, _headline(finding), style="bold")
    screen.print(f"    found {age(finding.finding.opened_at, now)}", style="dim")
    figures = make_table("", "", numbers_from=2)
    for label, text in finding.text.figures:
        figures.add_row(label, text)
    if finding.text.figures:
        screen.print(Padding(figures, (0, 0, 0, 4), expand=False))
    for advice in finding.text.advice:
        print_indented(screen, advice, 4, "-")


def describe_finding(open_finding: OpenFinding) -> dict[str, object]:
    """A finding as `--json` prints it."""
    finding, text = open_finding
    return {
        "kind": finding.kind,
        "scope": finding.scope,
        "since": finding.since,
        "opened_at": format_second(finding.opened_at),
        "headline": text.headline,
        "figures": dict(text.figures),
        "evidence": dict(finding.evidence),
        "advice": list(text.advice),
    }


def _headline(open_finding: OpenFinding) -> str:
    finding, headline = open_finding.finding, open_finding.text.headline
    since = f", since {moment_of(finding.since)}" if finding.since and "since" not in headline else ""
    return f"{headline}{since}."
