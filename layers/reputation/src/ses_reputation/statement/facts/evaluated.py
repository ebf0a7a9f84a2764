"""Where some mail stands: an entity's as last assessed, or that of a part of one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from ses_reputation.hours import ONE_DAY, Day, day_of, start_of
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.history import History
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, severity_of
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.standing.evaluation import evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.standing.state import EntityState, MeasureState

PART_DAYS = 30
"""How far back a part of an entity's mail is evaluated: as far as its days are read whole."""
_MOST_DAYS_BACK = 14
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Where mail stands by each measure, as `evaluation_to_json` says it; nothing without mail.

    states: the standing and since when, of an entity; of a part only where its beginning was looked for.
    """

    entity: ReputationEntity
    measures: Mapping[Measure, Mapping[str, Any]] = field(default_factory=dict)
    states: Mapping[Measure, MeasureState] = field(default_factory=dict)

    def standing_of(self, measure: Measure) -> Standing | None:
        """Return where it stands by a measure; None where it was never rated."""
        if measure in self.states:
            return self.states[measure].standing
        found = self.measures.get(measure, {}).get("standing")
        return Standing(found) if found else None

    def since(self, measure: Measure) -> datetime | None:
        """Return since when it stands there; None where that is not known."""
        return self.states[measure].since if measure in self.states else None

    def is_full(self, measure: Measure) -> bool:
        """Return whether the window of a measure holds its volume."""
        return measure in self.measures and bool(self.measures[measure]["windows"]["volume"]["is_full"])

    @property
    def worst(self) -> Measure:
        """The measure by which it stands worst: by the standing, then by how near the rate is to review."""
        return max(
            Measure, key=lambda measure: (severity_of(self.standing_of(measure)), self.nearness(measure))
        )

    @property
    def standing(self) -> Standing | None:
        """The worst of its standings; None where it was never rated."""
        return self.standing_of(self.worst)

    def nearness(self, measure: Measure) -> float:
        """Return the rate by the threshold of `review`: 1 where it is reached; 0 without a rate."""
        plain = self.measures.get(measure)
        if not plain or not plain["rate"]:
            return 0.0
        review = next(each["threshold"] for each in plain["headroom"] if each["standing"] == Standing.REVIEW)
        return float(plain["rate"]["value"] / review)

    @property
    def concern(self) -> tuple[int, float]:
        """What sorts by concern: the severity of the standing, then the nearness; -1 without a standing."""
        return severity_of(self.standing), max(map(self.nearness, Measure))

    def causes(self, measure: Measure) -> list[Cause]:
        """Return where most of a measure's events come from, worst first."""
        plain = self.measures.get(measure, {}).get("causes", ())
        return [
            Cause(
                Slice(Dimension(each["kind"]), each["name"]), each["events"], each["of"], _rate(each["rate"])
            )
            for each in plain
        ]


def evaluated_entity(entity: ReputationEntity, state: EntityState | None) -> Evaluated:
    """Return where an entity stood when it was last assessed."""
    if state is None:
        return Evaluated(entity)
    measures = {Measure(name): each for name, each in state.view.get("measures", {}).items()}
    return Evaluated(entity, measures, state.measures)


def evaluate_part(
    entity: ReputationEntity, days: Iterable[DayBalance], rules: StandingRules, now: datetime
) -> Evaluated:
    """Return where a part of an entity's mail would stand by itself, over at most 30 days.

    days: the part's, whole; those before 30 days are not looked at. There is no hysteresis: a part has no
    standing before this one.
    """
    mail: Sequence[DayBalance] = list(days)
    if not mail:
        return Evaluated(entity)
    rules = replace(rules.of(entity), most_days=PART_DAYS, hysteresis=Fraction(0))
    history = History(entity, mail, now)
    found = evaluation_to_json(evaluate_standing(history, {}, rules), history)
    return Evaluated(entity, {Measure(name): each for name, each in found.items()})


def with_beginnings(
    mail: Evaluated, days: Sequence[DayBalance], sent_on: Collection[Day], rules: StandingRules, now: datetime
) -> Evaluated:
    """Return a part's mail with the day since which it stands as badly by each measure, if within 14 days.

    days: as for `evaluate_part`. sent_on: the days on which anything was sent, those before `days` too.
    Nobody assesses parts: a standing begins with the first day in a row at whose end it was as bad. A window
    that would reach back beyond `days` says of no day that it was better: then nothing is known.
    """
    open_since = {measure for measure in mail.measures if severity_of(mail.standing_of(measure)) > 0}
    unread = max(set(sent_on) - {each.day for each in days}, default="")
    since: dict[Measure, MeasureState] = {}
    for first in (now - ago * ONE_DAY for ago in range(_MOST_DAYS_BACK)):
        if not open_since:
            break
        begins = start_of(day_of(first))
        earlier = [each for each in days if each.day < day_of(first)]
        then = evaluate_part(mail.entity, earlier, rules, begins - _MOMENT)
        is_cut = unread >= day_of(begins - PART_DAYS * ONE_DAY)
        for measure in list(open_since):
            held = mail.standing_of(measure)
            if held and severity_of(then.standing_of(measure)) < held.severity:
                open_since.remove(measure)
                if then.is_full(measure) or not is_cut:
                    since[measure] = MeasureState(held, begins)
    return replace(mail, states=since)


def _rate(plain: Mapping[str, Any] | None) -> Rate | None:
    return Rate(plain["numerator"], plain["denominator"]) if plain else None
