"""An entity's standing by one measure in full, as commands print it."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from console.reports.findings import word_mute
from console.reports.standing_table import styled_standing
from console.terminal.screen import print_indented, print_title
from console.terminal.tables import make_table
from console.terminal.wording import number, span
from ses_reputation.notifications.context import SesRate, ses_rates_of
from ses_reputation.rates.headroom import Headroom
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.standing.state import EntityState
from ses_reputation.wording import (
    basis_text,
    chance_text,
    count,
    event_noun,
    headroom_text,
    moment,
    moment_of,
    percent,
    rate_percent,
    slice_title,
    unrated_text,
)

_WINDOWS: Mapping[str, str] = {"volume": "", "24h": "24 hours", "7d": "7 days", "30d": "30 days"}


def print_measure(
    screen: Console,
    state: EntityState,
    measure: Measure,
    view: Mapping[str, Any],
    longest: str = "the last year",
) -> None:
    """Print an entity's standing by a measure: windows, the way to each threshold, causes and parts.

    longest: how far back a window reaches at most.
    """
    held = state.measures.get(measure)
    since = f" since {moment(held.since)}" if held else ""
    print_title(screen, f"{measure.title()}: {view['standing'] or 'not rated'}{since}")
    if measure in state.mutes:
        print_indented(screen, f"{word_mute(state.mutes[measure])}.")
    screen.print(_draw_windows(measure, view["windows"]))
    remarks = list(_remark(measure, view, ses_rates_of(state.view).get(measure), longest))
    if remarks:
        screen.print()
    for remark in remarks:
        print_indented(screen, remark)
    if view["causes"]:
        screen.print("\nWhere they come from", style="bold")
        screen.print(_draw_causes(measure, view["causes"]))
    if view["slices"] and view["events"]:
        screen.print(
            "\nBy part, in the volume window",
            style="bold",
        )
        screen.print(_draw_parts(measure, view))


def _draw_windows(measure: Measure, windows: Mapping[str, Mapping[str, Any]]) -> Table:
    table = make_table(
        "window", "since", "sends", f"{event_noun(measure)}s", "rate", "95 % interval", numbers_from=2
    )
    table.columns[-1].header = "95 %\ninterval"
    for name, title in _WINDOWS.items():
        window = windows[name]
        table.add_row(
            title or f"volume: {span(window['hours'])}",
            moment_of(window["first_hour"]).removesuffix(" UTC"),
            number(window["sends"]),
            number(window["events"]),
            *_rate_and_interval(measure, window["rate"]),
        )
    return table


def _rate_and_interval(measure: Measure, rate: Mapping[str, Any] | None) -> tuple[str, str]:
    if rate is None:
        return "-", ""
    low, high = (rate_percent(measure, rate[end]).removesuffix(" %") for end in ("low", "high"))
    return rate_percent(measure, rate["value"]), f"{low} to {high}"


def _remark(measure: Measure, view: Mapping[str, Any], by_ses: SesRate | None, longest: str) -> Iterable[str]:
    """What a reader needs besides the table of a measure."""
    if not view["windows"]["volume"]["is_full"]:
        yield f"This is all mail of {longest}: less than fills the volume window."
    yield from _describe_basis(measure, view)
    if view["rate"]:
        yield from _describe_denominator(measure, view["rate"], view["sends"])
    if by_ses is not None:
        yield f"SES itself publishes {rate_percent(measure, by_ses.rate)} (CloudWatch)."
    if official := view.get("official"):
        yield _describe_official(official)
    if (all_mail := view["all_mail"]) and all_mail["denominator"] > view["sends"]:
        counts = f"{count(all_mail['numerator'])} of {count(all_mail['denominator'])}"
        share = rate_percent(measure, all_mail["value"])
        yield f"Of all eligible mail, with that to Gmail: {share} ({counts})."
    for headroom in map(Headroom.from_json, view["headroom"]):
        if not headroom.is_known:
            continue
        rate = view["rate"]["value"]
        reason = chance_text(headroom, rate)
        yield f"{headroom_text(measure, headroom, rate)}.{f' {reason}.' if reason else ''}"


def _describe_basis(measure: Measure, view: Mapping[str, Any]) -> Iterable[str]:
    # What an earlier version stored says nothing of it.
    basis: Mapping[str, Any] = view.get("basis") or {}
    if basis.get("kind"):
        yield f"The rate is over {basis_text(basis['kind'], basis['without_send'])}."
    if basis.get("unrated"):
        yield f"In no rate are {unrated_text(basis['unrated'], measure)}."


def _describe_denominator(measure: Measure, rate: Mapping[str, Any], sends: int) -> Iterable[str]:
    noun, denominator = event_noun(measure), rate["denominator"]
    if denominator > sends:
        yield (f"More {noun}s than sends are known: Send events are missing, so the true rate may be lower.")
    elif denominator < sends:
        yield (
            f"The standing's rate is {count(rate['numerator'], noun)} of the latest {count(denominator)} "
            "sends: the window's first hour would only dilute it."
        )


def _describe_official(official: Mapping[str, Any]) -> str:
    estimated = official["estimated"] or "without a standing"
    if official["decides"]:
        return f"SES's own rate decides: it means {official['standing']}; the estimate alone is {estimated}."
    return (
        f"The estimate decides: it means {estimated}; SES's own rate alone would be {official['standing']}."
    )


def _draw_causes(measure: Measure, causes: Iterable[Mapping[str, Any]]) -> Table:
    table = make_table("", f"{event_noun(measure)}s", "share of all", "own rate")
    for cause in causes:
        table.add_row(
            _part_title(cause),
            number(cause["events"]),
            percent(cause["events"] / cause["of"], 1),
            rate_percent(measure, cause["rate"]["value"]) if cause["rate"] else "",
        )
    return table


def _draw_parts(measure: Measure, view: Mapping[str, Any]) -> Table:
    table = make_table("", "sends", f"{event_noun(measure)}s", "rate", "standing alone")
    for mail_slice in view["slices"]:
        table.add_row(
            _part_title(mail_slice),
            number(mail_slice["sends"]),
            number(mail_slice["events"]),
            rate_percent(measure, mail_slice["rate"]["value"]) if mail_slice["rate"] else "-",
            styled_standing(mail_slice["standing"]),
        )
    left_out = f"and {count(view['slices_left_out'], 'part')} with fewer\n" if view["slices_left_out"] else ""
    table.caption = f"{left_out}standing alone: where a part would stand by itself"
    table.caption_justify, table.caption_style = "left", "dim"
    return table


def _part_title(mail_slice: Mapping[str, Any]) -> str:
    return slice_title(Slice(Dimension(mail_slice["kind"]), mail_slice["name"]))
