"""Standings as a table: a row for each entity."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.reports.decisions.ses_decision import print_decisions
from console.reports.findings import list_findings, print_headlines, print_left_out, word_mute
from console.reports.standing_json import measures_of
from console.terminal.screen import print_heading, print_indented
from console.terminal.tables import make_table, stack_lines
from console.terminal.wording import age, span
from ses_reputation.notifications.context import SesRate, ses_rates_of
from ses_reputation.rates.basis import Basis
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.last_assessment import LastAssessment
from ses_reputation.standing.state import EntityState
from ses_reputation.wording import count, moment, rate_percent

_STYLES: Mapping[str, str] = {
    Standing.HEALTHY: "green",
    Standing.WATCH: "yellow",
    Standing.REVIEW: "red",
    Standing.PAUSE: "bold red",
}
_NOT_RATED = "-: no mail is known that SES rates. "
_BASES: Mapping[Basis, str] = {
    Basis.FINAL_OUTCOMES: "final outcomes",
    Basis.SES_COUNT: "sends by SES",
}
_HOW_TO_READ = (
    "Rates are of the latest hours that hold enough mail: hard bounces of eligible sends, complaints of "
    "those to providers with feedback loops."
)
_BY_OUTCOME_ALONE = "*"
_NOT_SENDS_ALONE = (
    f" {_BY_OUTCOME_ALONE}: some of that mail is known by its outcome alone: no Send event of it is reported."
)
_BY_SES = "SES: its own rate (CloudWatch)."


def print_standings(
    screen: Console, states: Sequence[EntityState], assessment: LastAssessment, now: datetime
) -> None:
    """Print entities and their open findings."""
    print_decisions(screen, states, now)
    print_heading(
        screen,
        "Standings",
        f"Estimates (what they assume: `standing explain`), assessed {age(assessment.at, now)}.",
    )
    screen.print(draw_standings(states))
    for state in states:
        if assessment.has_left_out(state):
            behind = f"{state.entity.title} was last assessed {age(state.assessed_at, now)}."
            print_indented(screen, behind, 0, style="bold")
        for measure in sorted(state.measures.keys() & state.mutes.keys()):
            print_indented(screen, f"{state.entity.title}, {measure}: {word_mute(state.mutes[measure])}.", 0)
    _print_findings(screen, states)


def print_standings_at(screen: Console, states: Sequence[EntityState], at: datetime) -> None:
    """Print entities as they stood at a time gone by."""
    print_heading(
        screen,
        f"Standings at {moment(at)}",
        "Estimates, computed again from the days that are kept, by what is known today: feedback that came "
        "later counts, and each is rated as if for the first time. Findings are those of now: `standing`.",
    )
    screen.print(draw_standings(states, _HOW_TO_READ))


def draw_standings(states: Sequence[EntityState], how_to_read: str = f"{_HOW_TO_READ} {_BY_SES}") -> Table:
    """Standings, a row for each entity; how_to_read: what stands below."""
    table = make_table("entity", "standing", "bounces", "complaints", "window", numbers_from=2)
    table.columns[1].no_wrap = True
    for state in states:
        view, ses_rates = measures_of(state), ses_rates_of(state.view)
        table.add_row(
            _title(state.entity),
            styled_standing(state.standing),
            _rate(Measure.BOUNCES, view, ses_rates.get(Measure.BOUNCES)),
            _rate(Measure.COMPLAINTS, view, ses_rates.get(Measure.COMPLAINTS)),
            _window(view),
        )
    is_unrated = any(state.standing is None for state in states)
    has_marks = any(_BY_OUTCOME_ALONE in str(cell) for column in table.columns[2:4] for cell in column.cells)
    marked = _NOT_SENDS_ALONE if has_marks else ""
    table.caption = f"{_NOT_RATED if is_unrated else ''}{how_to_read}{marked}"
    table.caption_justify, table.caption_style = "left", "dim"
    return table


def styled_standing(standing: str | None) -> Text:
    """A standing in its colour; `-` where there is none."""
    return Text(standing, style=_STYLES[standing]) if standing else Text("-")


def _title(entity: ReputationEntity) -> Text:
    region = [f"  {entity.region}"] if entity.region else []
    return stack_lines(f"{entity.kind} {entity.name}", *region)


def _rate(measure: Measure, view: Mapping[Measure, dict[str, Any]], by_ses: SesRate | None) -> Text:
    lines = []
    if measure in view:
        each = view[measure]
        rate = each["rate"]
        events, sends = (rate["numerator"], rate["denominator"]) if rate else (each["events"], each["sends"])
        lines += [rate_percent(measure, rate["value"])] if rate else []
        basis = each.get("basis") or {}
        mark = f"{_BY_OUTCOME_ALONE} " if basis.get("kind") == Basis.SENDS_AND_FINAL_OUTCOMES else ""
        lines += [f"{mark}{events:,} of {sends:,}"] if events or sends else []
        lines += _basis(basis)
    if by_ses is not None:
        decides = (view.get(measure, {}).get("official") or {}).get("decides")
        lines.append(f"SES: {rate_percent(measure, by_ses.rate)}{' decides' if decides else ''}")
    return stack_lines(*(lines or ["-"]))


def _basis(basis: Mapping[str, Any]) -> list[str]:
    """What a row has room for: rates that are not over sends, and events that are in none."""
    kind, unrated = basis.get("kind"), basis.get("unrated")
    lines = [_BASES[Basis(kind)]] if kind and kind in _BASES else []
    return [*lines, f"{unrated:,} in no rate"] if unrated else lines


def _window(view: Mapping[Measure, dict[str, Any]]) -> Text:
    windows = [each["windows"]["volume"] for each in view.values()]
    lines = [f"{windows[0]['sends']:,} sends", f"in {span(windows[0]['hours'])}"] if windows else ["-"]
    return stack_lines(*lines)


def _print_findings(screen: Console, states: Sequence[EntityState]) -> None:
    found = {state.entity.title: (state, list_findings(state)) for state in states if state.findings}
    if not found:
        screen.print("\nNo finding is open.")
        return
    number = sum(len(findings) for _, findings in found.values())
    print_heading(screen, "Open findings", f"{count(number, 'finding')}; in full: `standing explain`.")
    for title, (state, findings) in found.items():
        print_indented(screen, title, 0, style="bold")
        print_headlines(screen, findings)
        print_left_out(screen, state)
