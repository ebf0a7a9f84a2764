"""Everything that is known of one entity's standing, as `standing explain` prints it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console

from console.reports.decisions.ses_decision import print_decision
from console.reports.explained.account_window import print_account_window
from console.reports.explained.reasons import print_reasons
from console.reports.findings import list_findings, print_finding, print_left_out
from console.reports.protection import print_steps
from console.reports.rate_detail import print_measure
from console.reports.standing_json import measures_of
from console.stack.account_window import AccountWindow
from console.terminal.screen import print_indented, print_title
from console.terminal.wording import age
from ses_reputation.standing.assumptions import ASSUMPTIONS
from ses_reputation.standing.last_assessment import LastAssessment
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statement.view.rates import SliceView
from ses_reputation.wording import count, moment


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is read for an explanation alone: an account's window, and why mail of 30 days was adverse."""

    window: AccountWindow | None = None
    reasons: Sequence[SliceView] = ()


def print_entity(
    screen: Console,
    state: EntityState,
    transitions: Sequence[Transition],
    assessment: LastAssessment,
    now: datetime,
    more: Explanation = Explanation(),
) -> None:
    """Print an entity: measures, findings, protection, its latest changes, and what the rates assume."""
    standing = state.standing.upper() if state.standing else "no standing: no mail is known that SES rates"
    title = state.entity.title[0].upper() + state.entity.title[1:]
    print_title(screen, f"{title}: {standing}")
    assessed = f"{age(assessment.at, now)} ({moment(assessment.at)})"
    screen.print(f"Estimates, assessed {assessed}.", style="dim")
    if assessment.has_left_out(state):
        screen.print(f"This entity was last assessed {age(state.assessed_at, now)}.", style="bold")
    if state.decision:
        print_decision(screen, state.decision, now)
    for measure, view in measures_of(state).items():
        print_measure(screen, state, measure, view)
    print_reasons(screen, more.reasons)
    if more.window:
        print_account_window(screen, state.entity, more.window)
    _print_unfinished(screen, state.view.get("open") or {})
    _print_findings(screen, state, now)
    if state.protection:
        print_title(screen, "Protection")
        print_steps(screen, [state], now)
    _print_history(screen, transitions)
    _print_assumptions(screen)


def _print_unfinished(screen: Console, still: Mapping[str, int]) -> None:
    if any(still.values()):
        print_title(screen, "Mail of today and yesterday that is still on its way")
        delayed, silent = count(still["delayed"]), count(still["without_outcome"])
        print_indented(screen, f"{delayed} delayed, {silent} without any outcome yet.")


def _print_findings(screen: Console, state: EntityState, now: datetime) -> None:
    findings = list_findings(state)
    print_title(screen, "Open findings" if findings else "No finding is open")
    for finding in findings:
        print_finding(screen, finding, now)
    print_left_out(screen, state)


def _print_history(screen: Console, transitions: Iterable[Transition]) -> None:
    with_alerts = [each for each in transitions if each.title]
    if with_alerts:
        print_title(screen, "Latest changes")
    for each in with_alerts:
        print_indented(screen, each.title, marker=moment(each.at))


def _print_assumptions(screen: Console) -> None:
    print_title(screen, "What the rates assume (in full: docs/ledger.md)")
    for assumption in ASSUMPTIONS:
        print_indented(screen, assumption, marker="-", style="dim")
