"""What SNS, SQS and KMS say of the way from SES to the ledger's queue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicSubscription:
    """A subscription of a topic.

    arn: "" while it waits to be confirmed, and once it is deleted. owner: the account that subscribed, which
    alone changes it. is_deleted: whether SNS only lists it still. The rest is None where it could not be
    read: is_raw: whether the envelope is left out. filter_policy: JSON, "" where there is none; filter_scope:
    what it looks at, `MessageAttributes` where SNS names nothing.
    """

    endpoint: str
    arn: str
    owner: str
    is_pending: bool = False
    is_raw: bool | None = False
    filter_policy: str | None = ""
    filter_scope: str = "MessageAttributes"
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS topic. key: of KMS, as its attribute names it, "" where it is not encrypted.

    subscriptions: of the ledger's queue, None where they could not be read. dead_letter_queue: the ARN of the
    queue for what the ledger's did not take, by the topic's tag; only asked where none is confirmed.
    """

    arn: str
    policy: str
    key: str = ""
    subscriptions: tuple[TopicSubscription, ...] | None = ()
    dead_letter_queue: str = ""

    @property
    def region(self) -> str:
        """Its Region."""
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        """Its account."""
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True)
class Queue:
    """The ledger's queue. key: of KMS, "" where SQS encrypts with a key of its own, or not."""

    arn: str
    url: str
    policy: str
    key: str = ""

    @property
    def region(self) -> str:
        """Its Region."""
        return self.arn.split(":")[3]


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A KMS key. is_managed_by_aws: its policy can be changed by nobody. state: `Enabled`, or another."""

    arn: str
    is_managed_by_aws: bool
    state: str
    policy: str


def key_name(resource: str, key: str) -> str:
    """Return what a key is known by here: a topic or queue names it relative to its account and Region."""
    return f"{resource} uses {key}"
