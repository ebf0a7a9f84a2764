"""Reads whether the ledger's queue is subscribed to the topics that an account's SES publishes to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ses_reputation.accounts.registry import Party, PartyRole, QueueSubscription, SubscriptionState
from ses_reputation.doctor.reading.asking import Asker, CallPace
from ses_reputation.doctor.reading.messaging import ConnectTo

_AT_ONCE = 100
"""Identities in one call: Amazon SES API reference, GetIdentityNotificationAttributes."""
_TOPICS = ("BounceTopic", "ComplaintTopic", "DeliveryTopic")


@dataclass(frozen=True, slots=True)
class SubscriptionReader:
    """Reads the topics of parties and their subscriptions. connect: see ConnectTo."""

    connect: ConnectTo
    queue_arn: str
    make_pace: Callable[[], CallPace]

    def read(self, party: Party) -> QueueSubscription:
        """Return how the queue is subscribed to a party's topics; the best of them counts. Raises nothing.

        Of an owner these are the topics of its identities and of its sets, of a delegate those of its sets.
        """
        asker = Asker(f"whoever reads account {party.account}", self.make_pace())
        topics = set(self._topics(asker, party))
        states = {state for topic in sorted(topics) for state in self._states(asker, topic)}
        if SubscriptionState.CONFIRMED in states:
            return QueueSubscription(SubscriptionState.CONFIRMED)
        if asker.unread:
            failed = asker.unread[0]
            reason = f"{failed.action} failed with {failed.error_code} ({failed.subject})"
            return QueueSubscription(SubscriptionState.UNREAD, reason)
        return QueueSubscription(SubscriptionState.PENDING if states else SubscriptionState.MISSING)

    def _topics(self, asker: Asker, party: Party) -> Iterator[str]:
        where = f"{party.account} in {party.region}"
        clients = asker.ask(
            "sts:AssumeRole",
            where,
            lambda: [self.connect(party.account, service, party.region) for service in ("sesv2", "ses")],
        )
        if clients is None:
            return
        sesv2, older = clients
        yield from _topics_of_sets(asker, sesv2, where)
        if party.role is PartyRole.OWNER:
            yield from _topics_of_identities(asker, sesv2, older, where)

    def _states(self, asker: Asker, topic: str) -> Iterator[SubscriptionState]:
        region, account = topic.split(":")[3:5]
        sns = asker.ask("sts:AssumeRole", topic, lambda: self.connect(account, "sns", region))
        if sns is None:
            return
        # A topic that is not there has no subscriptions either.
        call = partial(sns.list_subscriptions_by_topic, TopicArn=topic)
        listed = asker.ask_for_all("sns:ListSubscriptionsByTopic", topic, call, "Subscriptions")
        for each in listed or ():
            if each["Endpoint"] == self.queue_arn and each["SubscriptionArn"] != "Deleted":
                is_confirmed = each["SubscriptionArn"].startswith("arn:")
                yield SubscriptionState.CONFIRMED if is_confirmed else SubscriptionState.PENDING


def _topics_of_sets(asker: Asker, sesv2: Any, where: str) -> Iterator[str]:
    names = asker.ask_for_all(
        "ses:ListConfigurationSets", where, sesv2.list_configuration_sets, "ConfigurationSets"
    )
    for name in names or ():
        call = partial(sesv2.get_configuration_set_event_destinations, ConfigurationSetName=name)
        answer = asker.ask("ses:GetConfigurationSetEventDestinations", f"{name} of {where}", call)
        for each in (answer or {}).get("EventDestinations", ()):
            if topic := each.get("SnsDestination", {}).get("TopicArn"):
                yield topic


def _topics_of_identities(asker: Asker, sesv2: Any, ses: Any, where: str) -> Iterator[str]:
    listed = asker.ask_for_all(
        "ses:ListEmailIdentities", where, sesv2.list_email_identities, "EmailIdentities"
    )
    names = [each["IdentityName"] for each in listed or ()]
    for start in range(0, len(names), _AT_ONCE):
        call = partial(ses.get_identity_notification_attributes, Identities=names[start : start + _AT_ONCE])
        answer = asker.ask("ses:GetIdentityNotificationAttributes", where, call)
        for attributes in (answer or {}).get("NotificationAttributes", {}).values():
            yield from (attributes[kind] for kind in _TOPICS if attributes.get(kind))
