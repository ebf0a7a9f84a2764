"""What is special about the demo's day.

At 13:00 the agency imports a bad list, and mails it until the evening: three addresses in ten do not exist.
From 14:00 on Microsoft defers all mail of the identity that the agency used. Times are hours into the day.
"""

from datetime import timedelta

from console.demo.traffic.probabilities import DELAYS, ELSEWHERE, DelayOdds
from console.demo.traffic.providers import MICROSOFT_DOMAINS
from console.demo.traffic.senders import AGENCY, EXAMPLE_COM, Identity, Sender

IMPORTED_SET = "promotions"
TO_THE_IMPORTED_LIST = (
    60,
    Sender(
        AGENCY,
        EXAMPLE_COM,
        '"Example News" <news@example.com>',
        ((1, IMPORTED_SET),),
        permanent_bounces=300,
        complaints=0,
        campaign="trade-fair-list",
        hours=(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 11, 11, 11, 11, 13, 12, 11, 8, 6, 0),
    ),
)
"""Sends besides the senders of any day; its weight is added to their 100."""

DEFERRED_IDENTITY = EXAMPLE_COM
DEFERRING_DOMAINS = MICROSOFT_DOMAINS
DEFERRED_AFTER = timedelta(hours=14)
_DEFERRED_PER_MILLE = 440
_DEFERRALS: DelayOdds = (
    (90, ("IPFailure", "delayed_ip_failure")),
    (7, ("SendingDeferral", "delayed_sending_deferral")),
    (3, ("RecipientServerError", "delayed_recipient_server_error")),
)


def delay_odds(identity: Identity, domain: str, into_day: timedelta) -> tuple[int, DelayOdds]:
    """Return how many of a thousand mails of an identity a domain delays `into_day` into the day, and why."""
    if identity == DEFERRED_IDENTITY and domain in DEFERRING_DOMAINS and into_day >= DEFERRED_AFTER:
        return _DEFERRED_PER_MILLE, _DEFERRALS
    return (25, DELAYS[domain]) if domain in DELAYS else (15, ELSEWHERE)
