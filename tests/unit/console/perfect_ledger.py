"""What a perfect ledger would hold of an invented day, made without a table."""

from collections import defaultdict
from collections.abc import Mapping

from console.demo.traffic import OWN_DOMAINS, Fact, InventedTraffic
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.feedback.providers import provider_of
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET, Counts
from ses_reputation.ledger.hour_balance import HourBalance

FeedsByFact = Mapping[Fact, frozenset[str]]
_KINDS = ("delivered", "bounced", "complained")
_TRIED = {"delivered", "bounced", "complained", "complaint"}


def hours_of(day: InventedTraffic, reported: FeedsByFact | None = None) -> list[HourBalance]:
    """Sender-hours of what the feeds reported of a day: of all of it, unless `reported` is given."""
    dispatches: dict[Fact, dict[str, frozenset[str]]] = defaultdict(dict)
    for fact, feeds in (day.reported_by if reported is None else reported).items():
        dispatches[fact._replace(outcome="")][fact.outcome] = feeds
    hours: dict[SenderHour, HourBalance] = {}
    for dispatch, outcomes in dispatches.items():
        sender_hour = SenderHour(*dispatch[:4])
        is_named = any("sender" in feeds for feeds in outcomes.values())
        name = day.configuration_sets[dispatch.message_id] if is_named else NO_CONFIGURATION_SET
        _entity(hours.setdefault(sender_hour, HourBalance(sender_hour)), name, dispatch.recipient, outcomes)
    return sorted(hours.values(), key=lambda hour: hour.sender_hour)


def count_one(counts: Counts, first: str, second: str, third: str) -> None:
    """Add one to a cell."""
    cell = counts.setdefault(first, {}).setdefault(second, {})
    cell[third] = cell.get(third, 0) + 1


def _entity(hour: HourBalance, name: str, recipient: str, outcomes: Mapping[str, frozenset[str]]) -> None:
    provider = provider_of(recipient, frozenset(OWN_DOMAINS)).wire_name
    for outcome in outcomes:
        count_one(hour.counts, name, provider, outcome)
    kinds = {outcome.split("_")[0]: feeds for outcome, feeds in sorted(outcomes.items())}
    if "delayed" in kinds:
        ends = {"delivered": "then_delivered", "bounced": "then_bounced"}
        end = next((ends[kind] for kind in ends if kind in kinds), "still_open")
        count_one(hour.followed, name, provider, f"delayed_{end}")
    tried = [each for each in outcomes if each.split("_")[0] in _TRIED and not each.endswith("_list")]
    if tried and "sent" not in outcomes:
        count_one(hour.followed, name, provider, "outcome_without_send")
    for kind in _KINDS:
        feeds = frozenset[str]().union(
            *(reported for each, reported in outcomes.items() if each.startswith(kind))
        )
        if feeds:
            count_one(hour.coverage, name, kind, "both" if len(feeds) == 2 else f"{next(iter(feeds))}_only")
