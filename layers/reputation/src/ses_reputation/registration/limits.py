"""How many accounts, domains and Regions a ledger's stack has room for, by fixed limits of AWS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ses_reputation.registration.store import path_of

QUEUE_POLICY_BYTES = 8_192
"""Amazon SQS developer guide, "Amazon SQS policy quotas"."""
ENVIRONMENT_BYTES = 4_096
"""Of all names and values of a function's environment (AWS Lambda developer guide, "Lambda quotas")."""
# What each holds besides, and how often the stack's name stands in it; the policy with the longest name.
_POLICY_REST = 382
# The statement for an organization's topics, without its id.
_POLICY_OF_AN_ORGANIZATION = 395
_JOURNAL_REST, _NAMES_IN_JOURNAL = 311, 2
_STATISTICS_REST, _NAMES_IN_STATISTICS = 631, 7
_ASSESSMENT_REST, _NAMES_IN_ASSESSMENT = 652, 4
_POLICY_OF_AN_ACCOUNT = len('"arn:*:sns:*:111122223333:*",')
_POLICY_OF_A_REGION = len('"sns.') + len('.amazonaws.com",')
_LISTED = ("OwnerAccounts", "DelegateAccounts")
_WAYS_OUT = (
    "Register accounts of your organization without lists (OrganizationId), or set up a second ledger."
)
_IN_STATISTICS = ("ReadingRoleName", "ExternalId", "EventBusName")
_IN_ASSESSMENT = (
    "ProtectionRoleName",
    "ExternalId",
    "EventBusName",
    "StatementBaseUrl",
    "AccountVolumeWindows",
)
# The ARN of the stack's own topic for alarms, which is counted with the rest, without the stack's name: 40
# letters before it, and `-AlarmTopic-` with 13 more after it.
_OWN_ALARM_TOPIC = 40 + 12 + 13
# The same of its topic for chats, `-ChatTopic-`, which it has only where chats are notified.
_CHAT_TOPIC = 40 + 11 + 13
# What is counted above: ARNs of this partition, in a Region of as many letters as the longest there.
_COUNTED_PARTITION, _COUNTED_REGION = "aws", len("ap-southeast-4")
# The longest that addresses end with is amazonaws.com.cn: botocore's partitions.json.
_LONGER_ADDRESS = len(".cn")


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """Where a ledger's stack is, and its name: all of that stands in its ARNs."""

    partition: str
    region: str
    stack_name: str

    @property
    def longer(self) -> int:
        """How many letters an ARN has more than what is counted."""
        partition = len(self.partition) - len(_COUNTED_PARTITION)
        return partition + max(0, len(self.region) - _COUNTED_REGION)

    @property
    def longer_address(self) -> int:
        """How many letters the address of a queue has more than what is counted, at most."""
        suffix = _LONGER_ADDRESS if self.partition != _COUNTED_PARTITION else 0
        return suffix + max(0, len(self.region) - _COUNTED_REGION)


def find_excess(place: LedgerPlace, parameters: Mapping[str, str]) -> str:
    """Return what a stack with these parameters has no room for, as sentences; "" where all fits.

    Where it does not fit, AWS refuses the stack only when it changes the queue or a function.
    """
    accounts = sum(len(_split(parameters.get(name, ""))) for name in _LISTED)
    return next(
        (f"{accounts} accounts besides the ledger's own: {each}" for each in _excesses(place, parameters)),
        "",
    )


