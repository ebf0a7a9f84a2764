"""A sound setup as the templates make it: an owner, two delegates and a ledger, each with its stack.

Stacks take seconds, so there is one setup for many breaks: what a break changed is put back from a copy.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.account_stack import AccountStack
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.sound_setup import IDENTITY, REGION, SoundSetup
from tests.support.waiting import await_that

OWNER, COURIER, HARBOR, LEDGER = "111111111111", "222222222222", "333333333333", "444444444444"
_QUEUE = ("Policy", "KmsMasterKeyId", "SqsManagedSseEnabled")
_TOPIC = ("Policy", "KmsMasterKeyId")
_SUBSCRIPTION = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")


@dataclass(frozen=True, slots=True)
class DeployedSetup(SoundSetup):
    """Stacks of four accounts. topics: the topic of each account's stack, by account."""

    topics: Mapping[str, str]

    def topic(self, account: str, region: str = REGION) -> str:
        """The topic of an account's stack; in other Regions, that which a test makes."""
        return self.topics[account] if region == REGION else SoundSetup.topic(self, account, region)


@dataclass(frozen=True, slots=True)
class SavedSetup:
    """A copy of all that a break may change: all of SES, the topics with their subscription, the queue."""

    setup: DeployedSetup
    ses: Any
    topics: Mapping[str, Mapping[str, str]]
    tags: Mapping[str, list[dict[str, str]]]
    subscriptions: Mapping[str, Mapping[str, str]]
    queue: Mapping[str, str]

    @classmethod
    def of(cls, setup: DeployedSetup) -> "SavedSetup":
        """Copy a setup."""
        return cls(
            setup,
            setup.ses.copy_accounts(),
            {account: _topic(setup, account) for account in setup.topics},
            {account: _tags(setup, account) for account in setup.topics},
            {account: _subscription(setup, account) for account in setup.topics},
            _queue(setup),
        )

    @property
    def set_aside(self) -> dict[str, Any]:
        """Where SNS puts what the ledger's queue does not take, by account."""
        subscribed = self.subscriptions.items()
        return {account: json.loads(each.get("RedrivePolicy") or "{}") for account, each in subscribed}

    def put_back(self) -> None:
        """Give the setup back what it had. Topics, keys and queues that a break added stay, for nobody."""
        if _queue(self.setup) != self.queue:
            self.setup.set_queue(**self.queue)
        for account, topic in self.setup.topics.items():
            sns = self.setup.client(account, "sns")
            sns.create_topic(Name=topic.rpartition(":")[2])
            _set_topic(sns, topic, self.topics[account], _topic(self.setup, account))
            sns.tag_resource(ResourceArn=topic, Tags=self.tags[account])
            if _subscription(self.setup, account) != self.subscriptions[account]:
                self._subscribe_again(account)
        self.setup.ses.put_accounts_back(self.ses)

    def _subscribe_again(self, account: str) -> None:
        """Subscribe as the account's template does, and wait until the ledger has confirmed it."""
        sns, topic = self.setup.client(account, "sns"), self.setup.topics[account]
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            if each["SubscriptionArn"].startswith("arn:"):
                sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
        attributes = {name: value for name, value in self.subscriptions[account].items() if value}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.setup.queue_arn, Attributes=attributes)
        await_confirmations(self.setup)


@contextmanager
def deploy_setup() -> Iterator[DeployedSetup]:
    """Deploy the four stacks on a local AWS of their own, each as `accounts add` says."""
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(account_id=LEDGER, region=REGION, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        yield _deploy(aws, ses)


def _deploy(aws: LocalAws, ses: SesStandIn) -> DeployedSetup:
    registered = {"OwnerAccounts": OWNER, "DelegateAccounts": f"{COURIER},{HARBOR}"}
    ledger = deploy_template(aws, PARAMETERS | registered)
    queue = ledger.outputs["FeedbackQueueArn"]
    topics = {LEDGER: ledger.outputs["FeedbackTopicArn"]}
    own: dict[str, tuple[str, dict[str, str]]] = {
        COURIER: (
            "delegate-sender",
            {
                "TransactionalSetName": "mail",
                "TransactionalPoolName": "mail-pool",
                "OwnIdentities": "courier.example",
            },
        ),
        HARBOR: ("delegate-sender", {"TransactionalSetName": "mail"}),
        OWNER: ("identity-owner", {"Identities": IDENTITY, "Delegates": f"{COURIER},{HARBOR}"}),
    }
    for account, identity in ((OWNER, IDENTITY), (COURIER, "courier.example")):
        aws.clients(account).connect("sesv2").create_email_identity(EmailIdentity=identity)
        ses.open_account(account, REGION).identities[identity].is_verified = True
    for account, (template, parameters) in own.items():
        outputs = AccountStack(aws, account, template).create(FeedbackQueueArn=queue, **parameters)
        topics[account] = outputs["FeedbackTopicArn"]
    url = ledger.resources["FeedbackQueue"]
    setup = DeployedSetup(aws, ses, OWNER, COURIER, HARBOR, LEDGER, url, queue, topics)
    await_confirmations(setup)
    return setup


def await_confirmations(setup: DeployedSetup) -> None:
    """Wait until the ledger has confirmed the subscription of every topic."""

    def are_confirmed() -> bool:
        return all(setup.subscription(account).startswith("arn:") for account in setup.topics)

    await_that(are_confirmed, "the ledger confirmed the subscriptions")


def _topic(setup: DeployedSetup, account: str) -> dict[str, str]:
    topic = setup.topics[account]
    found = setup.client(account, "sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    return {name: found.get(name, "") for name in _TOPIC}


def _tags(setup: DeployedSetup, account: str) -> list[dict[str, str]]:
    """Return the tags that the template gives the topic; those that begin with `aws:` nobody may set."""
    tags = setup.client(account, "sns").list_tags_for_resource(ResourceArn=setup.topics[account])["Tags"]
    return [each for each in tags if not each["Key"].startswith("aws:")]


def _set_topic(sns: Any, topic: str, wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    for name in (name for name in wanted if wanted[name] != found[name]):
        sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=wanted[name])


def _subscription(setup: DeployedSetup, account: str) -> dict[str, str]:
    """Return the attributes of the queue's confirmed subscription; {} where there is none."""
    sns = setup.client(account, "sns")
    listed = sns.list_subscriptions_by_topic(TopicArn=setup.topics[account])["Subscriptions"]
    arns = [each["SubscriptionArn"] for each in listed if each["SubscriptionArn"].startswith("arn:")]
    if not arns:
        return {}
    found = sns.get_subscription_attributes(SubscriptionArn=arns[0])["Attributes"]
    return {name: found.get(name, "") for name in _SUBSCRIPTION}


def _queue(setup: DeployedSetup) -> dict[str, str]:
    sqs = setup.client(setup.ledger, "sqs")
    found = sqs.get_queue_attributes(QueueUrl=setup.queue_url, AttributeNames=["All"])["Attributes"]
    return {name: found.get(name, "") for name in _QUEUE}
