"""How many accounts, domains and Regions a ledger's stack has room for, by fixed limits of AWS."""

from collections.abc import Iterator, Mapping

QUEUE_POLICY_BYTES = 8_192
"""Amazon SQS developer guide, "Amazon SQS policy quotas"."""
ENVIRONMENT_BYTES = 4_096
"""Of all names and values of a function's environment (AWS Lambda developer guide, "Lambda quotas")."""
# What each holds besides, and how often the stack's name stands in it; the policy with the longest name.
_POLICY_REST = 382
_JOURNAL_REST, _NAMES_IN_JOURNAL = 311, 2
_STATISTICS_REST, _NAMES_IN_STATISTICS = 617, 7
_POLICY_OF_AN_ACCOUNT = len('"arn:*:sns:*:111122223333:*",')
_POLICY_OF_A_REGION = len('"sns.') + len('.amazonaws.com",')
_LISTED = ("OwnerAccounts", "DelegateAccounts")
_IN_STATISTICS = ("ReadingRoleName", "ExternalId", "EventBusName")


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
    lists = [parameters.get(name, "") for name in _LISTED]
    regions = _split(parameters.get("OptInRegions", ""))
    policy = _POLICY_REST + _POLICY_OF_AN_ACCOUNT * (1 + sum(len(_split(each)) for each in lists))
    policy += sum(_POLICY_OF_A_REGION + len(region) for region in regions)
    if policy > QUEUE_POLICY_BYTES:
        yield (
            f"the policy of the ledger's queue may have {policy:,} bytes, and SQS takes "
            f"{QUEUE_POLICY_BYTES:,}. "
            "Set up a second ledger for some of them."
        )
    # The first is the ledger's own account, to which the other owners are added after a comma.
    listed = sum(map(len, lists)) + bool(lists[0])
    statistics = _STATISTICS_REST + _NAMES_IN_STATISTICS * len(stack_name) + listed
    statistics += sum(
        len(parameters.get(name, "")) for name in ("ReadingRoleName", "ExternalId", "EventBusName")
    )
    if statistics > ENVIRONMENT_BYTES:
        yield (
            f"the environment of ReadSesStatisticsFunction may have {statistics:,} bytes, and "
            f"Lambda takes {ENVIRONMENT_BYTES:,}. Set up a second ledger for some of them."
        )
    journal = _JOURNAL_REST + _NAMES_IN_JOURNAL * len(stack_name) + listed
    journal += sum(len(parameters.get(name, "")) for name in ("OwnDomains", "TagDimensions"))
    if journal > ENVIRONMENT_BYTES:
        yield (
            f"with OwnDomains and TagDimensions, the environment of JournalFeedbackFunction may have "
            f"{journal:,} bytes, and Lambda takes {ENVIRONMENT_BYTES:,}. Leave out domains to which hardly "
            "any mail goes, or set up a second ledger for some of the accounts."
        )


def _split(listed: str) -> list[str]:
    return [each for each in listed.split(",") if each]
