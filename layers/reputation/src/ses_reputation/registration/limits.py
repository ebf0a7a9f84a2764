"""How many accounts, domains and Regions a ledger's stack has room for, by fixed limits of AWS."""

from collections.abc import Iterator, Mapping

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
_STATISTICS_REST, _NAMES_IN_STATISTICS = 617, 7
_ASSESSMENT_REST, _NAMES_IN_ASSESSMENT = 620, 4
_POLICY_OF_AN_ACCOUNT = len('"arn:*:sns:*:111122223333:*",')
_POLICY_OF_A_REGION = len('"sns.') + len('.amazonaws.com",')
_LISTED = ("OwnerAccounts", "DelegateAccounts")
_WAYS_OUT = (
    "Register accounts of your organization without lists (OrganizationId), or set up a second ledger."
)
_IN_STATISTICS = ("ReadingRoleName", "ExternalId", "EventBusName")
_IN_ASSESSMENT = ("ProtectionRoleName", "ExternalId", "EventBusName", "AccountVolumeWindows")
# The ARN of the stack's own topic for alarms, which is counted with the rest, without the stack's name: 40
# letters before it, and `-AlarmTopic-` with 13 more after it.
_OWN_ALARM_TOPIC = 40 + 12 + 13


def find_excess(stack_name: str, parameters: Mapping[str, str]) -> str:
    """Return what a stack with these parameters has no room for, as sentences; "" where all fits.

    Where it does not fit, AWS refuses the stack only when it changes the queue or a function.
    """
    accounts = sum(len(_split(parameters.get(name, ""))) for name in _LISTED)
    return next(
        (
            f"{accounts} accounts besides the ledger's own: {each}"
            for each in _excesses(stack_name, parameters)
        ),
        "",
    )


def _excesses(stack_name: str, parameters: Mapping[str, str]) -> Iterator[str]:
    policy = _policy_bytes(parameters)
    if policy > QUEUE_POLICY_BYTES:
        yield (
            f"the policy of the ledger's queue may have {policy:,} bytes, and SQS takes "
            f"{QUEUE_POLICY_BYTES:,}. {_WAYS_OUT}"
        )
    lists = [parameters.get(name, "") for name in _LISTED]
    path = len("ACCOUNTS_PATH") + len(path_of(stack_name)) if parameters.get("OrganizationId") else 0
    # The first is the ledger's own account, to which the other owners are added after a comma.
    listed = sum(map(len, lists)) + bool(lists[0]) + path
    statistics = _STATISTICS_REST + _NAMES_IN_STATISTICS * len(stack_name) + listed
    statistics += sum(len(parameters.get(name, "")) for name in _IN_STATISTICS)
    statistics += max(0, len(parameters.get("AlarmTopicArn", "")) - _OWN_ALARM_TOPIC - len(stack_name))
    if statistics > ENVIRONMENT_BYTES:
        yield (
            f"the environment of ReadSesStatisticsFunction may have {statistics:,} bytes, and "
            f"Lambda takes {ENVIRONMENT_BYTES:,}. {_WAYS_OUT}"
        )
    journal = _JOURNAL_REST + _NAMES_IN_JOURNAL * len(stack_name) + listed
    journal += sum(len(parameters.get(name, "")) for name in ("OwnDomains", "TagDimensions"))
    if journal > ENVIRONMENT_BYTES:
        yield (
            f"with OwnDomains and TagDimensions, the environment of JournalFeedbackFunction may have "
            f"{journal:,} bytes, and Lambda takes {ENVIRONMENT_BYTES:,}. Leave out domains to which hardly "
            f"any mail goes. {_WAYS_OUT}"
        )
    yield from _excess_of_volumes(stack_name, parameters)


def _excess_of_volumes(stack_name: str, parameters: Mapping[str, str]) -> Iterator[str]:
    assessment = _ASSESSMENT_REST + _NAMES_IN_ASSESSMENT * len(stack_name)
    assessment += sum(len(parameters.get(name, "")) for name in _IN_ASSESSMENT)
    if assessment > ENVIRONMENT_BYTES:
        yield (
            f"with AccountVolumeWindows, the environment of AssessReputationFunction may have "
            f"{assessment:,} bytes, and Lambda takes {ENVIRONMENT_BYTES:,}. Leave out accounts whose window "
            "is near VolumeWindow."
        )


def _policy_bytes(parameters: Mapping[str, str]) -> int:
    """Return how long the queue's policy may become: a statement for lists, and one for an organization."""
    accounts = 1 + sum(len(_split(parameters.get(name, ""))) for name in _LISTED)
    regions = _split(parameters.get("OptInRegions", ""))
    named = sum(_POLICY_OF_A_REGION + len(region) for region in regions)
    listed = _POLICY_REST + _POLICY_OF_AN_ACCOUNT * accounts + named
    organization = parameters.get("OrganizationId", "")
    return listed + (_POLICY_OF_AN_ORGANIZATION + len(organization) + named if organization else 0)


def _split(listed: str) -> list[str]:
    return [each for each in listed.split(",") if each]
