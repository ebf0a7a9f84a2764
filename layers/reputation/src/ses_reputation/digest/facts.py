"""What a digest says: rates beside those of the digest before, worst first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from ses_reputation.digest.list_sizes import ListTotal
from ses_reputation.digest.party import DigestParty, Open
from ses_reputation.rates.headroom import Headroom
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.decision import SHUT_DOWN, UNDER_REVIEW, is_in_trouble
from ses_reputation.standing.state import DecisionState, EntityState


class KeptRate(NamedTuple):
    """A rate as a digest is remembered by."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class DigestFigures:
    """The figures of a digest, by which the next one says what changed.

    rates: by the entity's key, and by measure. lists: addresses by `account/region`.
    """

    at: datetime
    rates: Mapping[str, Mapping[str, KeptRate]] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateLine:
    """An entity's standing and rate by one measure.

    before: the rate in the digest before; None where there was none. headroom: to the next worse standing;
    None at the worst.
    """

    entity: ReputationEntity
    measure: Measure
    standing: Standing
    rate: Rate
    before: Rate | None
    headroom: Headroom | None

    @property
    def points(self) -> float | None:
        """By how many percentage points the rate rose since the digest before."""
        return float(self.rate.value - self.before.value) * 100 if self.before else None


@dataclass(frozen=True, slots=True)
class ListLine:
    """A suppression list's size, and in the digest before; None where it had none then."""

    size: ListTotal
    before: int | None


class ListsTogether(NamedTuple):
    """All suppression lists together. change: since the digest before, of lists that were in it; None where
    none was. at: when the oldest of their snapshots was finished."""

    total: int
    change: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """One party's digest of a week.

    before: when the digest before was made. rates: worst first, of entities that have a rate. standings: of
    every entity, None where it has none. decisions: of SES, about accounts that it does not call healthy or
    whose sending is switched off, those that it has paused first. tenants: how many are stopped, or have a
    severe problem.
    """

    party: DigestParty
    at: datetime
    before: datetime | None
    standings: Mapping[ReputationEntity, Standing | None]
    decisions: tuple[tuple[ReputationEntity, DecisionState], ...]
    rates: tuple[RateLine, ...]
    findings: tuple[Open, ...]
    lists: tuple[ListLine, ...]
    tenants: int = 0

    @property
    def worst(self) -> Standing | None:
        """The worst standing; None where nothing is rated yet."""
        rated = [each for each in self.standings.values() if each is not None]
        return max(rated, key=lambda each: each.severity, default=None)

    @property
    def rated(self) -> int:
        """How many entities have a standing."""
        return sum(each is not None for each in self.standings.values())

    @property
    def below_healthy(self) -> int:
        """How many entities stand below healthy."""
        return sum(each not in (None, Standing.HEALTHY) for each in self.standings.values())

    @property
    def suppressed(self) -> ListsTogether | None:
        """All suppression lists together; None where there is none."""
        if not self.lists:
            return None
        changes = [line.size.total - line.before for line in self.lists if line.before is not None]
        return ListsTogether(
            sum(line.size.total for line in self.lists),
            sum(changes) if changes else None,
            min(line.size.finished_at for line in self.lists),
        )

    @property
    def figures(self) -> DigestFigures:
        """What is remembered of it."""
        rates: dict[str, dict[str, KeptRate]] = {}
        for line in self.rates:
            kept = KeptRate(line.rate.numerator, line.rate.denominator)
            rates.setdefault(line.entity.key, {})[str(line.measure)] = kept
        return DigestFigures(self.at, rates, {each.size.place: each.size.total for each in self.lists})


def compose(
    party: DigestParty,
    states: Iterable[EntityState],
    sizes: Iterable[ListTotal],
    at: datetime,
    before: DigestFigures | None,
) -> Digest:
    """Return a party's digest as of an aware time, of nothing but what the party may see."""
    states = list(states)
    own = party.own(states)
    last = before or DigestFigures(at)
    lines = [line for state in own for line in _rate_lines(state, last.rates.get(state.entity.key, {}))]
    lists = [
        ListLine(each, last.lists.get(each.place)) for each in sizes if party.account in ("", each.account)
    ]
    return Digest(
        party,
        at,
        before.at if before else None,
        {state.entity: state.standing for state in own},
        tuple(sorted(_decisions(own), key=_by_concern)),
        tuple(sorted(lines, key=_by_harm)),
        tuple(party.findings(states)),
        tuple(sorted(lists, key=lambda each: (-each.size.total, each.size.place))),
        sum(each.is_severe for state in own if state.decision for each in state.decision.tenants.values()),
    )


def _rate_lines(state: EntityState, before: Mapping[str, KeptRate]) -> Iterator[RateLine]:
    for measure, known in state.measures.items():
        view: Mapping[str, Any] = state.view.get("measures", {}).get(measure, {})
        if rate := view.get("rate"):
            last = before.get(measure)
            yield RateLine(
                state.entity,
                measure,
                known.standing,
                Rate(rate["numerator"], rate["denominator"]),
                Rate(*last) if last else None,
                Headroom.next_of(view.get("headroom", ())),
            )


def _decisions(states: Iterable[EntityState]) -> Iterator[tuple[ReputationEntity, DecisionState]]:
    for state in states:
        if state.decision and is_in_trouble(state.decision.latest):
            yield state.entity, state.decision


def _by_concern(decided: tuple[ReputationEntity, DecisionState]) -> tuple[Any, ...]:
    entity, decision = decided
    # What a status means that SES added since may be as bad as a pause: it stands before a review.
    milder = {SHUT_DOWN: 0, UNDER_REVIEW: 2}.get(decision.latest.enforcement_status, 1)
    return milder, entity


def _by_harm(line: RateLine) -> tuple[Any, ...]:
    return -line.standing.severity, -line.rate.value, line.entity, line.measure
