"""How many accounts fit is computed as the rendered template has it, by bytes."""

import json
from typing import Any

import pytest

from ses_reputation.accounts.limits import ENVIRONMENT_BYTES, QUEUE_POLICY_BYTES, find_excess
from tests.support.stack_template import read_source, render_resource, render_stack

# The longest names that there are: a stack's has 128 characters, a queue's 80, a bucket's 63. A table's is
# made of the stack's, its own and twelve characters.
STACK_NAME = "s" * 128
LONGEST = {
    "<LedgerTable>": f"{STACK_NAME}-LedgerTable-{'0' * 13}",
    "<ReputationBucket>": "b" * 63,
    "<FeedbackQueue.Arn>": f"arn:aws:sqs:ap-southeast-4:111122223333:{'q' * 80}",
    "<FeedbackQueue>": f"https://sqs.ap-southeast-4.amazonaws.com/111122223333/{'q' * 80}",
}
FUNCTIONS = ("JournalFeedbackFunction", "ReadSesStatisticsFunction")


def ids(number: int) -> str:
    return ",".join(f"{each:012d}" for each in range(1, number + 1))


def domains(number: int) -> str:
    return ",".join(f"mail{each:03d}.orchard.example" for each in range(number))


def policy_bytes(**parameters: str) -> int:
    """The queue's policy as CloudFormation would send it."""
    policy: dict[str, Any] = render_resource("FeedbackQueuePolicy", "ap-southeast-4", **parameters)
    text = json.dumps(policy["PolicyDocument"], separators=(",", ":"))
    return len(text.replace("<FeedbackQueue.Arn>", LONGEST["<FeedbackQueue.Arn>"]))


def environment_bytes(function: str, **parameters: str) -> int:
    stack = render_stack(STACK_NAME, **parameters, ReadingRoleName="r" * 64, ExternalId="e" * 128)
    variables = stack.properties(function)["Environment"]["Variables"]
    return sum(len(name) + len(LONGEST.get(value, value)) for name, value in variables.items())


def most_accepted(**parameters: str) -> int:
    return max(n for n in range(300) if not find_excess({"DelegateAccounts": ids(n), **parameters}))


@pytest.mark.parametrize("regions", ["", "af-south-1", "af-south-1,ap-southeast-3,il-central-1"])
def test_more_accounts_than_the_queues_policy_holds_are_refused(regions: str) -> None:
    fitting = max(
        n for n in range(240, 300) if policy_bytes(DelegateAccounts=ids(n), OptInRegions=regions) <= 8_192
    )
    refused = find_excess({"DelegateAccounts": ids(fitting + 1), "OptInRegions": regions})

    assert QUEUE_POLICY_BYTES == 8_192
    assert refused.startswith(
        f"{fitting + 1} accounts besides the ledger's own: the policy of the ledger's queue"
    )
    assert "policy" not in find_excess({"DelegateAccounts": ids(fitting), "OptInRegions": regions})


@pytest.mark.parametrize(
    ("number_of_domains", "most"),
    # 4,096 bytes less 1,095 of other settings are 230 times 13; with domains, less 546 and 24 a domain: 90.
    [(0, 230), (50, 180), (100, 88)],
)
def test_as_many_accounts_are_accepted_as_fit_into_the_environments(
    number_of_domains: int, most: int
) -> None:
    own = domains(number_of_domains)
    needed = [
        environment_bytes(function, DelegateAccounts=ids(most), OwnDomains=own, EntryRetentionDays="400")
        for function in FUNCTIONS
    ]

    assert ENVIRONMENT_BYTES == 4_096
    assert most_accepted(OwnDomains=own) == most
    assert max(needed) <= 4_096 < max(needed) + 13


def test_what_does_not_fit_is_named_with_its_bytes() -> None:
    # 1,095 bytes of other settings, 1,299 and 1,702 of lists, and a comma.
    assert find_excess({"OwnerAccounts": ids(100), "DelegateAccounts": ids(131)}) == (
        "231 accounts besides the ledger's own: the environment of ReadSesStatisticsFunction may have 4,097 "
        "bytes, and Lambda takes 4,096. Set up a second ledger for some of them."
    )
    assert "Leave out domains" in find_excess({"DelegateAccounts": ids(98), "OwnDomains": domains(100)})
    assert find_excess({}) == ""


@pytest.mark.parametrize("role", ["AssessReputationRole", "ReadSesStatisticsRole"])
def test_roles_have_room_for_as_many_accounts_as_fit_elsewhere(role: str) -> None:
    """IAM takes 10,240 characters of inline policies a role, white space not counted (IAM quotas)."""
    stack = render_stack(
        STACK_NAME,
        DelegateAccounts=ids(230),
        Protection="enforce",
        ProtectionRoleName="p" * 64,
        ReadingRoleName="r" * 64,
    )
    text = json.dumps(
        [each["PolicyDocument"] for each in stack.properties(role)["Policies"]], separators=(",", ":")
    )

    assert len(text) <= 10_240


@pytest.mark.parametrize("name", ["OwnerAccounts", "DelegateAccounts", "OwnDomains"])
def test_a_list_that_cannot_fit_alone_is_refused_before_anything_is_made(name: str) -> None:
    parameter = read_source()["Parameters"][name]
    longest = parameter["MaxLength"]

    assert not find_excess({name: ids(longest // 13)} if name != "OwnDomains" else {name: "d" * longest})
    assert find_excess(
        {name: ids(longest // 13 + 2)} if name != "OwnDomains" else {name: "d" * (longest + 13)}
    )
    assert "docs/operations.md" in parameter["ConstraintDescription"]
