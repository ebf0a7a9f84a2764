"""What keeps an account from sending as usual by SES's own decision, in sentences."""

from collections.abc import Iterator

from ses_reputation.standing.decision import HEALTHY, SHUT_DOWN, UNDER_REVIEW
from ses_reputation.standing.state import DecisionState
from ses_reputation.wording import count, moment

_MOST_TENANTS = 20


def describe_trouble(decision: DecisionState) -> Iterator[str]:
    """Yield in a sentence each what keeps an account, or a tenant of it, from sending as usual."""
    latest, since = decision.latest, f"since {moment(decision.since)} or before"
    if latest.enforcement_status == SHUT_DOWN:
        yield f"SES has paused all sending, {since}."
    elif latest.enforcement_status == UNDER_REVIEW:
        yield f"SES has put it under review, {since}."
    elif latest.enforcement_status not in ("", HEALTHY):
        yield f"SES gives it the status {latest.enforcement_status}, {since}."
    if latest.enforcement_status != SHUT_DOWN and not latest.is_sending_enabled:
        yield f"Sending is switched off in the account, not by SES, {since}."
    yield from _tenants(decision)


def _tenants(decision: DecisionState) -> Iterator[str]:
    troubled = sorted((name, each) for name, each in decision.tenants.items() if each.is_severe)
    for name, each in troubled[:_MOST_TENANTS]:
        cause = f": {each.cause}" if each.cause else ""
        if each.is_stopped:
            yield f"tenant {name} is stopped by {'SES' if each.is_by_ses else 'the account'}{cause}."
        else:
            yield f"tenant {name} has a severe problem{cause}."
    if len(troubled) > _MOST_TENANTS:
        yield f"and {count(len(troubled) - _MOST_TENANTS, 'more tenant')}."
