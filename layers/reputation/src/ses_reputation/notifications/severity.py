"""How urgent an event is, and whether its problem is over, in the words of those who keep incidents."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.decision import DecisionKind
from ses_reputation.standing.state import ProtectionStep, TransitionKind


class EventSeverity(StrEnum):
    """PagerDuty's four severities (Events API v2), which others map to theirs."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Urgency(NamedTuple):
    """How urgent an event is. is_over: the incident that the problem may have, is over."""

    severity: EventSeverity
    is_over: bool

    def to_json(self) -> dict[str, Any]:
        """Return the fields that a detail has of it."""
        return {"severity": str(self.severity), "is_over": self.is_over}


_OVER, _NOTED = Urgency(EventSeverity.INFO, True), Urgency(EventSeverity.INFO, False)
_CRITICAL, _ERROR, _WARNING = (
    Urgency(each, False) for each in (EventSeverity.CRITICAL, EventSeverity.ERROR, EventSeverity.WARNING)
)
# Nobody is called at night for `watch`: who comes back to it is over the worst.
_STANDINGS: Mapping[str | None, Urgency] = {Standing.PAUSE: _CRITICAL, Standing.REVIEW: _ERROR}
_STEPS: Mapping[str, Urgency] = {
    ProtectionStep.PAUSED: _CRITICAL,
    ProtectionStep.FAILED: _CRITICAL,
    ProtectionStep.WOULD_PAUSE: _NOTED,
    ProtectionStep.RESUMED: _OVER,
}
_DECISIONS: Mapping[str, Urgency] = {
    DecisionKind.PAUSED: _CRITICAL,
    DecisionKind.SWITCHED_OFF: _CRITICAL,
    DecisionKind.IN_SANDBOX: _CRITICAL,
    DecisionKind.UNDER_REVIEW: _ERROR,
    DecisionKind.RESUMED_UNDER_REVIEW: _ERROR,
    DecisionKind.OTHER_STATUS: _ERROR,
    DecisionKind.HEALTHY: _OVER,
    DecisionKind.SWITCHED_ON: _OVER,
    DecisionKind.IN_PRODUCTION: _OVER,
}


def urgency_of(kind: TransitionKind, detail: Mapping[str, Any]) -> Urgency:
    """Return how urgent an event of a kind is, by what its detail says."""
    match kind:
        case TransitionKind.STANDING_CHANGED:
            return _STANDINGS.get(detail["to"], _OVER)
        case TransitionKind.FINDING_RESOLVED:
            return _OVER
        case TransitionKind.PROTECTION:
            return _STEPS[detail["step"]]
        case TransitionKind.SES_DECISION if detail["change"] == "tenants":
            return _of_tenants(detail["numbers"])
        case TransitionKind.SES_DECISION:
            return _DECISIONS[detail["change"]]
        case _:
            return _WARNING


def _of_tenants(numbers: Mapping[str, int]) -> Urgency:
    """Return the urgency of tenants together: that some are free again says nothing of the others."""
    if numbers["stopped"]:
        return _ERROR
    return _WARNING if numbers["severe"] else _NOTED
