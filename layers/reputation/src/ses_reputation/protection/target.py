"""Which configuration set caused an account's `pause` standing, and may be paused for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ses_reputation.rates.rates import Rate, rate_of
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.rate_counts import PartKind
from ses_reputation.standing.evaluation import Judgement, PartStanding
from ses_reputation.wording import count, event_noun, rate_percent, rate_title


@dataclass(frozen=True, slots=True)
class Choice:
    """A configuration set to pause, "" where there is none; `cause` says why, in a sentence without its
    stop; evidence: the same in plain JSON."""

    configuration_set: str
    cause: str
    evidence: Mapping[str, Any]


def choose_configuration_set(judgement: Judgement) -> Choice:
    """Return the configuration set that bears most of the hard bounces (complaints), if it may be paused.

    The judgement is that of an account at `pause`. The set must itself have the volume to be judged, and a
    rate at `pause`: a set that is only big is not the cause. Where another part bears most, no set is chosen:
    rather none than the wrong one.
    """
    parts = [part for part in judgement.parts if part.part.kind is PartKind.CONFIGURATION_SET and part.events]
    if not parts:
        return Choice("", f"no configuration set bears a {event_noun(judgement.measure)}", {})
    most = parts[0]
    obstacle = _obstacle(judgement, most)
    bears = f"configuration set {most.part.name} bears {_share(judgement, most)}"
    cause = f"{bears}{obstacle or _own_rate(judgement, most)}"
    return Choice("" if obstacle else most.part.name, cause, _evidence(judgement, most))


def _obstacle(judgement: Judgement, most: PartStanding) -> str:
    if most.rate is None or most.standing is None:
        return f", but its {count(most.sends, 'send')} are too few to judge it by"
    if most.standing is not Standing.PAUSE:
        own = f"a {rate_title(judgement.measure)} of {_percent(judgement, most.rate)}"
        return f", but by itself, with {own}, it stands at {most.standing}"
    return ""


def _share(judgement: Judgement, part: PartStanding) -> str:
    return f"{count(part.events)} of {count(_events(judgement), event_noun(judgement.measure))}"


def _own_rate(judgement: Judgement, part: PartStanding) -> str:
    told = f", its own {rate_title(judgement.measure)} is {_percent(judgement, part.rate)}"
    without = _without(judgement, part)
    return f"{told}; without it the account's would be {_percent(judgement, without)}" if without else told


def _percent(judgement: Judgement, rate: Rate | None) -> str:
    return rate_percent(judgement.measure, rate.value) if rate else "not known"


def _events(judgement: Judgement) -> int:
    return judgement.rate.numerator if judgement.rate else judgement.events


def _without(judgement: Judgement, part: PartStanding) -> Rate | None:
    """Return the account's rate over all its mail but this part's; None where there is no other."""
    if judgement.rate is None:
        return None
    events, sends = judgement.rate.numerator - part.events, judgement.rate.denominator - part.sends
    return rate_of(events, max(0, sends)) if events >= 0 else None


def _evidence(judgement: Judgement, part: PartStanding) -> dict[str, Any]:
    return {
        "measure": str(judgement.measure),
        "first_hour": judgement.window.first_hour,
        "last_hour": judgement.window.last_hour,
        "account_rate": _plain(judgement.rate),
        "account_events": _events(judgement),
        "configuration_set": part.part.name,
        "events": part.events,
        "sends": part.sends,
        "rate": _plain(part.rate),
        "account_rate_without_it": _plain(_without(judgement, part)),
    }


def _plain(rate: Rate | None) -> float | None:
    return float(rate.value) if rate else None
