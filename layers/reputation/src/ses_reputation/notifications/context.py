"""What there is to tell, before it is put as an event or as an alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ses_reputation.findings.finding import Detection
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import FindingState, MeasureState

_SES_RATES: Mapping[Measure, str] = {
    Measure.BOUNCES: "bounce_rate",
    Measure.COMPLAINTS: "complaint_rate",
}


@dataclass(frozen=True, slots=True)
class NotificationContext:
    """Of which entity, when, and by which stack something is told.

    standing: the entity's worst standing as of now; None where it has none.
    """

    entity: ReputationEntity
    at: datetime
    stack_name: str
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class SesRate:
    """A rate as SES publishes it in CloudWatch, a fraction of 1, and of when it is, if that is known."""

    rate: float
    at: datetime | None


@dataclass(frozen=True, slots=True)
class StandingChange:
    """An entity's standing by one measure, before and after; `before` is None where it had none."""

    measure: Measure
    before: MeasureState | None
    after: MeasureState
    evaluation: Evaluation
    ses_rate: SesRate | None

    @property
    def is_worse(self) -> bool:
        """Tell whether the standing fell; without one before it did, since HEALTHY is not told then."""
        severity = self.before.standing.severity if self.before else -1
        return self.after.standing.severity > severity


@dataclass(frozen=True, slots=True)
class Resolution:
    """A finding that ended, and what was seen of it last; None where nothing is there to be seen."""

    finding: FindingState
    detection: Detection | None


@dataclass(frozen=True, slots=True)
class Ongoing:
    """What goes on in an entity without any change, and is told again."""

    measures: Mapping[Measure, tuple[MeasureState, Evaluation]]
    findings: Mapping[str, FindingState]


def ses_rate_of(view: Mapping[str, Any], measure: Measure) -> SesRate | None:
    """Return SES's own figure beside a measure from `view["ses"]`: `bounce_rate`, `complaint_rate`,
    `rates_at` (ISO 8601)."""
    ses = view.get("ses") or {}
    rate = ses.get(_SES_RATES[measure])
    at = ses.get("rates_at")
    return None if rate is None else SesRate(rate, datetime.fromisoformat(at) if at else None)
