"""Whom SES puts on an account's suppression list in the demo: those whose mail bounced hard."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from console.demo.traffic.expected_facts import InventedTraffic, Publication
from console.demo.traffic.probabilities import PERMANENT
from console.demo.traffic.senders import SIMULATOR

_HARD = {kind.outcome for _, kind in PERMANENT}


class Suppressed(NamedTuple):
    """A recipient, when its mail bounced (aware UTC), and what the bounce names."""

    recipient: str
    bounced_at: datetime
    message_id: str
    feedback_id: str


def suppressed_until(traffic: InventedTraffic, account: str, moment: datetime) -> list[Suppressed]:
    """Return whom an account's mail puts on its list before an aware time, each with the latest bounce."""
    found = (each for publication in traffic.publications for each in _bounced(publication, account))
    return list({each.recipient: each for each in sorted(found) if each.bounced_at < moment}.values())


def _bounced(publication: Publication, account: str) -> Iterator[Suppressed]:
    hard = [
        fact
        for fact in publication.facts
        if fact.outcome in _HARD
        and fact.sending_account == account
        and not fact.recipient.endswith(f"@{SIMULATOR}")
    ]
    if hard:
        bounce = json.loads(publication.message)["bounce"]
        bounced_at = datetime.fromisoformat(bounce["timestamp"])
        for fact in hard:
            yield Suppressed(fact.recipient, bounced_at, fact.message_id, bounce["feedbackId"])
