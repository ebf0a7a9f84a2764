"""What the demo prints of standings: how they changed from stage to stage, and the alerts of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.demo.stages import Assessed
from console.local_aws.subscriber import HeardAlert
from console.reports.standing_table import styled_standing
from console.terminal.screen import print_heading, print_line
from console.terminal.tables import make_table
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.standing.state import EntityState, TransitionKind
from ses_reputation.wording import count, rate_percent

_NOT_RATED = "N sends: none that SES rates, so no standing."
_DEFERRING = " is deferring "
_COLUMNS = 76


def print_standings_by_stage(screen: Console, assessed: Sequence[Assessed]) -> None:
    """Explain and print how each entity stood after each stage."""
    print_heading(
        screen,
        "Standings",
        "Where each entity stands at the end of each stage (UTC): accounts, which SES reviews and pauses, "
        "and identities, whose owner suffers from all who send with them. Rates are estimates. A "
        "high one of little mail may be chance: then the standing stays as it is.",
    )
    for measure in Measure:
        if measure is Measure.BOUNCES:
            screen.print(_draw_stages(assessed, measure))
        elif not _is_all_healthy(assessed, measure):
            screen.print()
            screen.print(_draw_stages(assessed, measure))
    if _is_all_healthy(assessed, Measure.COMPLAINTS):
        screen.print("By complaints, every entity with a standing is healthy.", style="dim")


def print_alerts(screen: Console, assessed: Sequence[Assessed]) -> None:
    """Explain and list what was published, and print two alerts as an operator reads them."""
    alerts = [(each.stage.ends_at, alert) for each in assessed for alert in each.alerts]
    types = Counter(event.detail_type for each in assessed for event in each.events)
    received = ", ".join(f"{number} {name}" for name, number in sorted(types.items()))
    print_heading(
        screen,
        "Alerts",
        f"What a subscriber of AlertTopic received: {count(len(alerts), 'alert')}, one for each change. "
        f"Programs get the same from the event bus: {received or 'nothing'}.",
    )
    screen.print(_list_alerts(alerts))
    for at, alert in _to_print_whole(alerts):
        _print_alert(screen, at, alert)


def _draw_stages(assessed: Sequence[Assessed], measure: Measure) -> Table:
    stages = [f"{each.stage.ends_at:%a %H:%M}" for each in assessed]
    table = make_table(f"by {measure}", *stages)
    for entity in assessed[-1].states:
        table.add_row(entity.name, *(_standing(each.states.get(entity), measure) for each in assessed))
    states = [state for each in assessed for state in each.states.values()]
    if any(measure not in state.measures for state in states):
        table.caption, table.caption_justify, table.caption_style = _NOT_RATED, "left", "dim"
    return table


def _standing(state: EntityState | None, measure: Measure) -> Text:
    if state is None:
        return Text("-")
    view = state.view["measures"][measure]
    held = state.measures.get(measure)
    if held is None:
        return Text(count(view["sends"], "send"), style="dim")
    return styled_standing(held.standing) + Text(f" {rate_percent(measure, view['rate']['value'])}")


def _is_all_healthy(assessed: Sequence[Assessed], measure: Measure) -> bool:
    states = [state for each in assessed for state in each.states.values() if measure in state.measures]
    return all(state.measures[measure].standing is Standing.HEALTHY for state in states)


def _list_alerts(alerts: Sequence[tuple[datetime, HeardAlert]]) -> Table:
    table = make_table("", "", numbers_from=2)
    for at, alert in alerts:
        table.add_row(f"{at:%a %H:%M}", alert.subject)
    return table


def _to_print_whole(alerts: Sequence[tuple[datetime, HeardAlert]]) -> Iterator[tuple[datetime, HeardAlert]]:
    """Yield the first alert of the worst standing, and the first of a deferral, or else of any finding."""
    standings = [each for each in alerts if each[1].attributes["kind"] == TransitionKind.STANDING_CHANGED]
    findings = [each for each in alerts if each[1].attributes["kind"] == TransitionKind.FINDING_OPENED]
    yield from sorted(standings, key=lambda each: -_severity(each[1]))[:1]
    yield from sorted(findings, key=lambda each: _DEFERRING not in each[1].subject)[:1]


def _severity(alert: HeardAlert) -> int:
    return Standing(alert.attributes["standing"]).severity


def _print_alert(screen: Console, at: datetime, alert: HeardAlert) -> None:
    screen.print(f"\nThe alert of {at:%a %H:%M} in full:\n", style="bold")
    subject = wrap(alert.subject, _COLUMNS, initial_indent="Subject: ", subsequent_indent="         ")
    for line in (*subject, "", *alert.text.splitlines()):
        print_line(screen, f"| {line}".rstrip())
