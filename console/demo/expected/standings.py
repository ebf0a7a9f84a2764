"""The standings that an invented day must lead to, by simple counting: no code is shared with the library.

The rules are those of docs/ledger.md, with the stack's default thresholds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from console.demo.expected.known_mail import KnownMail
from console.demo.expected.thresholds import THRESHOLDS, VOLUME, standing_of
from console.demo.traffic import OWN_DOMAINS, Fact, InventedTraffic, Publication
from console.demo.traffic.expected_facts import feeds_by_fact
from console.demo.traffic.incident import DEFERRED_AFTER, DEFERRED_IDENTITY, DEFERRING_DOMAINS
from console.demo.traffic.providers import provider_domains
from console.demo.traffic.senders import SIMULATOR

# The rules for deferrals look at the latest 200 mails to a provider, or at fewer.
_PLAINLY_MANY = 300
_DAY = timedelta(days=1)
_NOT_RATED = {SIMULATOR, *OWN_DOMAINS}
_WITHOUT_LOOPS = {"gmail.com", "googlemail.com"}
_STOPPED = {
    "bounced_permanent_on_account_suppression_list",
    "complaint_suppressed_on_account_list",
    "rejected",
}
_HARD = {"bounced_permanent_general", "bounced_permanent_no_email", "bounced_permanent_suppressed"}
_NO_COMPLAINT = "complained_not_spam"

FeedsByFact = Mapping[Fact, frozenset[str]]


class EntityMeasure(NamedTuple):
    """An entity by its title, and what it is rated by: `bounces` or `complaints`."""

    entity: str
    measure: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The rate that an entity must have, in dispatches, and its standing: "" where it has none."""

    numerator: int
    denominator: int
    standing: str


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """A change of standing that must be published; `before` is "" where the entity had none."""

    stage: int
    of: EntityMeasure
    before: str
    after: str


class _Cell(NamedTuple):
    account: str
    region: str
    identity: str
    hour: str
    configuration_set: str
    provider: frozenset[str]


class _HourFigures(NamedTuple):
    """Sends that each measure is taken over, and events of each measure."""

    sends: Mapping[str, int]
    events: Mapping[str, int]


def expect_standings(
    traffic: InventedTraffic, stages: Sequence[tuple[datetime, Sequence[Publication]]]
) -> list[dict[EntityMeasure, Expected]]:
    """Return what each entity must show at the end of each stage (aware), by all messages until then."""
    expected: list[dict[EntityMeasure, Expected]] = []
    arrived: tuple[Publication, ...] = ()
    for ends_at, stage in stages:
        arrived = (*arrived, *stage)
        before = expected[-1] if expected else {}
        expected.append(dict(_evaluate(traffic, feeds_by_fact(arrived), before, ends_at)))
    return expected


def expect_changes(expected: Sequence[Mapping[EntityMeasure, Expected]]) -> list[ExpectedChange]:
    """Return the changes that must be published.

    Nothing is published where a first standing is healthy, or where a standing is lost.
    """
    changes = []
    before: Mapping[EntityMeasure, Expected] = {}
    for stage, now in enumerate(expected):
        for of, each in now.items():
            held = before[of].standing if of in before else ""
            if each.standing not in ("", held or "healthy"):
                changes.append(ExpectedChange(stage, of, held, each.standing))
        before = now
    return changes


def expect_deferral(traffic: InventedTraffic, ends_at: datetime) -> tuple[str, str] | None:
    """Return identity and provider of the deferral that must be found on the day that ends at an aware hour.

    None where there is too little mail.
    """
    since = f"{ends_at - _DAY + DEFERRED_AFTER:%Y-%m-%dT%H}"
    outcomes = Counter(
        fact.outcome.split("_")[0]
        for fact in traffic.facts
        if fact.identity == DEFERRED_IDENTITY.domain
        and fact.send_hour >= since
        and provider_domains(fact.recipient) == DEFERRING_DOMAINS
    )
    is_plain = outcomes["sent"] >= _PLAINLY_MANY and outcomes["delayed"] >= outcomes["sent"] / 4
    return (DEFERRED_IDENTITY.domain, "microsoft") if is_plain else None


