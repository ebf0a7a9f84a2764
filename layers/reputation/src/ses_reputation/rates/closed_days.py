"""What is computed of days that do not change, so that it is computed once: the one place that does so."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from ses_reputation.rollup.day_balance import DayBalance

Arguments = ParamSpec("Arguments")
Computed = TypeVar("Computed")


@dataclass(slots=True)
class ClosedDays:
    """Day balances of an entity, all older than yesterday, and what was computed of them.

    Whoever has other days makes another object.
    """

    days: Sequence[DayBalance] = ()
    _computed: dict[Hashable, Any] = field(default_factory=dict)
    _before: dict[Hashable, Any] = field(default_factory=dict)

    def once(
        self,
        compute: Callable[Concatenate[Sequence[DayBalance], Arguments], Computed],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Computed:
        """Return what a pure function of days and arguments makes of these days.

        compute: the same object each time, or nothing is saved; what it returns may not be changed.
        """
        key = (compute, args, *kwargs.items())
        if key not in self._computed:
            self._computed[key] = (
                self._before[key] if key in self._before else compute(self.days, *args, **kwargs)
            )
        computed: Computed = self._computed[key]
        return computed

    def begin_again(self) -> None:
        """Let go of what was not asked for since the last time: windows move on by the hour."""
        self._before, self._computed = self._computed, {}
