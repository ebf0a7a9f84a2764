"""What SES has decided about an account, compared with what it had decided before."""

from enum import StrEnum

from ses_reputation.statistics.decisions import SesDecision

HEALTHY, UNDER_REVIEW, SHUT_DOWN = "HEALTHY", "PROBATION", "SHUTDOWN"
"""Enforcement statuses: Amazon SES API v2, GetAccount."""


class DecisionKind(StrEnum):
    """What a change comes to, for people and programs."""

    PAUSED = "paused"
    """SES has paused all sending."""
    UNDER_REVIEW = "under_review"
    """SES has put the account under review."""
    RESUMED_UNDER_REVIEW = "resumed_under_review"
    """SES lets it send again, and goes on reviewing it."""
    HEALTHY = "healthy"
    """SES has ended a review or a pause."""
    OTHER_STATUS = "other_status"
    """SES has given it a status that this product does not know."""
    SWITCHED_OFF = "switched_off"
    """The account's sending was switched off, not by SES."""
    SWITCHED_ON = "switched_on"
    """The account's sending was switched on again."""
    IN_SANDBOX = "in_sandbox"
    """It has lost production access."""
    IN_PRODUCTION = "in_production"
    """It has got production access."""


_OF_STATUS = {
    HEALTHY: DecisionKind.HEALTHY,
    UNDER_REVIEW: DecisionKind.UNDER_REVIEW,
    SHUT_DOWN: DecisionKind.PAUSED,
}


def is_in_trouble(latest: SesDecision) -> bool:
    """Return whether an account is kept from sending as usual, by SES or by itself, or SES reviews it."""
    return latest.enforcement_status not in ("", HEALTHY) or not latest.is_sending_enabled


def is_changed(before: SesDecision | None, after: SesDecision) -> bool:
    """Return whether SES sees an account otherwise than before.

    A first reading is compared with an account that is healthy and sends; the sandbox it may always have been
    in. A shutdown stops all sending: whether it is switched off too is no news until that ends.
    """
    return bool(_differences(before, after))


def decision_between(before: SesDecision | None, after: SesDecision) -> DecisionKind:
    """Return what a change comes to, the most severe if there are several at once; there is one."""
    return _differences(before, after)[0]


def _differences(before: SesDecision | None, after: SesDecision) -> list[DecisionKind]:
    status = before.enforcement_status if before else HEALTHY
    found = []
    if after.enforcement_status not in ("", status):
        found.append(_of_status(status, after.enforcement_status))
    is_on = before.is_sending_enabled if before else True
    if after.enforcement_status != SHUT_DOWN and after.is_sending_enabled is not is_on:
        found.append(DecisionKind.SWITCHED_ON if after.is_sending_enabled else DecisionKind.SWITCHED_OFF)
    if before and before.is_in_production is not after.is_in_production:
        found.append(DecisionKind.IN_PRODUCTION if after.is_in_production else DecisionKind.IN_SANDBOX)
    return found


def _of_status(before: str, after: str) -> DecisionKind:
    if (before, after) == (SHUT_DOWN, UNDER_REVIEW):
        return DecisionKind.RESUMED_UNDER_REVIEW
    return _OF_STATUS.get(after, DecisionKind.OTHER_STATUS)
