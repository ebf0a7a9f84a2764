"""All that detectors are given of an entity, alike for every detector."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import DayBalance, sender_of
from ses_reputation.rollup.entities import EntityKind, ReputationEntity, SenderIdentity
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.tallies import add

Arguments = ParamSpec("Arguments")
Key = TypeVar("Key")
Each = TypeVar("Each")


@dataclass(frozen=True)
class EntityMail:
    """An entity's mail as of an assessment.

    history: its day balances, with the entity and the assessed time. sender_hours: hour balances of today
    and yesterday (UTC). statistics: the latest reading of what SES counted; None for an identity, and for an
    account whose statistics were not read. diagnoses: what the doctor last found, in all accounts. A
    day balance is unpacked when a detector reads its figures or hours: detectors pick the days that they need
    first, and sum them up here.
    """

    history: History
    sender_hours: Sequence[HourBalance]
    statistics: SendStatistics | None
    rules: StandingRules
    diagnoses: Sequence[PlaceDiagnoses] = ()

    @property
    def entity(self) -> ReputationEntity:
        """Whose mail it is."""
        return self.history.entity

    @property
    def now(self) -> datetime:
        """The assessed time, aware UTC."""
        return self.history.now

    @cached_property
    def hours(self) -> list[HourBalance]:
        """The entity's own hour balances of today and yesterday; those of other senders are left out."""
        return [hour for hour in self.sender_hours if self._is_own(sender_of(hour))]

    @cached_property
    def days(self) -> list[DayBalance]:
        """The entity's own day balances that are not closed; those of other senders are left out."""
        return [day for day in self.history.days if self._is_own(day.sender)]

    def sum_up(
        self,
        compute: Callable[Concatenate[Sequence[DayBalance], Arguments], Mapping[Key, Each]],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Mapping[Key, Each]:
        """Return the sum, by key, of what a pure function of days makes of all of the entity's days.

        What it made of closed days is not computed again.
        """
        return add(compute(self.days, *args, **kwargs), self.history.closed.once(compute, *args, **kwargs))

    def _is_own(self, sender: SenderIdentity) -> bool:
        if self.entity.kind is EntityKind.IDENTITY:
            return sender.identity == self.entity.name
        return (sender.account, sender.region) == (self.entity.name, self.entity.region)