def _evaluate(
    traffic: InventedTraffic,
    reported: FeedsByFact,
    before: Mapping[EntityMeasure, Expected],
    ends_at: datetime,
) -> Iterator[tuple[EntityMeasure, Expected]]:
    for entity, hours in sorted(_hours_by_entity(traffic, reported).items()):
        for measure in THRESHOLDS:
            of = EntityMeasure(entity, measure)
            held = before[of].standing if of in before else ""
            rate = _rate(hours, measure)
            periods = _periods(hours, measure, ends_at)
            standing = standing_of(rate, held, measure, periods) if rate else ""
            yield of, Expected(*(rate or (0, 0)), standing)


def _hours_by_entity(traffic: InventedTraffic, reported: FeedsByFact) -> dict[str, dict[str, _HourFigures]]:
    """Count each fact for both of its entities, hour by hour.

    What suppression lists stopped is subtracted from the sends of the same hour, configuration set and
    provider. The difference is 0 at least, since a Send event may be lost.
    """
    counted: dict[tuple[str, str], list[_HourFigures]] = defaultdict(list)
    for cell, outcomes in _cells(traffic, reported).items():
        sends = max(0, outcomes["sent"] - outcomes["stopped"]) + outcomes["known"]
        for entity in (f"account {cell.account} in {cell.region}", f"identity {cell.identity}"):
            to_loops = 0 if cell.provider & _WITHOUT_LOOPS else sends
            by_measure = {"bounces": sends, "complaints": to_loops}
            counted[entity, cell.hour].append(_HourFigures(by_measure, outcomes))
    by_entity: dict[str, dict[str, _HourFigures]] = defaultdict(dict)
    for (entity, hour), figures in counted.items():
        sent = sum((Counter(each.sends) for each in figures), Counter[str]())
        events = sum((Counter(each.events) for each in figures), Counter[str]())
        by_entity[entity][hour] = _HourFigures(sent, events)
    return by_entity


def _cells(traffic: InventedTraffic, reported: FeedsByFact) -> dict[_Cell, Counter[str]]:
    """Count what is rated, and under `known` the mail that its outcome alone shows to be sent."""
    mail = KnownMail(traffic, reported)
    cells: dict[_Cell, Counter[str]] = defaultdict(Counter)
    for dispatch, outcomes in mail.outcomes.items():
        recipient = dispatch[5]
        if recipient.rpartition("@")[2] in _NOT_RATED:
            continue
        cell = cells[_Cell(*dispatch[:4], mail.set_of(dispatch), provider_domains(recipient))]
        if mail.is_rated(dispatch):
            cell.update(map(_kind, outcomes))
            cell["known"] += mail.is_known_by_outcome(dispatch)
    return cells


def _kind(outcome: str) -> str:
    if outcome in _STOPPED:
        return "stopped"
    if outcome in _HARD:
        return "bounces"
    is_complaint = outcome.startswith("complained_") and outcome != _NO_COMPLAINT
    return "complaints" if is_complaint else outcome


def _periods(hours: Mapping[str, _HourFigures], measure: str, ends_at: datetime) -> list[tuple[int, int]]:
    """Return events and sends since each hour of today and yesterday, and since each day before.

    All that is invented is nearer than four volumes and a month.
    """
    yesterday = f"{ends_at - _DAY:%Y-%m-%d}"
    latest = sorted(hours, reverse=True)
    events = accumulate(hours[hour].events[measure] for hour in latest)
    sends = accumulate(hours[hour].sends[measure] for hour in latest)
    since = zip(latest, pairwise((*latest, "")), events, sends, strict=False)
    return [
        (number, of)
        for hour, (_, earlier), number, of in since
        if hour >= yesterday or hour[:10] != earlier[:10]
    ]


def _rate(hours: Mapping[str, _HourFigures], measure: str) -> tuple[int, int] | None:
    """Return numerator and denominator of the window.

    Where its first hour dilutes the rate, they are those of the other hours over the volume.
    """
    events = sends = 0
    for hour in sorted(hours, reverse=True):
        newer = events
        events += hours[hour].events[measure]
        sends += hours[hour].sends[measure]
        if sends >= VOLUME:
            whole, without = (events, max(sends, events)), (newer, max(VOLUME, newer))
            return without if Fraction(*without) > Fraction(*whole) else whole
    return (events, max(sends, events)) if sends else None
