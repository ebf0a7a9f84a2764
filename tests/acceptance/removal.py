"""Removing everything that carries a run's name: the stack, what it was given, and what steps made."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from console.local_aws.clients import Clients
from ses_reputation.shell_words import shell_word
from tests.acceptance.fence import ForeignResourceError
from tests.acceptance.run import TAG

_MOST_OBJECTS_OF_A_CALL = 1000
_STACK_MINUTES = 45
_TAG_MINUTES = 5
SEARCHED_BY_NAME = frozenset({"cloudformation", "dynamodb", "events", "logs", "s3", "ses", "sns", "sqs"})
"""Services of which all that a run makes has its name, and is looked for by it."""


class RemainsError(Exception):
    """Something could not be removed; the text says why."""


_FAILURES = (BotoCoreError, ClientError, ForeignResourceError, RemainsError)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource. find: those whose name holds a run's name; remove: one of them.

    command: how a person removes one, `{}` in place of its id.
    """

    title: str
    find: Callable[[Clients, str], Iterable[str]]
    remove: Callable[[Clients, str], object]
    command: str


@dataclass(frozen=True, slots=True)
class Left:
    """What could not be removed, or looked for: why, and the command that removes it."""

    what: str
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed, by kind and id, and what was not."""

    removed: tuple[str, ...]
    left: tuple[Left, ...]


def remove_all(run_name: str, places: Iterable[Clients]) -> Removal:
    """Remove all of a run: in its account and Region first, then where it has topics besides.

    A failure of one does not keep the others from being removed. All of it can be repeated.
    """
    removed: list[str] = []
    left: list[Left] = []
    home, *others = places
    for clients, kinds in ((home, KINDS), *((other, (TOPIC,)) for other in others)):
        for kind in kinds:
            _remove_kind(kind, clients, run_name, removed, left)
    left += _still_tagged(home, run_name)
    return Removal(tuple(removed), tuple(left))


def _remove_kind(kind: Kind, clients: Clients, run_name: str, removed: list[str], left: list[Left]) -> None:
    try:
        found = [each for each in kind.find(clients, run_name) if run_name in each]
    except _FAILURES as error:
        if not _is_absent_service(error):
            left.append(
                Left(
                    f"{kind.title}s named {run_name} (not looked for)",
                    str(error),
                    kind.command.format(f"{run_name}..."),
                )
            )
        return
    for each in found:
        try:
            kind.remove(clients, each)
            removed.append(f"{kind.title} {each}")
        except _FAILURES as error:
            left.append(Left(f"{kind.title} {each}", str(error), kind.command.format(shell_word(each))))


def _still_tagged(clients: Clients, run_name: str) -> list[Left]:
    """Return what is listed under the run's tag, of services whose resources were not looked for by name.

    That list is some minutes old: what is on it is looked for again until it is not.
    """
    try:
        until = time.monotonic() + 60 * _TAG_MINUTES
        while (found := _list_tagged(clients, run_name)) and time.monotonic() < until:
            time.sleep(10)
    except _FAILURES as error:
        return [
            Left("resources with the run's tag (not looked for)", str(error), list_tagged_command(run_name))
        ]
    return [Left(arn, "still listed under the run's tag", list_tagged_command(run_name)) for arn in found]


def _list_tagged(clients: Clients, run_name: str) -> list[str]:
    pages = clients.connect("resourcegroupstaggingapi").get_paginator("get_resources")
    tagged = [
        str(found["ResourceARN"])
        for page in pages.paginate(TagFilters=[{"Key": TAG, "Values": [run_name]}])
        for found in page["ResourceTagMappingList"]
    ]
    return [arn for arn in tagged if arn.split(":")[2] not in SEARCHED_BY_NAME]


def list_tagged_command(run_name: str) -> str:
    """The command that lists what carries a run's tag."""
    return f"aws resourcegroupstaggingapi get-resources --tag-filters Key={TAG},Values={run_name}"


def _is_absent_service(error: Exception) -> bool:
    """Whether a service has no endpoint in this Region, so that nothing of it can be there."""
    return type(error).__name__ == "EndpointConnectionError"


def _find_stack(clients: Clients, run_name: str) -> list[str]:
    return [run_name] if _stack_status(clients, run_name) else []


def _stack_status(clients: Clients, name: str) -> str:
    """Return a stack's status, "" where there is none of that name."""
    try:
        return clients.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise


def _remove_stack(clients: Clients, name: str) -> None:
    """Delete the stack, also while it is being created; functions may fill its bucket until they are gone."""
    until = time.monotonic() + 60 * _STACK_MINUTES
    for _ in range(3):
        for bucket in list(_buckets_of_stack(clients, name)):
            _empty_bucket(clients, bucket)
        clients.cloudformation.delete_stack(StackName=name)
        while (status := _stack_status(clients, name)) not in {"", "DELETE_COMPLETE", "DELETE_FAILED"}:
            if time.monotonic() > until:
                raise RemainsError(f"still {status} after {_STACK_MINUTES} minutes")
            time.sleep(1)
        if status != "DELETE_FAILED":
            return
    raise RemainsError("CloudFormation could not delete it: see its events")


