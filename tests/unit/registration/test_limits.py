"""How many accounts fit is computed as the rendered template has it, by bytes."""

import json
from typing import Any

import botocore.session
import pytest

from ses_reputation.registration.limits import (
    ENVIRONMENT_BYTES,
    QUEUE_POLICY_BYTES,
    LedgerPlace,
    find_excess,
)
from tests.support.stack_template import read_source, render_resource, render_stack

NAME = "ses-reputation"
READING, EXTERNAL_ID = f"{NAME}-reading", "e" * 32
OTHERS = {"ReadingRoleName": READING, "ExternalId": EXTERNAL_ID}


def physical(stack: str, logical: str) -> str:
    """A name as CloudFormation makes it: of the stack's and its own, with twelve or thirteen characters."""
    return f"{stack}-{logical}-{'0' * 13}"


def longest_regions() -> dict[str, tuple[str, str]]:
    """Of each partition that botocore knows, the Region with the longest name and what addresses end with."""
    session = botocore.session.Session()
    partitions = session.get_component("data_loader").load_data("partitions")["partitions"]
    return {
        each["id"]: (
            max(session.get_available_regions("sqs", each["id"]), key=len),
            each["outputs"]["dnsSuffix"],
        )
        for each in partitions
    }


PLACES = longest_regions()


def names(stack: str, partition: str = "aws") -> dict[str, str]:
    """What references become. A queue's name has 80 characters at most, a bucket's 63."""
    queue, (region, suffix) = physical(stack, "FeedbackQueue")[:80], PLACES[partition]
    return {
        "<LedgerTable>": physical(stack, "LedgerTable"),
        "<ReputationBucket>": "b" * 63,
        "<FeedbackQueue.Arn>": f"arn:{partition}:sqs:{region}:111122223333:{queue}",
        "<FeedbackQueue>": f"https://sqs.{region}.{suffix}/111122223333/{queue}",
        "<AlertTopic>": f"arn:{partition}:sns:{region}:111122223333:{physical(stack, 'AlertTopic')}",
        "<ChatTopic>": f"arn:{partition}:sns:{region}:111122223333:{physical(stack, 'ChatTopic')}",
        "<AlarmTopic>": f"arn:{partition}:sns:{region}:111122223333:{physical(stack, 'AlarmTopic')}",
    }


def in_aws(stack: str) -> LedgerPlace:
    return LedgerPlace("aws", "ap-southeast-4", stack)


FUNCTIONS = ("JournalFeedbackFunction", "ReadSesStatisticsFunction")


def ids(number: int) -> str:
    return ",".join(f"{each:012d}" for each in range(1, number + 1))


def domains(number: int) -> str:
    return ",".join(f"mail{each:03d}.orchard.example" for each in range(number))


def policy_bytes(partition: str = "aws", **parameters: str) -> int:
    """The queue's policy as CloudFormation would send it."""
    # In the partition with opt-in Regions one of them, which the policy names.
    region = "ap-southeast-4" if partition == "aws" else PLACES[partition][0]
    policy: dict[str, Any] = render_resource("FeedbackQueuePolicy", region, **parameters)
    text = json.dumps(policy["PolicyDocument"], separators=(",", ":"))
    return len(text.replace("<FeedbackQueue.Arn>", names("s" * 128, partition)["<FeedbackQueue.Arn>"]))


def environment_bytes(function: str, stack: str = NAME, partition: str = "aws", **parameters: str) -> int:
    rendered = render_stack(stack, **OTHERS, **parameters)
    variables = rendered.properties(function)["Environment"]["Variables"]
    known = names(stack, partition)
    return sum(len(name) + len(known.get(value, value)) for name, value in variables.items())


def excess(**parameters: str) -> str:
    return find_excess(in_aws(NAME), OTHERS | {"EventBusName": "default"} | parameters)


def most_accepted(**parameters: str) -> int:
    return max(n for n in range(300) if not excess(DelegateAccounts=ids(n), **parameters))


@pytest.mark.parametrize("regions", ["", "af-south-1", "af-south-1,ap-southeast-3,il-central-1"])
def test_more_accounts_than_the_queues_policy_holds_are_refused(regions: str) -> None:
    fitting = max(
        n for n in range(240, 300) if policy_bytes(DelegateAccounts=ids(n), OptInRegions=regions) <= 8_192
    )
    refused = excess(DelegateAccounts=ids(fitting + 1), OptInRegions=regions)

    assert QUEUE_POLICY_BYTES == 8_192
    assert f"{fitting + 1} accounts besides the ledger's own: the policy of the ledger's queue" in refused
    assert "policy" not in excess(DelegateAccounts=ids(fitting), OptInRegions=regions)


