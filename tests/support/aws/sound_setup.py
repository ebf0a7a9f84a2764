"""A sound setup on the local AWS: an owner, two delegates and a ledger, wired as the templates wire them.

The accounts are new for each setup, so that one may be broken beside another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from console.local_aws.emulator import LocalAws
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.doctor.facts.setup import SeenSender, Setup
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.doctor.reading.setup import SetupReader

REGION = "eu-west-1"
OTHER_REGION = "us-east-1"
OPT_IN_REGION = "af-south-1"
IDENTITY = "orchard.example"
ALL_TYPES = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "RENDERING_FAILURE", "DELIVERY_DELAY")
KINDS = ("Bounce", "Complaint", "Delivery")
DESTINATION = "ses-reputation"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class SoundSetup:
    """The accounts, and clients of each. `queue_url` and `queue_arn` are of the ledger's queue."""

    aws: LocalAws
    ses: SesStandIn
    owner: str
    courier: str
    harbor: str
    ledger: str
    queue_url: str
    queue_arn: str

    @property
    def accounts(self) -> tuple[str, ...]:
        """All four accounts."""
        return self.owner, self.courier, self.harbor, self.ledger

    def client(self, account: str, service: str, region: str = REGION) -> Any:
        """A client that acts as root of an account."""
        return self.aws.clients(account).connect(service, region_name=region)

    def topic(self, account: str, region: str = REGION) -> str:
        """The ARN of an account's feedback topic."""
        return f"arn:aws:sns:{region}:{account}:feedback"

    def identity_arn(self, account: str, name: str, region: str = REGION) -> str:
        """The ARN of an identity."""
        return f"arn:aws:ses:{region}:{account}:identity/{name}"

    def set_arn(self, account: str, name: str = "mail", region: str = REGION) -> str:
        """The ARN of a configuration set."""
        return f"arn:aws:ses:{region}:{account}:configuration-set/{name}"

    def subscription(self, account: str) -> str:
        """The ARN of the queue's subscription to an account's topic."""
        listed = self.client(account, "sns").list_subscriptions_by_topic(TopicArn=self.topic(account))
        return str(listed["Subscriptions"][0]["SubscriptionArn"])

    def set_topic_policy(self, account: str, *statements: Mapping[str, Any], region: str = REGION) -> None:
        """Replace the policy of an account's topic."""
        self.client(account, "sns", region).set_topic_attributes(
            TopicArn=self.topic(account, region), AttributeName="Policy", AttributeValue=policy(*statements)
        )

    def set_queue(self, **attributes: str) -> None:
        """Change attributes of the ledger's queue."""
        self.client(self.ledger, "sqs").set_queue_attributes(QueueUrl=self.queue_url, Attributes=attributes)

    def make_topic(self, account: str, source: str, region: str = REGION) -> str:
        """Make an account's topic, open to SES for its identities or sets (`source`) and to the ledger."""
        arn = self.client(account, "sns", region).create_topic(Name="feedback")["TopicArn"]
        pattern = f"arn:aws:ses:{region}:{account}:{source}/*"
        subscribing = {
            "Sid": "LedgerSubscribes",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{self.ledger}:root"},
            "Action": "sns:Subscribe",
            "Resource": arn,
        }
        self.set_topic_policy(account, ses_publishes(arn, pattern), subscribing, region=region)
        self.client(self.ledger, "sns", region).subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint=self.queue_arn
        )
        return str(arn)

    def make_set(self, account: str, name: str, topic: str, region: str = REGION) -> None:
        """Make a configuration set that publishes everything to a topic."""
        ses = self.client(account, "sesv2", region)
        ses.create_configuration_set(ConfigurationSetName=name)
        ses.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName=DESTINATION,
            EventDestination=destination(topic),
        )

    def make_identity(self, account: str, name: str, topic: str, region: str = REGION) -> None:
        """Verify an identity and set its topics; forwarding is off, as all is published."""
        self.client(account, "sesv2", region).create_email_identity(EmailIdentity=name)
        self.ses.open_account(account, region).identities[name].is_verified = True
        ses = self.client(account, "ses", region)
        for kind in KINDS:
            ses.set_identity_notification_topic(Identity=name, NotificationType=kind, SnsTopic=topic)
        ses.set_identity_feedback_forwarding_enabled(Identity=name, ForwardingEnabled=False)

    def allow(self, delegate: str, *statements: Mapping[str, Any]) -> None:
        """Replace what the owner's identity allows a delegate."""
        text = policy(*(statements or [sending(self.identity_arn(self.owner, IDENTITY), delegate)]))
        ses = self.client(self.owner, "ses")
        ses.put_identity_policy(Identity=IDENTITY, PolicyName=policy_of(delegate), Policy=text)

    def read(self, *more: tuple[str, str], senders: Iterable[SeenSender] = (), connect: Any = None) -> Setup:
        """Read the setup as the doctor does, without pauses; `more` are further accounts and Regions."""
        reader = SetupReader(
            self.scope(*more), connect or self.client, lambda: CallPace(lambda _seconds: None, 0.0)
        )
        return reader.read(datetime.now(UTC), senders)

    def scope(self, *more: tuple[str, str]) -> SetupScope:
        """What the doctor reads."""
        return SetupScope(
            ledger_account=self.ledger,
            owners=frozenset({self.owner, self.ledger}),
            delegates=frozenset({self.courier, self.harbor}),
            places=(*((account, REGION) for account in self.accounts), *more),
            queue_arn=self.queue_arn,
            queue_url=self.queue_url,
            role="ses-reputation-reading",
        )