def _buckets_of_stack(clients: Clients, name: str) -> Iterator[str]:
    pages = clients.cloudformation.get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=name):
        for each in page["StackResourceSummaries"]:
            is_there = each.get("PhysicalResourceId") and each["ResourceStatus"] != "DELETE_COMPLETE"
            if each["ResourceType"] == "AWS::S3::Bucket" and is_there:
                yield each["PhysicalResourceId"]


def _find_buckets(clients: Clients, _: str) -> Iterator[str]:
    return (bucket["Name"] for bucket in clients.s3.list_buckets()["Buckets"])


def _remove_bucket(clients: Clients, name: str) -> None:
    _empty_bucket(clients, name)
    clients.s3.delete_bucket(Bucket=name)


def _empty_bucket(clients: Clients, name: str) -> None:
    """Delete every version of every object. A bucket that is gone already is empty."""
    with suppress(clients.s3.exceptions.NoSuchBucket):
        for page in clients.s3.get_paginator("list_object_versions").paginate(Bucket=name):
            versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            named: Any = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
            for start in range(0, len(named), _MOST_OBJECTS_OF_A_CALL):
                of_call = named[start : start + _MOST_OBJECTS_OF_A_CALL]
                answer = clients.s3.delete_objects(Bucket=name, Delete={"Objects": of_call, "Quiet": True})
                if answer.get("Errors"):
                    raise RemainsError(f"S3 did not delete {len(answer['Errors'])} objects")


def _find_buses(clients: Clients, run_name: str) -> Iterator[str]:
    return (each["Name"] for each in clients.event_bridge.list_event_buses(NamePrefix=run_name)["EventBuses"])


def _remove_bus(clients: Clients, name: str) -> None:
    bridge = clients.event_bridge
    for rule in bridge.list_rules(EventBusName=name)["Rules"]:
        targets = bridge.list_targets_by_rule(Rule=rule["Name"], EventBusName=name)["Targets"]
        if targets:
            bridge.remove_targets(Rule=rule["Name"], EventBusName=name, Ids=[each["Id"] for each in targets])
        bridge.delete_rule(Name=rule["Name"], EventBusName=name)
    bridge.delete_event_bus(Name=name)


def _find_topics(clients: Clients, _: str) -> Iterator[str]:
    for page in clients.sns.get_paginator("list_topics").paginate():
        yield from (topic["TopicArn"] for topic in page["Topics"])


def _find_queues(clients: Clients, run_name: str) -> Iterator[str]:
    for page in clients.sqs.get_paginator("list_queues").paginate(QueueNamePrefix=run_name):
        yield from page.get("QueueUrls", [])


def _find_identities(clients: Clients, _: str) -> Iterator[str]:
    token: dict[str, Any] = {}
    while True:
        page = clients.sesv2.list_email_identities(**token)
        yield from (each["IdentityName"] for each in page["EmailIdentities"])
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _find_log_groups(clients: Clients, run_name: str) -> Iterator[str]:
    for prefix in (run_name, f"/aws/lambda/{run_name}"):
        for page in clients.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
            yield from (group["logGroupName"] for group in page["logGroups"])


def _find_tables(clients: Clients, _: str) -> Iterator[str]:
    for page in clients.dynamodb.get_paginator("list_tables").paginate():
        yield from page["TableNames"]


def _find_dashboards(clients: Clients, run_name: str) -> Iterator[str]:
    pages = clients.connect("cloudwatch").get_paginator("list_dashboards")
    for page in pages.paginate(DashboardNamePrefix=run_name):
        yield from (each["DashboardName"] for each in page["DashboardEntries"])


TOPIC = Kind(
    "topic",
    _find_topics,
    lambda clients, arn: clients.sns.delete_topic(TopicArn=arn),
    "aws sns delete-topic --topic-arn {}",
)
KINDS = (
    Kind("stack", _find_stack, _remove_stack, "aws cloudformation delete-stack --stack-name {}"),
    Kind(
        "identity",
        _find_identities,
        lambda clients, name: clients.sesv2.delete_email_identity(EmailIdentity=name),
        "aws sesv2 delete-email-identity --email-identity {}",
    ),
    Kind("event bus", _find_buses, _remove_bus, "aws events delete-event-bus --name {}"),
    Kind(
        "queue",
        _find_queues,
        lambda clients, url: clients.sqs.delete_queue(QueueUrl=url),
        "aws sqs delete-queue --queue-url {}",
    ),
    TOPIC,
    Kind(
        "table",
        _find_tables,
        lambda clients, name: clients.dynamodb.delete_table(TableName=name),
        "aws dynamodb delete-table --table-name {}",
    ),
    Kind("bucket", _find_buckets, _remove_bucket, "aws s3 rb --force s3://{}"),
    Kind(
        "log group",
        _find_log_groups,
        lambda clients, name: clients.logs.delete_log_group(logGroupName=name),
        "aws logs delete-log-group --log-group-name {}",
    ),
    Kind(
        "dashboard",
        _find_dashboards,
        lambda clients, name: clients.connect("cloudwatch").delete_dashboards(DashboardNames=[name]),
        "aws cloudwatch delete-dashboards --dashboard-names {}",
    ),
)
"""The stack first: it takes along all that CloudFormation made, and needs its identity to be there."""
