"""What is remembered of an entity between assessments, and the transitions that it went through."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ses_reputation.findings.finding import FindingKind, finding_key
from ses_reputation.hours import format_second
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.statistics.decisions import SesDecision, TenantDecision, tenants_to_json

MOST_PROTECTED_SETS = 200
"""How many configuration sets of an account have steps in its state. An account may have 10,000 a Region
(Amazon SES developer guide, "Service quotas"), and an item of DynamoDB holds 400 KB: at half a KB a step, a
fourth of it."""


class TransitionKind(StrEnum):
    """What changed. A REMINDER says that something lasts: it is an alert without an event.

    MUTED and UNMUTED record what a person did: neither is published.
    """

    STANDING_CHANGED = "standing_changed"
    FINDING_OPENED = "finding_opened"
    FINDING_RESOLVED = "finding_resolved"
    PROTECTION = "protection"
    SES_DECISION = "ses_decision"
    REMINDER = "reminder"
    MUTED = "muted"
    UNMUTED = "unmuted"


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of an entity, with the figures that caused it.

    at: when it was assessed. name: what changed, unique within an entity and time (`bounces`,
    `provider_deferral#microsoft`). detail: the event's detail, plain JSON. subject and text: the alert; an
    empty text means that there is none, an empty detail that there is no event. steps: the alert's advice, as
    a chat shows it. headline: the subject, where SNS takes only a part of it.
    """

    entity: ReputationEntity
    at: datetime
    kind: TransitionKind
    name: str
    detail: Mapping[str, Any]
    subject: str = ""
    text: str = ""
    steps: tuple[str, ...] = ()
    headline: str = ""

    @property
    def title(self) -> str:
        """What changed, in one line that is not cut; "" where nothing is said of it."""
        return self.headline or self.subject

    @property
    def id(self) -> str:
        """Unique within the entity, and sorted by time."""
        return transition_id(self.at, self.kind, self.name)


def transition_id(at: datetime, kind: TransitionKind, name: str) -> str:
    """Return the id of a transition: `2026-11-22T10:05:00Z#standing_changed#bounces`; `at` is aware UTC."""
    return f"{format_second(at)}#{kind}#{name}"


@dataclass(frozen=True, slots=True)
class MeasureState:
    """Where an entity stands by one measure, since when, and when a notification last said so."""

    standing: Standing
    since: datetime
    notified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FindingState:
    """A finding that is open.

    since: the hour or day in which it began, "" where that is not known. opened_at: when it was found.
    evidence: plain JSON of the detector's evidence; notifications/texts words it.
    """

    kind: FindingKind
    scope: str
    since: str
    opened_at: datetime
    notified_at: datetime | None
    evidence: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Its name within an entity."""
        return finding_key(self.kind, self.scope)

    def is_gap_of(self, account: str) -> bool:
        """Return whether it says that an account's own feed leaves something out."""
        return self.kind is FindingKind.COVERAGE_GAP and self.evidence.get("account") == account


@dataclass(frozen=True, slots=True)
class Mute:
    """A person's word that reminders of a finding, or of a standing, are not needed until a time.

    who: a role or user with its account, as STS names the caller. why: in the person's own words. extent:
    the share of mail that a muted finding concerned then; None where that is not known, and for a standing.
    """

    until: datetime
    at: datetime
    who: str
    why: str
    extent: float | None = None


class ProtectionStep(StrEnum):
    """What was last done about a configuration set that causes a `pause` standing."""

    WOULD_PAUSE = "would_pause"
    PAUSED = "paused"
    FAILED = "failed"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class ProtectionState:
    """A configuration set's last step, and when it was taken."""

    step: ProtectionStep
    at: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class DecisionState:
    """What SES has decided about an account, as last read and published, and since which reading it does.

    tenants: those that are stopped or have a problem, by name, as far as they could ever be read.
    """

    latest: SesDecision
    since: datetime
    tenants: Mapping[str, TenantDecision] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, as `standing --json` prints it."""
        return {
            **self.latest.to_json(),
            "since": format_second(self.since),
            "read_at": format_second(self.latest.read_at),
            "tenants": tenants_to_json(self.tenants),
        }


@dataclass(frozen=True, slots=True)
class EntityState:
    """All that is remembered of an entity.

    version: counts the writes; a state replaces the one before it only. measures: none for an entity that was
    never rated. protection: by configuration set. mutes: by the key of a finding, or by the measure of a
    standing. view: rates, windows and slices as `standing --json` prints them. unpublished: ids of
    transitions whose event or alert was not published yet, oldest first. decision: of SES, of an account
    that it was read of.
    """

    entity: ReputationEntity
    version: int
    assessed_at: datetime
    measures: Mapping[Measure, MeasureState] = field(default_factory=dict)
    findings: Mapping[str, FindingState] = field(default_factory=dict)
    protection: Mapping[str, ProtectionState] = field(default_factory=dict)
    mutes: Mapping[str, Mute] = field(default_factory=dict)
    view: Mapping[str, Any] = field(default_factory=dict)
    unpublished: tuple[str, ...] = ()
    decision: DecisionState | None = None

    @property
    def standing(self) -> Standing | None:
        """The worst of its measures; None where none was rated."""
        return max(
            (each.standing for each in self.measures.values()), key=lambda each: each.severity, default=None
        )

    def sends_within(self, window: str) -> int:
        """Return the eligible sends of a window (`7d`) that the view shows; 0 where it shows none."""
        measures = self.view.get("measures", {}).values()
        return max((measure["windows"][window]["sends"] for measure in measures), default=0)

    def with_protection(self, configuration_set: str, step: ProtectionState) -> "EntityState":
        """Return the state with a configuration set's step replaced.

        Of more than MOST_PROTECTED_SETS, those are forgotten that were not paused, the oldest first, then the
        oldest pauses. SES keeps a pause that is forgotten here: it is undone in SES, or by pausing anew.
        """
        steps = {name: each for name, each in self.protection.items() if name != configuration_set}
        by_worth = sorted(steps, key=lambda name: (steps[name].step is ProtectionStep.PAUSED, steps[name].at))
        for name in by_worth[: max(len(steps) + 1 - MOST_PROTECTED_SETS, 0)]:
            del steps[name]
        return replace(self, protection={**steps, configuration_set: step})
