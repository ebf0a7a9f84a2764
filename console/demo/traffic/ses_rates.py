"""The bounce rate that SES publishes of an account in the demo: hard bounces of all that it has sent."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from console.demo.traffic.expected_facts import InventedTraffic
from console.demo.traffic.probabilities import PERMANENT
from console.demo.traffic.senders import SIMULATOR

_HARD = {kind.outcome for _, kind in PERMANENT}


def bounce_rates(
    traffic: InventedTraffic, account: str, moments: Sequence[datetime]
) -> dict[datetime, float]:
    """Return the rate, a fraction of 1, at each of some aware whole hours before which anything was sent."""
    sent, bounced = Counter[str](), Counter[str]()
    for fact in traffic.facts:
        if fact.sending_account == account and not fact.recipient.endswith(f"@{SIMULATOR}"):
            sent[fact.send_hour] += fact.outcome == "sent"
            bounced[fact.send_hour] += fact.outcome in _HARD
    before = {moment: f"{moment.astimezone(UTC):%Y-%m-%dT%H}" for moment in moments}
    sums = {moment: (_sum(bounced, hour), _sum(sent, hour)) for moment, hour in before.items()}
    return {moment: events / sends for moment, (events, sends) in sums.items() if sends}


def _sum(counts: Counter[str], hour: str) -> int:
    return sum(number for each, number in counts.items() if each < hour)
