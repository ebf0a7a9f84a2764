"""Standings hour by hour, of a rule that says when they worsen."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.rules import EASING, Flags, Mail, reaches


def at_or_above(mail: Mail, mark: Fraction, worsens: Flags) -> Flags:
    """Return where the standing is that of a mark or worse.

    It becomes so where the rule says, and remains so until the rate is below the mark by a tenth of it. What
    happens at the other marks makes no difference: whatever reaches a mark reaches the milder ones.
    """
    leaves = ~reaches(mail, mark * (1 - EASING))
    hours = np.arange(1, len(worsens) + 1)[:, None]
    entered, left = (
        np.maximum.accumulate(np.where(flags, hours, 0)) for flags in (worsens, leaves & ~worsens)
    )
    flags: Flags = entered > left
    return flags


def worsenings(standing: Flags, since_hour: int) -> NDArray[np.int64]:
    """Return how often each sender's standing worsened from an hour on."""
    rises = standing[1:] & ~standing[:-1]
    counted: NDArray[np.int64] = rises[since_hour - 1 :].sum(axis=0)
    return counted


def hours_until(standing: Flags, change_hour: int) -> NDArray[np.float64]:
    """Return how many hours after a change each sender had the standing, infinity where it never had.

    Hours are whole: a standing that is reached by the mail of the hour of the change is one hour later.
    """
    after = standing[change_hour:]
    return np.where(after.any(axis=0), after.argmax(axis=0) + 1.0, np.inf)
