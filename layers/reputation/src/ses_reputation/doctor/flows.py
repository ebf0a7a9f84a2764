"""The ways that feedback takes from SES to the ledger: what each passes, so that a break is known by what it
cuts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ses_reputation.doctor.facts.sending import Destination, IdentityFacts, Place
from ses_reputation.doctor.facts.setup import Setup

EVENT_NAMES: Mapping[str, str] = {
    "SEND": "Send",
    "REJECT": "Reject",
    "BOUNCE": "Bounce",
    "COMPLAINT": "Complaint",
    "DELIVERY": "Delivery",
    "RENDERING_FAILURE": "Rendering Failure",
    "DELIVERY_DELAY": "DeliveryDelay",
}
"""The events that the ledger reads, as an event destination calls them and as the notification does."""
NOTIFICATION_TYPES = ("Bounce", "Complaint", "Delivery")


@dataclass(frozen=True, slots=True)
class Flow:
    """What one source publishes to one topic.

    source: the ARN of an identity or a configuration set. kinds: names of the events. type_key: the field of
    the notification that holds them. links: what the flow passes, from SES to the queue. last_reported: the
    newest UTC hour or day of sending of which the ledger has anything by it, "" where that is unknown.
    """

    source: str
    account: str
    title: str
    topic: str
    type_key: str
    kinds: tuple[str, ...]
    links: tuple[str, ...]
    last_reported: str = ""

    @property
    def publishing(self) -> str:
        """The link from the source to the topic."""
        return self.links[0]

    @property
    def consequence(self) -> str:
        """What follows when it is cut."""
        lost = f"The ledger gets no {in_words(self.kinds)} of {self.title}."
        return f"{lost} {since(self.last_reported)}".rstrip()


def flows_of(setup: Setup) -> list[Flow]:
    """Return every flow: of identities to their topics, of configuration sets to those of destinations."""
    flows: list[Flow] = []
    for place in setup.places:
        for identity in place.identities:
            flows += _of_identity(setup, place, identity)
        for each in place.sets:
            for destination in each.destinations or ():
                flows += _of_destination(setup, place, each.name, destination)
    return flows


def flows_by_topic(setup: Setup) -> dict[str, list[Flow]]:
    """Return the flows to each topic."""
    by_topic: dict[str, list[Flow]] = {}
    for flow in flows_of(setup):
        by_topic.setdefault(flow.topic, []).append(flow)
    return by_topic


def publishing_link(source: str, topic: str) -> str:
    """Return the link from an identity, or a set's event destination, to a topic."""
    return f"{source} -> {topic}"


def delivery_link(topic: str, queue: str) -> str:
    """Return the link from a topic to the queue."""
    return f"{topic} -> {queue}"


def in_words(names: tuple[str, ...] | list[str]) -> str:
    """Return a list as people write it: `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def since(last_reported: str) -> str:
    """Return from when feedback may be missing, "" where it is unknown: AWS itself never says it.

    last_reported: a UTC hour or day of sending, as Flow has it.
    """
    if not last_reported:
        return ""
    day, _, hour = last_reported.partition("T")
    sent = f"{day} {hour}:00 UTC" if hour else day
    return f"The last report of it that the ledger has is of mail sent on {sent}."


def _of_identity(setup: Setup, place: Place, identity: IdentityFacts) -> Iterator[Flow]:
    arn = place.identity_arn(identity.name)
    topics = identity.topics or {}
    for topic in dict.fromkeys(topics.values()):
        kinds = tuple(kind for kind in NOTIFICATION_TYPES if topics.get(kind) == topic)
        title = f"{identity.name} in {place.region} (the owner's feed)"
        links = (
            publishing_link(arn, topic),
            topic,
            delivery_link(topic, setup.queue_arn),
            setup.queue_arn,
        )
        last = setup.last_of_identity(place.region, identity.name)
        yield Flow(arn, place.account, title, topic, "notificationType", kinds, links, last)


def _of_destination(setup: Setup, place: Place, name: str, destination: Destination) -> Iterator[Flow]:
    kinds = tuple(EVENT_NAMES[each] for each in EVENT_NAMES if each in destination.event_types)
    if not destination.topic or not kinds:
        return
    arn, topic = place.set_arn(name), destination.topic
    title = f"configuration set {name} of account {place.account} in {place.region} (the sender's feed)"
    links = (
        publishing_link(f"{arn}/{destination.name}", topic),
        topic,
        delivery_link(topic, setup.queue_arn),
        setup.queue_arn,
    )
    last = setup.last_of_set(place.account, place.region, name)
    yield Flow(arn, place.account, title, topic, "eventType", kinds, links, last)
