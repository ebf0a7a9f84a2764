"""Evaluations as plain JSON: what an entity's state keeps for people, and `standing --json` prints."""

from collections.abc import Mapping
from typing import Any

from ses_reputation.rates.history import History
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.rates import Rate, rate_of_figures
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rates.windows import Window, time_window
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS
from ses_reputation.standing.evaluation import Evaluation, SliceStanding
from ses_reputation.tallies import group_by

TIME_WINDOWS: Mapping[str, int] = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24}
"""Hours of the windows that are shown together with the volume window, which alone decides standings."""
MOST_SLICES_SHOWN = 10
"""Slices of a kind: an entity's state is an item, written at each assessment, and sets may be many."""


def evaluation_to_json(evaluations: Mapping[Measure, Evaluation], history: History) -> dict[str, Any]:
    """Return evaluations of an entity as plain JSON.

    By measure (`bounces`, `complaints`), rates as fractions of 1 and hours as `2026-11-22T10`:

        standing          healthy | watch | review | pause, null where no mail that is measured is known
        sends, events     eligible sends (complaints: those to providers with feedback loops), and
                          hard bounces or complaints, in the volume window
        rate              the rate that decides the standing, null where no send is known:
                          {numerator, denominator, value, low, high}; low to high is its 95 % interval
        official          SES's own rate of an account, if it was read in the last 24 hours: {rate, at,
                          standing, estimated, decides}; `estimated` is the standing by the estimate alone,
                          `decides` says whether SES's own is the worse; else null
        basis             {kind, without_send, unrated}: what the rate is over (sends, final_outcomes,
                          sends_and_final_outcomes, ses_count, null without a rate), how much of that mail is
                          known by its outcome alone, and how many events are in no rate
        headroom          [{standing, threshold, more_events, clean_sends}], mildest first
        all_mail          the rate of complaints over all eligible mail of the window; null of bounces
        causes            [{kind, name, events, of, rate}]; kind is sending_account, identity,
                          configuration_set, provider, bounce or complaint
        slices            [{kind, name, sends, events, rate, standing}], at most 10 of a kind, those with
                          most events first
        slices_left_out   how many more there are
        windows           {volume, 24h, 7d, 30d: {first_hour, last_hour, hours, days, is_full, sends, events,
                          rate}}; is_full: it holds the volume, or all hours asked for
    """
    windows = {asked: time_window(history, hours, asked) for asked, hours in TIME_WINDOWS.items()}
    return {
        measure.value: _measure_to_json(evaluation, windows) for measure, evaluation in evaluations.items()
    }


def _measure_to_json(evaluation: Evaluation, windows: Mapping[str, Window]) -> dict[str, Any]:
    slices = _most_events(evaluation.slices)
    return {
        "standing": evaluation.standing,
        "sends": evaluation.sends,
        "events": evaluation.events,
        "rate": rate_to_json(evaluation.rate),
        "official": evaluation.official.to_json() if evaluation.official else None,
        "basis": evaluation.basis.to_json(),
        "headroom": [headroom.to_json() for headroom in evaluation.headroom],
        "all_mail": rate_to_json(evaluation.all_mail_rate),
        "causes": [cause.to_json() for cause in evaluation.causes],
        "slices": [_slice_to_json(mail_slice) for mail_slice in slices],
        "slices_left_out": len(evaluation.slices) - len(slices),
        "windows": {
            "volume": _window_to_json(
                evaluation.window, evaluation.sends, evaluation.events, evaluation.rate
            ),
            **{asked: _time_window_to_json(window, evaluation.measure) for asked, window in windows.items()},
        },
    }


def _time_window_to_json(window: Window, measure: Measure) -> dict[str, Any]:
    everything = window.table.get(EVERYTHING, NO_COUNTS)
    rate = rate_of_figures(everything, measure)
    return _window_to_json(window, SENDS_OF[measure](everything), COUNT_OF[measure](everything), rate)


def _window_to_json(window: Window, sends: int, events: int, rate: Rate | None) -> dict[str, Any]:
    return {
        "first_hour": window.first_hour,
        "last_hour": window.last_hour,
        "hours": window.hours,
        "days": round(window.days, 1),
        "is_full": window.is_full,
        "sends": sends,
        "events": events,
        "rate": rate_to_json(rate),
    }


def _slice_to_json(mail_slice: SliceStanding) -> dict[str, Any]:
    return {
        "kind": mail_slice.mail_slice.kind.value,
        "name": mail_slice.mail_slice.name,
        "sends": mail_slice.sends,
        "events": mail_slice.events,
        "rate": rate_to_json(mail_slice.rate),
        "standing": mail_slice.standing,
    }


def rate_to_json(rate: Rate | None) -> dict[str, float] | None:
    """Return a rate as `Rate.to_json` does; None where there is none."""
    return rate.to_json() if rate else None


def _most_events(slices: tuple[SliceStanding, ...]) -> list[SliceStanding]:
    by_kind = group_by(slices, lambda mail_slice: mail_slice.mail_slice.kind)
    return [mail_slice for of_kind in by_kind.values() for mail_slice in of_kind[:MOST_SLICES_SHOWN]]
