"""The fate of a message that its function is done with, seen from the traces that it left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from console.local_aws.ministack.consumed_record import ConsumedMessage
from console.local_stack.journaled_facts import JournaledFacts
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.feedback.set_aside import Ignored, SubscriptionRequest


class Fate(NamedTuple):
    """How a message ended: `ending` is "journaled", "ignored" (of a kind) or "quarantined" (for a reason)."""

    ending: str
    kind: str = ""


# What SNS refuses to confirm is quarantined.
_CONFIRMED = Fate("ignored", "subscription_confirmation")


@dataclass(frozen=True, slots=True)
class Traces:
    """What messages left behind: objects in quarantine (reasons by queue message id) and facts on pages.

    An ignored message leaves nothing: it is known by its body, read with the function's own settings.
    """

    quarantined: Mapping[str, str]
    journal: JournaledFacts
    registry: Registry
    own_domains: frozenset[str]

    def fate_of(self, message: ConsumedMessage) -> Fate | None:
        """How a message ended; None where a fact of it is in no page, or its object not in quarantine."""
        reason = self.quarantined.get(message.message_id)
        if reason:
            return Fate("quarantined", reason)
        reading = read_wire(message.body, self.registry, self.own_domains)
        if isinstance(reading, Observed):
            return Fate("journaled") if self.journal.hold(reading) else None
        if isinstance(reading, Ignored):
            return Fate("ignored", reading.kind)
        return _CONFIRMED if isinstance(reading, SubscriptionRequest) else None


def reasons_by_message(quarantine_keys: Iterable[str]) -> dict[str, str]:
    """The reason of each quarantined message, by its queue message id, from the objects' keys."""
    parts = (key.split("/") for key in quarantine_keys)
    return {name.removesuffix(".json"): reason for _, reason, _, name in parts}