def _excesses(place: LedgerPlace, parameters: Mapping[str, str]) -> Iterator[str]:
    policy = _policy_bytes(place, parameters)
    if policy > QUEUE_POLICY_BYTES:
        yield (
            f"the policy of the ledger's queue may have {policy:,} bytes, and SQS takes "
            f"{QUEUE_POLICY_BYTES:,}. {_WAYS_OUT}"
        )
    statistics = _statistics_bytes(place, parameters)
    if statistics > ENVIRONMENT_BYTES:
        yield (
            f"the environment of ReadSesStatisticsFunction may have {statistics:,} bytes, and "
            f"Lambda takes {ENVIRONMENT_BYTES:,}. {_WAYS_OUT}"
        )
    listed = _listed_bytes(place, parameters)
    journal = _JOURNAL_REST + _NAMES_IN_JOURNAL * len(place.stack_name) + listed
    journal += sum(len(parameters.get(name, "")) for name in ("OwnDomains", "TagDimensions"))
    if journal > ENVIRONMENT_BYTES:
        yield (
            f"with OwnDomains and TagDimensions, the environment of JournalFeedbackFunction may have "
            f"{journal:,} bytes, and Lambda takes {ENVIRONMENT_BYTES:,}. Leave out domains to which hardly "
            f"any mail goes. {_WAYS_OUT}"
        )
    yield from _excess_of_volumes(place, parameters)


def _listed_bytes(place: LedgerPlace, parameters: Mapping[str, str]) -> int:
    """Return how long the lists of accounts are in an environment, or the path that they are read from."""
    lists = [parameters.get(name, "") for name in _LISTED]
    path = len("ACCOUNTS_PATH") + len(path_of(place.stack_name)) if parameters.get("OrganizationId") else 0
    # The first is the ledger's own account, to which the other owners are added after a comma.
    return sum(map(len, lists)) + bool(lists[0]) + path


def _statistics_bytes(place: LedgerPlace, parameters: Mapping[str, str]) -> int:
    """Return how long an environment is with ARN and address of the queue, and ARNs of two topics."""
    own_topic = _OWN_ALARM_TOPIC + len(place.stack_name) + place.longer
    return (
        _STATISTICS_REST
        + _NAMES_IN_STATISTICS * len(place.stack_name)
        + 3 * place.longer
        + place.longer_address
        + _listed_bytes(place, parameters)
        + sum(len(parameters.get(name, "")) for name in _IN_STATISTICS)
        + max(0, len(parameters.get("AlarmTopicArn", "")) - own_topic)
        + _chat_bytes(place, parameters)
    )


def _chat_bytes(place: LedgerPlace, parameters: Mapping[str, str]) -> int:
    has_chat = parameters.get("ChatNotifications") == "true"
    return _CHAT_TOPIC + len(place.stack_name) + place.longer if has_chat else 0


def _excess_of_volumes(place: LedgerPlace, parameters: Mapping[str, str]) -> Iterator[str]:
    assessment = _ASSESSMENT_REST + _NAMES_IN_ASSESSMENT * len(place.stack_name) + place.longer
    assessment += sum(len(parameters.get(name, "")) for name in _IN_ASSESSMENT) + _chat_bytes(
        place, parameters
    )
    if assessment > ENVIRONMENT_BYTES:
        yield (
            f"with AccountVolumeWindows, the environment of AssessReputationFunction may have "
            f"{assessment:,} bytes, and Lambda takes {ENVIRONMENT_BYTES:,}. Leave out accounts whose window "
            "is near VolumeWindow."
        )


def _policy_bytes(place: LedgerPlace, parameters: Mapping[str, str]) -> int:
    """Return how long the queue's policy may become: a statement for lists, and one for an organization."""
    accounts = 1 + sum(len(_split(parameters.get(name, ""))) for name in _LISTED)
    regions = _split(parameters.get("OptInRegions", ""))
    named = sum(_POLICY_OF_A_REGION + len(region) for region in regions)
    listed = _POLICY_REST + place.longer + _POLICY_OF_AN_ACCOUNT * accounts + named
    organization = parameters.get("OrganizationId", "")
    if not organization:
        return listed
    return listed + _POLICY_OF_AN_ORGANIZATION + place.longer + len(organization) + named


def _split(listed: str) -> list[str]:
    return [each for each in listed.split(",") if each]
