"""Senders whose true rate jumps, and new ones who are bad from the first: how soon each rule says so."""

from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.compared import RULES, Mark, Spread, draws_of
from benchmarks.simulation.rules import VOLUME, Mail
from benchmarks.simulation.sending import DAY, WEEK, Sending, sends_by_hour
from benchmarks.simulation.standings import hours_until

_GROUPS, _FEW_GROUPS, _SENDERS = 8, 2, 40
"""Small senders take years to fill windows, so there are fewer of them."""
_MOST_DAYS = 366
NEW_RATE, NEW_SENDS = 0.2, 2_000


@dataclass(frozen=True, slots=True)
class Jump:
    """A true rate that jumps from one to another, and the mark that shows it."""

    before: float
    after: float
    mark: Mark


JUMPS = (
    Jump(0.01, 0.06, Mark.BOUNCE_REVIEW),
    Jump(0.0002, 0.002, Mark.COMPLAINT_WATCH),
    Jump(0.0002, 0.002, Mark.COMPLAINT_REVIEW),
)


@dataclass(frozen=True, slots=True)
class Told:
    """How many hours after a jump senders are told."""

    jump: Jump
    sending: Sending
    a_day: int
    by_rule: dict[str, Spread]


@dataclass(frozen=True, slots=True)
class ToldNew:
    """How many mails new senders have sent, of which a fifth bounce, when they are told of a mark.

    first_hour: how many had been sent by the first assessment: none can be told sooner.
    """

    mark: Mark
    a_day: int
    first_hour: int
    by_rule: dict[str, Spread]


def measure_jump(jump: Jump, sending: Sending, a_day: int) -> Told:
    """Simulate senders whose rate jumps at a random hour of the week, after months that fill all windows."""
    found: dict[str, list[float]] = {name: [] for name in RULES}
    for draw in draws_of(f"{jump} {sending} {a_day}", _GROUPS if a_day > 50 else _FEW_GROUPS):
        change = min(4 * VOLUME // a_day + 32, _MOST_DAYS) * DAY + int(draw.integers(WEEK))
        sends = sends_by_hour(sending, a_day, change + (3 * VOLUME // a_day + 14) * DAY, draw)
        rates = np.where(np.arange(len(sends)) < change, jump.before, jump.after)
        mail = Mail(sends, draw.binomial(sends[:, None], rates[:, None], (len(sends), _SENDERS)))
        for name, rule in RULES.items():
            found[name].extend(hours_until(rule(mail, jump.mark.rate), change))
    return Told(jump, sending, a_day, {name: Spread.of(each) for name, each in found.items()})


def measure_new_sender(mark: Mark, a_day: int) -> ToldNew:
    """Simulate the first 2,000 sends of senders of whose mail a fifth bounces."""
    (draw,) = draws_of(f"bad from the first {mark} {a_day}", 1)
    sends = sends_by_hour(Sending.RHYTHM, a_day, (NEW_SENDS // a_day + 7) * DAY, draw)
    mail = Mail(sends, draw.binomial(sends[:, None], NEW_RATE, (len(sends), _GROUPS * _SENDERS)))
    sent = np.append(np.cumsum(sends), np.inf)
    last = len(sends) + 1
    found = {
        name: Spread.of(sent[np.minimum(hours_until(rule(mail, mark.rate), 0), last).astype(int) - 1])
        for name, rule in RULES.items()
    }
    return ToldNew(mark, a_day, int(sends[0]), found)