@pytest.mark.parametrize(
    ("number_of_domains", "most"),
    # 4,096 bytes less 790 of other settings are 254 times 13; with domains, less 339 and 24 for each.
    [(0, 254), (50, 196), (100, 104)],
)
def test_as_many_accounts_are_accepted_as_fit_into_the_environments(
    number_of_domains: int, most: int
) -> None:
    own = domains(number_of_domains)
    needed = [environment_bytes(each, DelegateAccounts=ids(most), OwnDomains=own) for each in FUNCTIONS]

    assert ENVIRONMENT_BYTES == 4_096
    assert most_accepted(OwnDomains=own) == most
    assert max(needed) <= 4_096 < max(needed) + 2 * 13


@pytest.mark.parametrize("chat", ["false", "true"])
@pytest.mark.parametrize("length", [1, 40, 128])
def test_a_stack_of_any_name_has_room_for_what_is_accepted(length: int, chat: str) -> None:
    stack, given = "s" * length, {"ChatNotifications": chat}
    most = max(
        n
        for n in range(300)
        if not find_excess(in_aws(stack), {**OTHERS, **given, "DelegateAccounts": ids(n)})
    )

    needed = [environment_bytes(each, stack, DelegateAccounts=ids(most), **given) for each in FUNCTIONS]
    assert max(needed) <= 4_096


def test_a_topic_for_chats_is_counted_where_there_is_one() -> None:
    """`arn:aws:sns:ap-southeast-4:111122223333:ses-reputation-ChatTopic-` and 13 more: 78 of 3,306 bytes."""
    assert most_accepted(ChatNotifications="true") == 248


ORGANIZATION = "o-" + "a" * 32


@pytest.mark.parametrize("length", [1, 256])
def test_a_topic_for_alarms_of_any_name_is_counted(length: int) -> None:
    topic = f"arn:aws:sns:ap-southeast-4:111122223333:{'t' * length}"
    given = {"AlarmTopicArn": topic, "EventBusName": "default"}
    most = max(
        n
        for n in range(300)
        if not find_excess(in_aws(NAME), {**OTHERS, **given, "DelegateAccounts": ids(n)})
    )

    needed = environment_bytes("ReadSesStatisticsFunction", DelegateAccounts=ids(most), **given)
    assert needed <= 4_096
    # The longest has 296 characters in place of 79 of the stack's own: 3,306 bytes less 217, and 13 each.
    assert most == (254 if length == 1 else 237)


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("given", [{}, {"OrganizationId": ORGANIZATION}], ids=["lists", "organization"])
def test_a_stack_in_any_partition_has_room_for_what_is_accepted(
    partition: str, given: dict[str, str]
) -> None:
    place = LedgerPlace(partition, PLACES[partition][0], NAME)
    reading = {**OTHERS, **given, "EventBusName": "default"}
    # Room for the policy alone, without what takes more of an environment.
    listing = {"EventBusName": "default", **given}
    most = max(n for n in range(300) if not find_excess(place, {**reading, "DelegateAccounts": ids(n)}))
    needed = environment_bytes(
        "ReadSesStatisticsFunction", partition=partition, DelegateAccounts=ids(most), **given
    )
    refused = next(
        n
        for n in range(240, 300)
        if "policy" in find_excess(place, {**listing, "DelegateAccounts": ids(n)}).split(". ")[0]
    )

    region, suffix = PLACES[partition]
    # Three ARNs and an address are counted with 14 letters of a Region, the address with the longest ending.
    spare = 4 * max(0, 14 - len(region)) + len("amazonaws.com.cn") - len(suffix)
    assert 4_096 - 2 * 13 - spare < needed <= 4_096
    assert policy_bytes(partition, DelegateAccounts=ids(refused - 1), **given) <= 8_192


def test_longer_arns_leave_room_for_fewer_accounts_in_govcloud() -> None:
    """Three ARNs of `aws-us-gov` are 21 letters longer, and an address may be three: of 254 accounts, two."""
    reading = {**OTHERS, "EventBusName": "default"}
    gov = LedgerPlace("aws-us-gov", "us-gov-west-1", NAME)

    assert max(n for n in range(300) if not find_excess(gov, {**reading, "DelegateAccounts": ids(n)})) == 252


def test_accounts_of_an_organization_take_no_room_and_the_organization_some() -> None:
    regions = "af-south-1,ap-southeast-3"
    listed = max(
        n
        for n in range(220, 300)
        if policy_bytes(DelegateAccounts=ids(n), OptInRegions=regions, OrganizationId=ORGANIZATION) <= 8_192
    )

    assert not excess(OrganizationId=ORGANIZATION, OptInRegions=regions)
    refused = excess(DelegateAccounts=ids(listed + 1), OptInRegions=regions, OrganizationId=ORGANIZATION)
    assert f"{listed + 1} accounts besides the ledger's own" in refused


