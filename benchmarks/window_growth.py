"""What a window that grows with the sender would do: `python -m benchmarks.window_growth`.

A healthy account sends two fifths of its mail in one campaign a day, of which 3 % bounce, and the rest all
day long with 0.5 %: 1.5 % a day, where `watch` begins at 2 %. Another jumps from 1 % to 6 %, where `review`
begins at 5 %. A standing begins where the window's rate reaches the threshold. It ends a tenth below that, at
once or after some hours. The evidence that a standing needs besides is left out: it changes little of this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from random import Random
from statistics import fmean, quantiles

from rich.console import Console
from rich.table import Table

from benchmarks.daily_mail import CAMPAIGN_HOUR, MAIL_BY_HOUR

SEED, TRIALS, VOLUME, HEALTHY_DAYS = 44, 30, 10_000, 120
A_DAY = (2_000, 10_000, 50_000, 200_000)
_CAMPAIGN = 0.4
# From here on, bounces are drawn from the normal distribution that the binomial one comes near to.
_MANY = 2_000


@dataclass(frozen=True, slots=True)
class Rule:
    """When a standing begins and ends: by a window of VOLUME, and of `least_hours` at least; it ends once the
    rate has been below for `patient_hours`."""

    title: str
    least_hours: int = 1
    patient_hours: int = 0


RULES = (
    Rule("10,000 sends"),
    Rule("and at least 12 hours", least_hours=12),
    Rule("and at least a day", least_hours=24),
    Rule("10,000 sends, ends after a day below", patient_hours=24),
)
Hours = Sequence[tuple[int, int]]
"""Sends and bounces, hour by hour."""


def begins_in_a_year(rule: Rule, a_day: int, draw: Random) -> float:
    """Return how often a year a healthy account's standing becomes `watch`."""
    days = max(HEALTHY_DAYS, 2 * VOLUME // a_day)
    warm_up = 2 * 24 + 24 * VOLUME // a_day
    hours = list(_healthy(a_day, days, draw))
    begun = sum(1 for _ in _begins(rule, hours, warm_up, 0.02))
    return begun * 365 * 24 / (len(hours) - warm_up)


def hours_to_review(rule: Rule, a_day: int, draw: Random) -> int:
    """Return how many hours after a jump to 6 % bounces the standing becomes `review`."""
    jump = 24 * (2 + VOLUME // a_day) + draw.randrange(24)
    hours = list(_jumping(a_day, jump, jump + 48 + 2 * 24 * VOLUME // a_day, draw))
    return next(_begins(rule, hours, jump, 0.05)) - jump + 1


def _healthy(a_day: int, days: int, draw: Random) -> Iterator[tuple[int, int]]:
    for hour in list(range(24)) * days:
        usual = round((1 - _CAMPAIGN) * a_day / 24 * MAIL_BY_HOUR[hour] / 100)
        campaign = round(_CAMPAIGN * a_day) if hour == CAMPAIGN_HOUR else 0
        yield usual + campaign, _bounces(draw, usual, 0.005) + _bounces(draw, campaign, 0.03)


def _jumping(a_day: int, jump: int, hours: int, draw: Random) -> Iterator[tuple[int, int]]:
    for at in range(hours):
        sends = round(a_day / 24 * MAIL_BY_HOUR[at % 24] / 100)
        yield sends, _bounces(draw, sends, 0.06 if at >= jump else 0.01)


def _bounces(draw: Random, sends: int, rate: float) -> int:
    if sends < _MANY:
        return sum(draw.random() < rate for _ in range(sends))
    return max(0, round(draw.gauss(sends * rate, (sends * rate * (1 - rate)) ** 0.5)))


def _begins(rule: Rule, hours: Hours, first: int, threshold: float) -> Iterator[int]:
    """Yield the hours, from the first on, in which the standing begins."""
    sends, bounces = (list(accumulate(each, initial=0)) for each in zip(*hours, strict=True))
    has_standing, below, start = False, 0, 0
    for end in range(first + 1, len(hours) + 1):
        while sends[end] - sends[start + 1] >= VOLUME:
            start += 1
        oldest = max(0, min(start, end - rule.least_hours))
        rate = (bounces[end] - bounces[oldest]) / max(1, sends[end] - sends[oldest])
        if not has_standing and rate >= threshold:
            has_standing = True
            yield end - 1
        below = below + 1 if rate < 0.9 * threshold else 0
        has_standing = has_standing and below <= rule.patient_hours


def main() -> None:
    """Print what each rule does to accounts of each size."""
    table = Table("rule", *(f"{a_day:,} a day" for a_day in A_DAY))
    rows: dict[str, list[str]] = {rule.title: [] for rule in RULES}
    for rule, a_day in product(RULES, A_DAY):
        draws = [Random(f"{SEED} {a_day} {number}") for number in range(TRIALS)]
        false = fmean(begins_in_a_year(rule, a_day, draw) for draw in draws[:5])
        delays = quantiles((hours_to_review(rule, a_day, draw) for draw in draws), n=10)
        rows[rule.title].append(f"{false:.0f} a year; {delays[4]:.0f} h ({delays[8]:.0f} h)")
    for title, cells in rows.items():
        table.add_row(title, *cells)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
