"""Open findings as commands print them: in a line each, or in full."""

from collections.abc import Container, Iterable
from datetime import datetime

from rich.console import Console
from rich.padding import Padding

from console.terminal.screen import make_table, print_indented
from console.terminal.wording import age
from ses_reputation.findings.finding import FindingKind
from ses_reputation.standing.state import EntityState, FindingState
from ses_reputation.wording import moment_of

EVERY_KIND = frozenset(FindingKind)


def list_findings(state: EntityState, kinds: Container[FindingKind] = EVERY_KIND) -> list[FindingState]:
    """An entity's open findings of some kinds, oldest first."""
    found = [each for each in state.findings.values() if each.kind in kinds]
    return sorted(found, key=lambda finding: (finding.opened_at, finding.kind, finding.scope))


def print_headlines(screen: Console, findings: Iterable[FindingState]) -> None:
    """Print a line for each finding."""
    for finding in findings:
        print_indented(screen, _headline(finding))


def print_finding(screen: Console, finding: FindingState, now: datetime) -> None:
    """Print all that is known of a finding: headline, figures, advice."""
    print_indented(screen, _headline(finding), style="bold")
    screen.print(f"    found {age(finding.opened_at, now)}", style="dim")
    figures = make_table("", "", numbers_from=2)
    for label, text in finding.figures:
        figures.add_row(label, text)
    if finding.figures:
        screen.print(Padding(figures, (0, 0, 0, 4), expand=False))
    for advice in finding.advice:
        print_indented(screen, advice, 4, "-")


def describe_finding(finding: FindingState) -> dict[str, object]:
    """A finding as `--json` prints it."""
    return {
        "kind": finding.kind,
        "scope": finding.scope,
        "since": finding.since,
        "opened_at": f"{finding.opened_at:%Y-%m-%dT%H:%M:%SZ}",
        "headline": finding.headline,
        "figures": dict(finding.figures),
        "evidence": dict(finding.evidence),
        "advice": list(finding.advice),
    }


def _headline(finding: FindingState) -> str:
    since = f", since {moment_of(finding.since)}" if finding.since and "since" not in finding.headline else ""
    return f"{finding.headline}{since}."
