"""Changes as a timeline has them: in whole sentences, with what a rate is made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.state import Transition, TransitionKind
from ses_reputation.statement.facts.timeline import view_timeline
from ses_reputation.statement.inputs import StatementInputs

DOMAIN = identity_entity("example.com")
AT = datetime(2026, 11, 28, tzinfo=UTC)


def title_of(kind: TransitionKind, name: str, detail: Mapping[str, Any], subject: str) -> str:
    change = Transition(DOMAIN, AT, kind, name, detail, subject)
    inputs = SimpleNamespace(transitions=lambda _entity, _most: [change])
    (event,) = view_timeline({DOMAIN: "identity-example.com"}, cast("StatementInputs", inputs))
    return event.title


def test_a_finding_is_said_whole_where_the_alerts_subject_was_cut_off() -> None:
    headline = "The complaint rate of the last 24 hours is 1.703 %, after 30 days without any complaint"
    detail = {"headline": headline}
    cut = "identity example.com: The complaint rate of the last 24 hours is 1.703 %, after 30 days..."

    assert [
        title_of(TransitionKind.FINDING_OPENED, "complaint_spike", detail, f"Found, {cut}"),
        title_of(TransitionKind.FINDING_RESOLVED, "complaint_spike", detail, f"Over, {cut}"),
    ] == [f"Found, identity example.com: {headline}", f"Over, identity example.com: {headline}"]


def test_a_standing_has_what_its_rate_is_made_of_and_since_when() -> None:
    subject = "Review: bounces of identity example.com at 5.51 % (was watch)"
    rate = {"numerator": 551, "denominator": 10_000, "value": 0.0551}
    window = {"first_hour": "2026-11-19T15"}

    assert [
        title_of(TransitionKind.STANDING_CHANGED, "bounces", {"rate": each, "window": window}, subject)
        for each in (rate, None)
    ] == [f"{subject}; 551 / 10,000 sends since 2026-11-19", subject]
