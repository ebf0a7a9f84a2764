"""Every event says how urgent it is, and when its problem is over."""

from typing import Any

import pytest

from ses_reputation.notifications.severity import urgency_of
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.decision import DecisionKind
from ses_reputation.standing.state import ProtectionStep, TransitionKind
from tests.unit.notifications.documented import EXAMPLES

CHANGED, OPENED = TransitionKind.STANDING_CHANGED, TransitionKind.FINDING_OPENED
RESOLVED, PROTECTION = TransitionKind.FINDING_RESOLVED, TransitionKind.PROTECTION
DECIDED = TransitionKind.SES_DECISION


def tenants(**numbers: int) -> dict[str, Any]:
    return {"change": "tenants", "numbers": {"stopped": 0, "severe": 0, "eased": 0, "over": 0, **numbers}}


@pytest.mark.parametrize(
    ("kind", "detail", "urgency"),
    [
        (CHANGED, {"to": "pause"}, ("critical", False)),
        (CHANGED, {"to": "review"}, ("error", False)),
        (CHANGED, {"to": "watch"}, ("info", True)),
        (CHANGED, {"to": "healthy"}, ("info", True)),
        (CHANGED, {"to": None}, ("info", True)),
        (OPENED, {}, ("warning", False)),
        (RESOLVED, {}, ("info", True)),
        (PROTECTION, {"step": "paused"}, ("critical", False)),
        (PROTECTION, {"step": "failed"}, ("critical", False)),
        (PROTECTION, {"step": "would_pause"}, ("info", False)),
        (PROTECTION, {"step": "resumed"}, ("info", True)),
        (DECIDED, {"change": "paused"}, ("critical", False)),
        (DECIDED, {"change": "under_review"}, ("error", False)),
        (DECIDED, {"change": "healthy"}, ("info", True)),
        (DECIDED, tenants(stopped=1, severe=1), ("error", False)),
        (DECIDED, tenants(severe=1, over=1), ("warning", False)),
        (DECIDED, tenants(over=1), ("info", False)),
    ],
)
def test_an_event_is_as_urgent_as_what_it_says(
    kind: TransitionKind, detail: dict[str, Any], urgency: tuple[str, bool]
) -> None:
    assert urgency_of(kind, detail) == urgency


def test_whatever_changes_has_an_urgency() -> None:
    details = [
        *((CHANGED, {"to": to}) for to in (*Standing, None)),
        *((PROTECTION, {"step": str(step)}) for step in ProtectionStep),
        *((DECIDED, {"change": str(change)}) for change in DecisionKind),
    ]

    assert all(urgency_of(kind, detail).severity for kind, detail in details)


def test_the_events_of_one_problem_have_one_key_and_others_another() -> None:
    problems = {name: example().detail["problem"] for name, example in EXAMPLES.items()}

    assert len(set(problems.values())) == len(problems)
    assert all(len(problem) == 32 for problem in problems.values())
