"""What changed in an entity from one assessment to the next, each with the id by which it is published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from ses_reputation.findings.finding import Detection
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.standing.decision import DecisionKind, decision_between
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import FindingState, MeasureState, Mute, TransitionKind, transition_id
from ses_reputation.statistics.decisions import SesDecision, TenantDecision

UNRATED = "unrated"
"""The name of an Ongoing of an entity that has no standing."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something to publish about an entity. at: the time that was assessed."""

    at: datetime
    kind: ClassVar[TransitionKind]

    @property
    def name(self) -> str:
        """What changed, unique among the changes of its kind in one assessment of an entity."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """The id of the transition by which the change is published."""
        return transition_id(self.at, self.kind, self.name)


@dataclass(frozen=True, slots=True)
class StandingChange(Change):
    """An entity's standing by one measure, before and after; `before` is None where it had none."""

    kind: ClassVar[TransitionKind] = TransitionKind.STANDING_CHANGED
    measure: Measure
    before: MeasureState | None
    after: MeasureState
    evaluation: Evaluation

    @property
    def name(self) -> str:
        """The measure."""
        return self.measure

    @property
    def is_worse(self) -> bool:
        """Return whether the standing fell. A first standing did: a first HEALTHY is no change."""
        severity = self.before.standing.severity if self.before else -1
        return self.after.standing.severity > severity


@dataclass(frozen=True, slots=True)
class StandingEnded(Change):
    """A standing below HEALTHY that ended, since the entity's window holds no mail any more."""

    kind: ClassVar[TransitionKind] = TransitionKind.STANDING_CHANGED
    measure: Measure
    before: MeasureState
    evaluation: Evaluation

    @property
    def name(self) -> str:
        """The measure."""
        return self.measure


@dataclass(frozen=True, slots=True)
class FindingOpened(Change):
    """A finding that opened."""

    kind: ClassVar[TransitionKind] = TransitionKind.FINDING_OPENED
    finding: FindingState

    @property
    def name(self) -> str:
        """The finding's key."""
        return self.finding.key


@dataclass(frozen=True, slots=True)
class FindingResolved(Change):
    """A finding that ended, and its last detection; None where this assessment detected nothing of it."""

    kind: ClassVar[TransitionKind] = TransitionKind.FINDING_RESOLVED
    finding: FindingState
    detection: Detection | None

    @property
    def name(self) -> str:
        """The finding's key."""
        return self.finding.key


@dataclass(frozen=True, slots=True)
class Ongoing(Change):
    """What lasts in an entity without any change, and is due to be repeated.

    standing: the entity's worst; None where it has none. findings: by their keys. muted: what lasts too and
    is not repeated, as EntityState.mutes. grown: keys of findings that were muted until this assessment found
    them much larger.
    """

    kind: ClassVar[TransitionKind] = TransitionKind.REMINDER
    standing: Standing | None
    measures: Mapping[Measure, tuple[MeasureState, Evaluation]]
    findings: Mapping[str, FindingState]
    muted: Mapping[str, Mute] = field(default_factory=dict)
    grown: Collection[str] = ()

    @property
    def name(self) -> str:
        """The standing, or `unrated`."""
        return self.standing or UNRATED


@dataclass(frozen=True, slots=True)
class AccountDecided(Change):
    """SES sees an account otherwise than before; `before` is None where it was never read.

    since: as of DecisionState, of what ended. A first reading of a healthy account that sends is no change.
    """

    kind: ClassVar[TransitionKind] = TransitionKind.SES_DECISION
    before: SesDecision | None
    since: datetime | None
    after: SesDecision

    @property
    def name(self) -> str:
        """The account as a whole."""
        return "account"

    @property
    def decision(self) -> DecisionKind:
        """What it comes to: the most severe change, where there are several at once."""
        return decision_between(self.before, self.after)


@dataclass(frozen=True, slots=True)
class TenantsDecided(Change):
    """Tenants that were stopped or got a severe problem, and those that are free of it, by name.

    eased: those whose problem is not severe any more, but lasts. over: as they were.
    """

    kind: ClassVar[TransitionKind] = TransitionKind.SES_DECISION
    stopped: Mapping[str, TenantDecision]
    severe: Mapping[str, TenantDecision]
    eased: Mapping[str, TenantDecision]
    over: Mapping[str, TenantDecision]

    @property
    def name(self) -> str:
        """The tenants together."""
        return "tenants"


EntityChange = StandingChange | StandingEnded | FindingOpened | FindingResolved | Ongoing
DecisionChange = AccountDecided | TenantsDecided
