"""Events of SES on an event bus: each is a hint to ask SES about one place at once, and no fact by itself.

Whoever may put events on a bus of the sending account can say what they like in one, and EventBridge delivers
them on a best effort basis (Amazon SES developer guide, "Monitoring SES events using Amazon EventBridge"): so
what one says is not believed, and the hourly reading finds what none said.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.environment import is_region
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.send_statistics import AccountRegion

_SOURCE = "aws.ses"


def is_hint(event: Mapping[str, Any]) -> bool:
    """Return whether a call of the function is an event of SES, and not the schedule."""
    return event.get("source") == _SOURCE


def places_to_ask(
    event: Mapping[str, Any], scope: SetupScope, known: Mapping[AccountRegion, SesDecision]
) -> list[AccountRegion]:
    """Return all places, or the one that an event is about; none where it need not or may not be asked.

    Only registered accounts are asked. Where an event led to a Region once, every later reading asks there
    too, or nobody would hear that a pause is over. Many tenants may change at once, an event each: what SES
    was asked after an event's own time needs no asking again.
    """
    accounts = {account for account, _ in scope.places}
    if not is_hint(event):
        elsewhere = [place for place in known if place.account in accounts]
        return list(dict.fromkeys([*map(AccountRegion._make, scope.places), *sorted(elsewhere)]))
    place = AccountRegion(str(event.get("account", "")), str(event.get("region", "")))
    if place.account not in accounts or not is_region(place.region):
        return []
    at, last = _time_of(event), known.get(place)
    return [] if at and last and last.read_at > at else [place]


def _time_of(event: Mapping[str, Any]) -> datetime | None:
    """Return when an event happened; None where it does not say, as EventBridge does to the second."""
    try:
        at = datetime.fromisoformat(str(event.get("time", "")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
