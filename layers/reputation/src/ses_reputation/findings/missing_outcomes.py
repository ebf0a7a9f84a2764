"""Mail whose outcome no feed reported a day after it was sent: a fault of the account's own feed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage.reported import counts_by_set
from ses_reputation.findings.finding import (
    OTHER_NAMES,
    Detection,
    DetectionState,
    FindingKind,
    name_most,
)
from ses_reputation.findings.quoted_diagnoses import Quoted, quote_senders_feed, to_json
from ses_reputation.hours import ONE_DAY, Day, day_of
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.tallies import add, group_by, total, total_by_key

HORIZON = timedelta(hours=24)
"""After this an outcome is overdue: SES gives up after 12 to 14 hours."""
_MOST_DAYS = 7
# The latest days that hold so many sends are evaluated: one day of a large sender, a week of a small one.
_ENOUGH_SENDS = 500
_WITHOUT_OUTCOME = "sent_without_outcome"
# One notification in a few hundred is lost on the way; where only one feed reports, its mail has no outcome.
_FIRING_SHARE, _CLEAR_SHARE, _LEAST_LOST = 0.02, 0.01, 20


@dataclass(frozen=True, slots=True)
class SetOutcomes:
    """A configuration set's sends, those without an outcome, and the deliveries that any feed reported."""

    sends: int = 0
    without_outcome: int = 0
    deliveries: int = 0


SetsOfDay = Mapping[str, SetOutcomes]
"""What each configuration set sent on a day."""


@dataclass(frozen=True, slots=True)
class MissingOutcomes:
    """Dispatches of whole UTC days, all of them past the horizon.

    sends: those reported as sent, at least one. without_outcome: of them, those of which neither feed
    reported an outcome. sets: both by configuration set.
    """

    first_day: str
    last_day: str
    sends: int
    without_outcome: int
    sets: Mapping[str, SetOutcomes] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Of the sends, those without an outcome."""
        return self.without_outcome / self.sends

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: first_day, last_day, sends, without_outcome, and share as a fraction of 1."""
        return {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "sends": self.sends,
            "without_outcome": self.without_outcome,
            "share": self.share,
        }


@dataclass(frozen=True, slots=True)
class MissingOutcomesEvidence:
    """Mail without outcomes, what its configuration sets have to do with it, and what the doctor found."""

    mail: MissingOutcomes
    diagnoses: Quoted = ()

    def to_json(self) -> dict[str, Any]:
        """Return what MissingOutcomes does, undelivered_sets (names), by_configuration_set and diagnoses.

        undelivered_sets sent mail, and no feed ever reported a delivery of it. by_configuration_set: sends
        and without_outcome of each set that lacks outcomes. Of many sets, those that lack most are named;
        `(other)` has the sum of the others.
        """
        lacking = {name: each for name, each in self.mail.sets.items() if each.without_outcome}
        named, others = name_most({name: each.without_outcome for name, each in lacking.items()})
        shown = [(name, lacking[name]) for name in named]
        rest = [(OTHER_NAMES, _sum({name: lacking[name] for name in others}))] if others else []
        return {
            **self.mail.to_json(),
            "undelivered_sets": [
                name for name, each in shown if not each.deliveries and each.without_outcome >= _LEAST_LOST
            ],
            "by_configuration_set": {
                name: {"sends": each.sends, "without_outcome": each.without_outcome}
                for name, each in shown + rest
            },
            "diagnoses": to_json(self.diagnoses),
        }


def detect(mail: EntityMail) -> list[Detection]:
    """Return the detection of an account's mail without an outcome; none for an identity.

    FIRING: 2 % of the sends or more, and at least 20 of them. CLEAR: below 1 %, or nothing was sent.
    """
    if mail.entity.kind is not EntityKind.ACCOUNT:
        return []
    by_day = mail.sum_up(sets_between, *evaluated_days(mail.now))
    missing = missing_outcomes_of(by_day)
    state = _classify(missing)
    if missing is None or state is DetectionState.INCONCLUSIVE:
        return [Detection(FindingKind.MISSING_OUTCOMES, "", state)]
    is_firing = state is DetectionState.FIRING
    since = _since(by_day) if is_firing else ""
    quoted = quote_senders_feed(mail, mail.entity.name, (mail.entity.region,)) if is_firing else ()
    evidence = MissingOutcomesEvidence(missing, quoted)
    return [Detection(FindingKind.MISSING_OUTCOMES, "", state, since, evidence)]


def missing_outcomes_of(by_day: Mapping[Day, SetsOfDay]) -> MissingOutcomes | None:
    """Return the outcomes of the latest of the days that hold 500 sends; None where nothing was sent.

    by_day: what `sets_between` returns of the `evaluated_days`.
    """
    sets: SetsOfDay = {}
    latest: list[str] = []
    for day in sorted(by_day, reverse=True):
        latest.append(day)
        sets = add(sets, by_day[day])
        if _sum(sets).sends >= _ENOUGH_SENDS:
            break
    mail = _sum(sets)
    if not mail.sends:
        return None
    return MissingOutcomes(latest[-1], latest[0], mail.sends, mail.without_outcome, sets)


def evaluated_days(now: datetime) -> tuple[Day, Day]:
    """Return the first and last of the seven latest days that ended before the horizon; now: aware UTC."""
    last = now - HORIZON - ONE_DAY
    return day_of(last - (_MOST_DAYS - 1) * ONE_DAY), day_of(last)


def sets_between(days: Iterable[DayBalance], first: Day, last: Day) -> dict[Day, SetsOfDay]:
    """Return the sends of each day from one to another by configuration set."""
    by_day = group_by((day for day in days if first <= day.day <= last), lambda day: day.day)
    return {day: total_by_key(chain.from_iterable(map(_sets_of, own))) for day, own in by_day.items()}


def _sets_of(day: DayBalance) -> Iterable[tuple[str, SetOutcomes]]:
    for name, counts in counts_by_set(day.figures):
        followed = day.figures.followed.get(name, {})
        lost = sum(figures.get(_WITHOUT_OUTCOME, 0) for figures in followed.values())
        yield name, SetOutcomes(counts.sends, lost, counts.delivered.total)


def _sum(sets: Mapping[str, SetOutcomes]) -> SetOutcomes:
    return total(sets.values(), SetOutcomes())


def _classify(mail: MissingOutcomes | None) -> DetectionState:
    if mail is None or mail.share < _CLEAR_SHARE:
        return DetectionState.CLEAR
    is_firing = mail.share >= _FIRING_SHARE and mail.without_outcome >= _LEAST_LOST
    return DetectionState.FIRING if is_firing else DetectionState.INCONCLUSIVE


def _since(by_day: Mapping[Day, SetsOfDay]) -> str:
    """Return the first of the latest days in a row that lack too many outcomes."""
    began = ""
    for day in sorted(by_day, reverse=True):
        mail = _sum(by_day[day])
        if mail.sends and mail.without_outcome < _FIRING_SHARE * mail.sends:
            break
        began = day if mail.sends else began
    return began