@pytest.mark.parametrize("length", [1, 40, 128])
def test_what_is_accepted_with_an_organization_fits_into_the_environments(length: int) -> None:
    stack = "s" * length
    given = {"OrganizationId": ORGANIZATION}
    most = max(
        n
        for n in range(300)
        if not find_excess(in_aws(stack), {**OTHERS, **given, "DelegateAccounts": ids(n)})
    )
    needed = [environment_bytes(each, stack, DelegateAccounts=ids(most), **given) for each in FUNCTIONS]

    assert max(needed) <= 4_096
    assert policy_bytes(DelegateAccounts=ids(most), **given) <= 8_192


def windows(number: int) -> str:
    return ",".join(f"{each:012d}/ap-southeast-4=10000000" for each in range(1, number + 1))


@pytest.mark.parametrize(
    "more", [{}, {"StatementBaseUrl": f"https://{'s' * 500}", "ChatNotifications": "true"}]
)
@pytest.mark.parametrize("length", [1, 40, 128])
def test_as_many_windows_of_accounts_are_accepted_as_fit_into_an_environment(
    length: int, more: dict[str, str]
) -> None:
    stack = "s" * length
    longest = {name: "12.345678" for name in read_source()["Parameters"] if name.endswith(("eRate", "tRate"))}
    given = {"ProtectionRoleName": "p" * 64, "Protection": "enforce", "EventBusName": "b" * 40, **more}
    accepted = [
        n
        for n in range(150)
        if not find_excess(in_aws(stack), {**OTHERS, **given, "AccountVolumeWindows": windows(n)})
    ]
    # A few more than CloudFormation takes: its numbers are shorter, and their digits fewer.
    needed = environment_bytes(
        "AssessReputationFunction", stack, **given, **longest, AccountVolumeWindows=windows(max(accepted))
    )

    assert accepted == list(range(max(accepted) + 1))
    # The last that fits leaves less than one more, 36 bytes, and what is kept for longer numbers.
    assert 4_096 - 36 - 80 <= needed <= 4_096
    refused = find_excess(
        in_aws(stack), {**OTHERS, **given, "AccountVolumeWindows": windows(max(accepted) + 1)}
    )
    assert "with AccountVolumeWindows, the environment of AssessReputationFunction may have 4," in refused


def test_what_does_not_fit_is_named_with_its_bytes() -> None:
    # 790 bytes of other settings, 1,299 and 2,027 of lists, and a comma.
    assert excess(OwnerAccounts=ids(100), DelegateAccounts=ids(156)) == (
        "256 accounts besides the ledger's own: the environment of ReadSesStatisticsFunction may have 4,117 "
        "bytes, and Lambda takes 4,096. Register accounts of your organization without lists "
        "(OrganizationId), or set up a second ledger."
    )
    assert "Leave out domains" in excess(DelegateAccounts=ids(105), OwnDomains=domains(100))
    assert excess() == ""


@pytest.mark.parametrize("role", ["AssessReputationRole", "ReadSesStatisticsRole"])
def test_roles_have_room_for_as_many_accounts_as_fit_elsewhere(role: str) -> None:
    """IAM takes 10,240 characters of inline policies a role, white space not counted (IAM quotas)."""
    stack = render_stack(
        "s" * 128,
        DelegateAccounts=ids(268),
        Protection="enforce",
        ProtectionRoleName="p" * 64,
        ReadingRoleName="r" * 64,
    )
    text = json.dumps(
        [each["PolicyDocument"] for each in stack.properties(role)["Policies"]], separators=(",", ":")
    )

    assert len(text) <= 10_240


@pytest.mark.parametrize(
    ("name", "longest"), [("OwnerAccounts", 268 * 13 - 1), ("DelegateAccounts", 268 * 13 - 1)]
)
def test_a_list_that_fits_into_no_policy_is_refused_before_anything_is_made(name: str, longest: int) -> None:
    parameter = read_source()["Parameters"][name]

    assert parameter["MaxLength"] == longest
    assert policy_bytes(**{name: ids(268)}) <= 8_192 < policy_bytes(**{name: ids(269)})
    assert "docs/operations.md" in parameter["ConstraintDescription"]


def test_domains_that_fit_into_no_environment_are_refused_before_anything_is_made() -> None:
    """Of a stack with a name of one letter, and no other account: the other settings take 292 bytes."""
    assert read_source()["Parameters"]["OwnDomains"]["MaxLength"] == 4_096 - 292
