"""The transitions whose events docs/alerts.md shows."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import ProtectionStep, Transition
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    NOW,
    STACK,
    assess,
    bounce_spike,
    bounces,
    deferral,
    quoting,
    seen,
)

SES = {"ses": {"bounce_rate": 0.0498, "complaint_rate": 0.0003, "rates_at": "2026-11-22T09:55:00+00:00"}}
OVER = bounce_spike(DetectionState.CLEAR, 20)
PAUSED = ProtectionAction(
    "newsletter",
    ProtectionStep.PAUSED,
    "configuration set newsletter bears 1,002 of 1,103 hard bounces, its own bounce rate is 22.12 %",
    {"measure": "bounces", "events": 1_002, "sends": 4_530, "rate": 0.221192},
)


def _last(*steps: EntityEvaluation) -> Transition:
    state, transitions = None, list[Transition]()
    for number, step in enumerate(steps):
        state, transitions = assess(state, step, NOW + number * timedelta(hours=5))
    return transitions[-1]


EXAMPLES: Mapping[str, Callable[[], Transition]] = {
    "standing": lambda: _last(seen(bounces(Standing.WATCH)), seen(bounces(Standing.REVIEW), view=SES)),
    "deferral": lambda: _last(seen(detections=(deferral(),), entity=IDENTITY)),
    "spike over": lambda: _last(seen(detections=(bounce_spike(),)), seen(detections=(OVER,))),
    "coverage gap": lambda: _last(seen(detections=(quoting(FindingKind.COVERAGE_GAP),), entity=IDENTITY)),
    "protection": lambda: transition_of_action(NotificationContext(ACCOUNT, NOW, STACK, None), PAUSED),
}