def build(aws: LocalAws, ses: SesStandIn) -> SoundSetup:
    """Make a sound setup in four accounts that nothing else uses."""
    number = next(_numbers)
    owner, courier, harbor, ledger = (f"{digit}{number:05d}{digit * 6}" for digit in "1234")
    sqs = aws.clients(ledger).connect("sqs", region_name=REGION)
    url = sqs.create_queue(QueueName="feedback")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ledger}:feedback"
    setup = SoundSetup(aws, ses, owner, courier, harbor, ledger, url, arn)
    setup.set_queue(Policy=policy(topics_deliver(setup)))
    setup.make_identity(setup.owner, IDENTITY, setup.make_topic(setup.owner, "identity"))
    for delegate in (setup.courier, setup.harbor):
        setup.allow(delegate)
        setup.make_set(delegate, "mail", setup.make_topic(delegate, "configuration-set"))
    _give_courier_its_own(setup)
    return setup


def _give_courier_its_own(setup: SoundSetup) -> None:
    """A domain with a default set, and a managed pool behind the set."""
    ses = setup.client(setup.courier, "sesv2")
    ses.create_email_identity(EmailIdentity="courier.example", ConfigurationSetName="mail")
    setup.ses.open_account(setup.courier, REGION).identities["courier.example"].is_verified = True
    ses.create_dedicated_ip_pool(PoolName="mail-pool", ScalingMode="MANAGED")
    ses.put_configuration_set_delivery_options(ConfigurationSetName="mail", SendingPoolName="mail-pool")


def policy_of(delegate: str) -> str:
    """The name of the policy that the owner's template gives a delegate."""
    return f"ses-reputation-{delegate}"


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy's JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def ses_publishes(topic: str, source: str, operator: str = "ArnLike") -> dict[str, Any]:
    """The statement that lets SES publish for an account's sources."""
    return {
        "Sid": "SesMayPublish",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": topic.split(":")[4]},
            operator: {"aws:SourceArn": source},
        },
    }


def topics_deliver(setup: SoundSetup, *accounts: str) -> dict[str, Any]:
    """The statement that lets topics of accounts deliver to the queue."""
    patterns = [f"arn:*:sns:*:{account}:*" for account in accounts or setup.accounts]
    return {
        "Sid": "TopicsOfRegisteredAccountsSend",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": setup.queue_arn,
        "Condition": {"ArnLike": {"aws:SourceArn": patterns}},
    }


def sending(identity: str, delegate: str, *actions: str, **fields: Any) -> dict[str, Any]:
    """The statement that lets a delegate send with an identity."""
    return {
        "Sid": "Delegate",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{delegate}:root"},
        "Action": list(actions or ("ses:SendEmail", "ses:SendRawEmail")),
        "Resource": identity,
        **fields,
    }


def destination(topic: str, *types: str, is_enabled: bool = True) -> Any:
    """An event destination of these types (default: all) to a topic."""
    return {
        "Enabled": is_enabled,
        "MatchingEventTypes": list(types or ALL_TYPES),
        "SnsDestination": {"TopicArn": topic},
    }
