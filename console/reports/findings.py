"""Open findings as commands print them: in a line each, or in full."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding

from console.terminal.screen import print_indented, print_line, print_title
from console.terminal.tables import make_table
from console.terminal.wording import age
from ses_reputation.findings.finding import FindingKind
from ses_reputation.hours import format_second
from ses_reputation.notifications.texts.finding import word_finding
from ses_reputation.notifications.texts.render import TextParts
from ses_reputation.rates.thresholds import Measure
from ses_reputation.standing.mutes import keys_to_mute
from ses_reputation.standing.state import EntityState, FindingState, Mute
from ses_reputation.visible_text import visible
from ses_reputation.wording import count, moment, moment_of

EVERY_KIND = frozenset(FindingKind)
_ROOM_FOR_A_HEADLINE = 44


class OpenFinding(NamedTuple):
    """A finding that is open, its words as of the last assessment, and whether its reminders are muted."""

    finding: FindingState
    text: TextParts
    mute: Mute | None


def list_findings(state: EntityState, kinds: Container[FindingKind] = EVERY_KIND) -> list[OpenFinding]:
    """An entity's open findings of some kinds, oldest first."""
    found = [each for each in state.findings.values() if each.kind in kinds]
    found.sort(key=lambda finding: (finding.opened_at, finding.kind, finding.scope))
    return [
        OpenFinding(each, word_finding(state.entity, each, state.assessed_at), state.mutes.get(each.key))
        for each in found
    ]


def print_left_out(screen: Console, state: EntityState) -> None:
    """Print how many more findings there are than are open, if any."""
    for kind, number in state.view.get("findings_left_out", {}).items():
        print_indented(screen, f"{count(number, 'more finding')} of kind {kind}, about less mail.")


def print_headlines(screen: Console, findings: Iterable[OpenFinding]) -> None:
    """Print a line for each finding."""
    for finding in findings:
        print_indented(screen, _headline(finding))
        if finding.mute:
            print_indented(screen, f"{word_mute(finding.mute)}.", 4)


def print_finding(screen: Console, finding: OpenFinding, now: datetime) -> None:
    """Print all that is known of a finding: headline, figures, advice."""
    print_indented(screen, _headline(finding), style="bold")
    screen.print(f"    found {age(finding.finding.opened_at, now)}", style="dim")
    if finding.mute:
        print_indented(screen, f"{word_mute(finding.mute)}.", 4)
    figures = make_table("", "", numbers_from=2)
    for label, text in finding.text.figures:
        figures.add_row(label, text)
    if finding.text.figures:
        screen.print(Padding(figures, (0, 0, 0, 4), expand=False))
    for advice in finding.text.advice:
        print_indented(screen, advice, 4, "-")


def describe_finding(open_finding: OpenFinding) -> dict[str, object]:
    """A finding as `--json` prints it."""
    finding, text, mute = open_finding
    return {
        "key": finding.key,
        "kind": finding.kind,
        "scope": finding.scope,
        "since": finding.since,
        "opened_at": format_second(finding.opened_at),
        "headline": text.headline,
        "figures": dict(text.figures),
        "evidence": dict(finding.evidence),
        "advice": list(text.advice),
        "muted": describe_mute(mute),
    }


def describe_mute(mute: Mute | None) -> dict[str, str] | None:
    """A mute as `--json` prints it: `until`, `at`, `who` and `why`; None where there is none."""
    if mute is None:
        return None
    return {
        "until": format_second(mute.until),
        "at": format_second(mute.at),
        "who": mute.who,
        "why": mute.why,
    }


def word_mute(mute: Mute) -> str:
    """A mute in words: `Muted until 2026-12-10 00:00 UTC by role Operator of 111122223333: known`."""
    return f"Muted until {moment(mute.until)} by {mute.who}: {mute.why}"


def describe_open(state: EntityState) -> list[dict[str, object]]:
    """What of an entity is repeated daily, or muted, as `findings list --json` prints it."""
    findings = {each.finding.key: each for each in list_findings(state)}
    return [
        {
            "entity": state.entity.to_json(),
            **(describe_finding(findings[key]) if key in findings else _describe_standing(state, key)),
        }
        for key in keys_to_mute(state)
    ]


def print_open(screen: Console, states: Iterable[EntityState]) -> None:
    """Print what is repeated daily, or muted: by entity, a line for each key."""
    found = {state.entity.title: state for state in states if keys_to_mute(state)}
    if not found:
        screen.print("No finding is open, and no standing is below healthy.")
    for title, state in found.items():
        print_title(screen, title)
        headlines = {each.finding.key: _headline(each) for each in list_findings(state)}
        keys = keys_to_mute(state)
        columns = max(map(_columns_of, keys))
        for key in keys:
            _print_key(screen, key, columns, headlines.get(key) or _standing_headline(state, key))
            if key in state.mutes:
                print_indented(screen, f"{word_mute(state.mutes[key])}.", 4)


def _columns_of(key: str) -> int:
    return cell_len(visible(key))


def _print_key(screen: Console, key: str, columns: int, headline: str) -> None:
    """Print what is open behind its key, all alike; below it, where keys leave too little room."""
    if columns + _ROOM_FOR_A_HEADLINE <= screen.width:
        print_indented(screen, headline, marker=key + " " * (columns - _columns_of(key)))
    else:
        print_line(screen, f"  {key}")
        print_indented(screen, headline, 4)


def _describe_standing(state: EntityState, key: str) -> dict[str, object]:
    held = state.measures[Measure(key)]
    return {
        "key": key,
        "kind": "standing",
        "standing": held.standing,
        "since": format_second(held.since),
        "headline": _standing_headline(state, key),
        "muted": describe_mute(state.mutes.get(key)),
    }


def _standing_headline(state: EntityState, key: str) -> str:
    held = state.measures[Measure(key)]
    return f"The standing is {held.standing}, since {moment(held.since)}."


def _headline(open_finding: OpenFinding) -> str:
    finding, headline = open_finding.finding, open_finding.text.headline
    since = f", since {moment_of(finding.since)}" if finding.since and " since " not in headline else ""
    return f"{headline}{since}."
