"""Senders that never change, below a mark: how often each rule says that they reached it."""

from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.compared import RULES, VOLUMES, Mark, Spread, draws_of
from benchmarks.simulation.rules import Mail
from benchmarks.simulation.sending import DAY, YEAR, Sending, sends_by_hour
from benchmarks.simulation.standings import at_or_above, worsenings

PARTS = (0.8, 1.0)
"""True rates, in marks: what must be left alone, and for comparison a sender right at the mark."""
_YEARS, _GROUPS, _SENDERS = 3, 2, 24
"""The first year fills windows and is not counted. Senders of a group send alike and fail by themselves."""
NEW_SENDERS, FIRST_SENDS, NEW_PART = 2_000, 4_000, 0.5


@dataclass(frozen=True, slots=True)
class Steady:
    """How often senders of a steady true rate are told that they reached a mark, per sender and year."""

    mark: Mark
    part: float
    sending: Sending
    a_day: int
    by_rule: dict[str, Spread]


@dataclass(frozen=True, slots=True)
class New:
    """The share of new senders that are told that they reached a mark in their first 4,000 sends."""

    mark: Mark
    a_day: int
    by_rule: dict[str, float]


def steady_cases() -> list[tuple[Mark, float, Sending, int]]:
    """Return what is simulated, in the order of the table."""
    return [
        (mark, part, sending, a_day)
        for part in PARTS
        for mark in Mark
        for sending in Sending
        for a_day in VOLUMES
    ]


def measure_steady(mark: Mark, part: float, sending: Sending, a_day: int) -> Steady:
    """Simulate two years of senders that send so, at a part of a mark."""
    found: dict[str, list[float]] = {name: [] for name in RULES}
    for draw in draws_of(f"{mark} {part} {sending} {a_day}", _GROUPS):
        sends = sends_by_hour(sending, a_day, _YEARS * YEAR, draw)
        events = draw.binomial(sends[:, None], part * float(mark.rate), (len(sends), _SENDERS))
        mail = Mail(sends, events)
        for name, rule in RULES.items():
            standing = at_or_above(mail, mark.rate, rule(mail, mark.rate))
            found[name].extend(worsenings(standing, YEAR) / (_YEARS - 1))
    return Steady(mark, part, sending, a_day, {name: Spread.of(each) for name, each in found.items()})


def measure_new(mark: Mark, a_day: int) -> New:
    """Simulate the first 4,000 sends of senders at half a mark."""
    (draw,) = draws_of(f"new {mark} {a_day}", 1)
    sends = sends_by_hour(Sending.RHYTHM, a_day, (FIRST_SENDS // a_day + 7) * DAY, draw)
    sends = sends[np.cumsum(sends) <= FIRST_SENDS]
    mail = Mail(sends, draw.binomial(sends[:, None], NEW_PART * float(mark.rate), (len(sends), NEW_SENDERS)))
    told = {name: rule(mail, mark.rate).any(axis=0).mean() for name, rule in RULES.items()}
    return New(mark, a_day, {name: round(float(share), 4) for name, share in told.items()})
