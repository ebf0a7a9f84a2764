"""What SES itself says of an account: its decision, its own rates, and what it recommends."""

from collections.abc import Iterable
from datetime import datetime

from ses_reputation.notifications.context import ses_rates_of
from ses_reputation.notifications.texts.ses_trouble import describe_trouble
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.standing import decision as decisions
from ses_reputation.standing.decision import HEALTHY, SHUT_DOWN, UNDER_REVIEW
from ses_reputation.standing.state import DecisionState, EntityState
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.entity import SesView
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.wording import moment

MOST_RECOMMENDATIONS = 10
_STATUSES = {HEALTHY: "healthy", UNDER_REVIEW: "under_review", SHUT_DOWN: "paused"}
_WORDS = {
    "healthy": "SES counts the account as healthy, and lets it send",
    "under_review": "SES has put the account under review",
    "paused": "SES has paused all sending of the account",
    "switched_off": "Sending is switched off in the account, not by SES",
    "other": "SES gives the account a status that this version does not know",
    "unknown": "What SES has decided about the account was not read",
}
# As the doctor names what it finds of SES's recommendations: doctor/checks/accounts/recommendations.py.
_RECOMMENDATION = "recommendation_"


def is_in_trouble(state: EntityState | None) -> bool:
    """Return whether an account is kept from sending as usual, as last read, or SES reviews it."""
    return bool(state and state.decision and decisions.is_in_trouble(state.decision.latest))


def view_ses(state: EntityState | None, diagnoses: Iterable[PlaceDiagnoses]) -> SesView | None:
    """Return what SES says of an account as last read; None of an identity, which SES does not rate."""
    if state is None or state.entity.kind is not EntityKind.ACCOUNT:
        return None
    decision, rates = state.decision, ses_rates_of(state.view)
    status = _status_of(decision)
    bounces, complaints = rates.get(Measure.BOUNCES), rates.get(Measure.COMPLAINTS)
    return SesView(
        status=status,
        words=_words_of(status, decision),
        troubles=tuple(map(shown, describe_trouble(decision))) if decision else (),
        since=decision.since if decision else None,
        read_at=decision.latest.read_at if decision else None,
        is_in_production=decision.latest.is_in_production if decision else True,
        bounce_rate=bounces.rate if bounces else None,
        bounce_rate_at=bounces.at if bounces else None,
        complaint_rate=complaints.rate if complaints else None,
        complaint_rate_at=complaints.at if complaints else None,
        recommendations=_recommendations(state, diagnoses),
    )


def _status_of(decision: DecisionState | None) -> str:
    if decision is None:
        return "unknown"
    named = decision.latest.enforcement_status
    status = _STATUSES.get(named, "other") if named else "unknown"
    return "switched_off" if status != "paused" and not decision.latest.is_sending_enabled else status


def _words_of(status: str, decision: DecisionState | None) -> str:
    since: datetime | None = decision.since if decision and status != "unknown" else None
    return f"{_WORDS[status]}, since {moment(since)} or before." if since else f"{_WORDS[status]}."


def _recommendations(state: EntityState, diagnoses: Iterable[PlaceDiagnoses]) -> tuple[str, ...]:
    place = (state.entity.name, state.entity.region)
    found = [
        each.problem
        for of_place in diagnoses
        for each in of_place.found
        if each.name.startswith(_RECOMMENDATION) and (each.account, each.region) == place
    ]
    return tuple(map(shown, dict.fromkeys(found)))[:MOST_RECOMMENDATIONS]
