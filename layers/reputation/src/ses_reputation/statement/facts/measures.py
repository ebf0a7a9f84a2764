"""Where mail stands by a measure, with the sentence that says so."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ses_reputation.hours import day_of
from ses_reputation.rates.headroom import Headroom
from ses_reputation.rates.thresholds import Measure, Standing, Thresholds
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.rates import (
    NO_RATE,
    NO_SENDS,
    HeadroomView,
    MeasureView,
    OfficialRateView,
    RateView,
    SliceView,
    ThresholdView,
    WindowView,
    view_rate,
)
from ses_reputation.wording import (
    basis_text,
    chance_text,
    count,
    event_noun,
    headroom_text,
    moment,
    rate_percent,
    slice_title,
    unrated_text,
)

_NO_WINDOW = WindowView("", "", 0, False, 0, 0)
_OVER: Mapping[Measure, str] = {
    Measure.BOUNCES: "send",
    Measure.COMPLAINTS: "send to providers that report complaints",
}


def view_measure(mail: Evaluated, measure: Measure, thresholds: Thresholds, command: str) -> MeasureView:
    """Return where mail stands by a measure; command: shows where the figures are from."""
    plain = mail.measures.get(measure, {})
    basis = plain.get("basis") or {"kind": None, "without_send": 0, "unrated": 0}
    slices, all_mail = plain.get("slices", ()), plain.get("all_mail")
    return MeasureView(
        measure=measure,
        headline=measure_sentence(mail, measure),
        standing=mail.standing_of(measure),
        since=mail.since(measure),
        rate=rate_view_of(mail, measure),
        window=_window_of(plain),
        thresholds=tuple(ThresholdView(standing, float(rate)) for standing, rate in thresholds.items()),
        headroom=tuple(_headrooms(plain, measure)),
        all_mail=RateView(**all_mail) if all_mail else None,
        official=_official_of(plain),
        basis=_basis_text(basis, measure),
        causes=tuple(_slice(each, each["of"]) for each in plain.get("causes", ())),
        slices=tuple(_slice(each, plain["events"]) for each in slices),
        slices_left_out=plain.get("slices_left_out", 0),
        command=command,
    )


def rate_view_of(mail: Evaluated, measure: Measure) -> RateView:
    """Return a rate of evaluated mail, or why there is none."""
    plain = mail.measures.get(measure, {})
    rate = plain.get("rate")
    return RateView(**rate) if rate else view_rate(None, _why_unrated(plain, measure))


def _why_unrated(plain: Mapping[str, Any], measure: Measure) -> str:
    unrated, all_mail = (plain.get("basis") or {}).get("unrated"), plain.get("all_mail")
    if unrated:
        return unrated_text(unrated, measure)
    if measure is Measure.COMPLAINTS and all_mail and all_mail["denominator"]:
        return f"all {count(all_mail['denominator'], 'send')} went to providers that report no complaints"
    return NO_RATE


def measure_sentence(mail: Evaluated, measure: Measure) -> str:
    """Return where mail stands by a measure, in one sentence without a subject or a full stop.

    `at REVIEW by its bounces since 2026-11-23 00:00 UTC: 6.41 % of 3,680 sends since 2026-11-05; 132 more
    hard bounces reach PAUSE (10 %)`.
    """
    standing, since = mail.standing_of(measure), mail.since(measure)
    if standing is None:
        plain = mail.measures.get(measure, {})
        return f"without a standing by its {measure}: {_why_unrated(plain, measure)}"
    at = f"at {standing.upper()}" if standing is not Standing.HEALTHY else "healthy"
    start = f" since {moment(since)}" if since else ""
    return f"{at} by its {measure}{start}: {'; '.join(_figures(mail.measures.get(measure, {}), measure))}"


def _figures(plain: Mapping[str, Any], measure: Measure) -> Iterator[str]:
    rate, official = plain.get("rate"), plain.get("official")
    if official and official["decides"]:
        yield f"{rate_percent(measure, official['rate'])} by SES's own rate"
    way = Headroom.next_of(plain.get("headroom", ()))
    if not rate:
        yield _why_unrated(plain, measure)
        return
    begin = f" since {day_of(plain['windows']['volume']['first_hour'])}"
    sends = count(rate["denominator"], "send") + _OVER[measure].removeprefix("send") + begin
    if way and way.standing is Standing.WATCH and chance_text(way, rate["value"]):
        yield f"{count(rate['numerator'], event_noun(measure))} of {sends} are too few to tell"
    else:
        yield f"{rate_percent(measure, rate['value'])} of {sends}"
    if way:
        yield headroom_text(measure, way, rate["value"])


def _headrooms(plain: Mapping[str, Any], measure: Measure) -> Iterator[HeadroomView]:
    for each in plain.get("headroom", ()):
        way, rate = Headroom.from_json(each), plain["rate"]["value"]
        if way.is_known:
            yield HeadroomView(
                way.standing,
                each["threshold"],
                way.more_events,
                way.clean_sends,
                headroom_text(measure, way, rate),
                chance_text(way, rate),
            )


def _window_of(plain: Mapping[str, Any]) -> WindowView:
    window = plain.get("windows", {}).get("volume")
    if not window:
        return _NO_WINDOW
    names = ("first_hour", "last_hour", "hours", "is_full", "sends", "events")
    return WindowView(*(window[name] for name in names))


def _official_of(plain: Mapping[str, Any]) -> OfficialRateView | None:
    official = plain.get("official")
    if not official:
        return None
    return OfficialRateView(official["rate"], datetime.fromisoformat(official["at"]), official["decides"])


def _basis_text(basis: Mapping[str, Any], measure: Measure) -> str:
    said = []
    if basis["kind"] not in (None, "sends"):
        said.append(basis_text(basis["kind"], basis["without_send"]))
    if basis["unrated"]:
        said.append(f"in no rate: {unrated_text(basis['unrated'], measure)}")
    return "; ".join(said)


def _slice(plain: Mapping[str, Any], of: int) -> SliceView:
    kind, rate, standing = plain["kind"], plain["rate"], plain.get("standing")
    return SliceView(
        kind,
        shown(plain["name"]),
        shown(slice_title(Slice(Dimension(kind), plain["name"]))),
        plain.get("sends", rate["denominator"] if rate else 0),
        plain["events"],
        of,
        RateView(**rate) if rate else view_rate(None, NO_SENDS),
        Standing(standing) if standing else None,
    )
