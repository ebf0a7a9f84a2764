"""Judgements as plain JSON: what a book's state keeps for people, and `standing --json` prints."""

from collections.abc import Mapping
from typing import Any

from ses_reputation.rates.rates import COUNT_OF, Headroom, Rate, rate_of
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rates.windows import NO_FIGURES, History, Window, time_window
from ses_reputation.rollup.rate_counts import EVERYTHING
from ses_reputation.standing.evaluation import Judgement, PartStanding

TIME_WINDOWS: Mapping[str, int] = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24}
"""Hours of the windows that are shown beside the volume window, which alone drives standings."""
MOST_PARTS_SHOWN = 10
"""Parts of a kind: a book's state is an item, written at each assessment, and sets may be many."""


def show_judgements(judgements: Mapping[Measure, Judgement], history: History) -> dict[str, Any]:
    """Return judgements of a book as plain JSON.

    By measure (`bounces`, `complaints`), rates as fractions of 1 and hours as `2026-11-22T10`:

        standing          healthy | watch | review | pause, null below the minimum volume
        sends, events     eligible sends, and hard bounces or complaints, in the volume window
        rate              the rate that the standing is told by, null where no send is known:
                          {numerator, denominator, value, low, high}; low to high is its 95 % interval
        headroom          [{standing, threshold, more_events, clean_sends}], mildest first
        beside            complaints over mail to providers with feedback loops: a rate, or null
        beside_standing   what that would mean, or null
        causes            [{kind, name, events, of, rate}]; kind is sending_account, identity,
                          configuration_set, provider, bounce or complaint
        parts             [{kind, name, sends, events, rate, standing}], at most 10 of a kind, those with
                          most events first
        parts_left_out    how many more there are
        windows           {volume, 24h, 7d, 30d: {first_hour, last_hour, hours, days, is_full, sends, events,
                          rate}}; is_full: it holds the volume, or all hours asked for
    """
    windows = {asked: time_window(history, hours, asked) for asked, hours in TIME_WINDOWS.items()}
    return {measure.value: _show_judgement(judgement, windows) for measure, judgement in judgements.items()}


def _show_judgement(judgement: Judgement, windows: Mapping[str, Window]) -> dict[str, Any]:
    parts = _most_telling(judgement.parts)
    return {
        "standing": _show_standing(judgement.standing),
        "sends": judgement.sends,
        "events": judgement.events,
        "rate": _show_rate(judgement.rate),
        "headroom": [_show_headroom(headroom) for headroom in judgement.headroom],
        "beside": _show_rate(judgement.beside),
        "beside_standing": _show_standing(judgement.beside_standing),
        "causes": [cause.as_json() for cause in judgement.causes],
        "parts": [_show_part(part) for part in parts],
        "parts_left_out": len(judgement.parts) - len(parts),
        "windows": {
            "volume": _show_window(judgement.window, judgement.sends, judgement.events, judgement.rate),
            **{asked: _show_plainly_rated(window, judgement.measure) for asked, window in windows.items()},
        },
    }


def _show_plainly_rated(window: Window, measure: Measure) -> dict[str, Any]:
    everything = window.table.get(EVERYTHING, NO_FIGURES)
    events = COUNT_OF[measure](everything)
    return _show_window(window, everything.sends, events, rate_of(events, everything.sends))


def _show_window(window: Window, sends: int, events: int, rate: Rate | None) -> dict[str, Any]:
    return {
        "first_hour": window.first_hour,
        "last_hour": window.last_hour,
        "hours": window.hours,
        "days": round(window.days, 1),
        "is_full": window.is_full,
        "sends": sends,
        "events": events,
        "rate": _show_rate(rate),
    }


def _show_headroom(headroom: Headroom) -> dict[str, Any]:
    return {
        "standing": headroom.standing.value,
        "threshold": float(headroom.threshold),
        "more_events": headroom.more_events,
        "clean_sends": headroom.clean_sends,
    }


def _show_part(part: PartStanding) -> dict[str, Any]:
    return {
        "kind": part.part.kind.value,
        "name": part.part.name,
        "sends": part.sends,
        "events": part.events,
        "rate": _show_rate(part.rate),
        "standing": _show_standing(part.standing),
    }


def _show_rate(rate: Rate | None) -> dict[str, float] | None:
    return rate.as_json() if rate else None


def _show_standing(standing: Standing | None) -> str | None:
    return standing.value if standing else None


def _most_telling(parts: tuple[PartStanding, ...]) -> list[PartStanding]:
    shown: dict[str, list[PartStanding]] = {}
    for part in parts:
        shown.setdefault(part.part.kind, []).append(part)
    return [part for of_kind in shown.values() for part in of_kind[:MOST_PARTS_SHOWN]]
