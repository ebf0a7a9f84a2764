"""What policies ask of a request and ministack does not say: partition keys, organizations, parameters.

That SNS names the organization (`aws:SourceOrgID`) when it sends to SQS is assumed here, and not known
(docs/adr/0038-organizations.md).
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, organizations

Request = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
_SOURCE_ORGANIZATION = "aws:sourceorgid"


def add_leading_keys() -> None:
    """Give policies the partition keys of a request: without them a condition on keys restricts nothing.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    describe: Callable[[bytes], dict[str, Any]] = iam_actions.dynamodb_service_context

    def describe_with_keys(body: bytes) -> dict[str, Any]:
        keys = list(_leading_keys(json.loads(body or b"{}")))
        return describe(body) | ({"dynamodb:LeadingKeys": keys} if keys else {})

    iam_actions.dynamodb_service_context = describe_with_keys


def _leading_keys(request: Request) -> Iterator[str]:
    for part in _parts(request):
        name = _partition_attribute(part["TableName"], part.get("IndexName"))
        attributes = part.get("Item") or part.get("Key") or {}
        if value := attributes.get(name) or _queried(part, name):
            yield str(next(iter(value.values())))


def _parts(request: Request) -> Iterator[Request]:
    """Each item of a batch or transaction as a request of its own."""
    if "TableName" in request:
        yield request
    for item in request.get("TransactItems", ()):
        yield from item.values()
    for table, asked in request.get("RequestItems", {}).items():
        writes = [] if isinstance(asked, dict) else [part for each in asked for part in each.values()]
        reads = [{"Key": key} for key in asked["Keys"]] if isinstance(asked, dict) else []
        yield from ({"TableName": table, **part} for part in (*writes, *reads))


def _partition_attribute(table: str, index: str | None) -> str:
    described = dynamodb._tables.get(table.rsplit("/", 1)[-1]) or {}
    schema = described.get("KeySchema", [])
    for found in described.get("GlobalSecondaryIndexes") or []:
        if found["IndexName"] == index:
            schema = found["KeySchema"]
    return next((str(key["AttributeName"]) for key in schema if key["KeyType"] == "HASH"), "")


def _queried(part: Request, name: str) -> dict[str, Any] | None:
    """The value that a query's key condition asks of an attribute."""
    condition = part.get("KeyConditionExpression", "")
    for placeholder, attribute in part.get("ExpressionAttributeNames", {}).items():
        condition = re.sub(rf"{placeholder}\b", attribute, condition)
    found = re.search(rf"\b{re.escape(name)}\s*=\s*(:\w+)", condition) if name else None
    return part.get("ExpressionAttributeValues", {}).get(found[1]) if found else None


def let_accounts_join() -> None:
    """Make an account that is invited a member at once (on AWS it has to accept the handshake).

    ministack makes each account the only member of its own organization.
    """
    organizations._DISPATCH["InviteAccountToOrganization"] = _invite


def _invite(request: Request) -> Response:
    organizations._ensure_org()
    account = request["Target"]["Id"]
    organizations._accounts[account] = {"Id": account, "Status": "ACTIVE", "JoinedMethod": "INVITED"}
    return organizations._json(200, {"Handshake": {"State": "ACCEPTED"}})  # type: ignore[no-any-return]


def name_organizations() -> None:
    """Let policies ask for the organization of the account in whose name a service comes."""
    resolve: Callable[[str, Any], Any] = iam_evaluator._resolve_condition_key

    def resolve_with_organization(key: str, context: Any) -> Any:
        if key.lower() != _SOURCE_ORGANIZATION:
            return resolve(key, context)
        account = context.service_context.get("aws:sourceaccount", "")
        return _organization_of(account)

    iam_evaluator._resolve_condition_key = resolve_with_organization


def _organization_of(account: str) -> str | None:
    """Its own organization, or the one that it joined."""
    masters = [master for (master, member) in organizations._accounts._data if member == account]
    found = [iam_evaluator._principal_org_id(master) for master in masters]
    return next(filter(None, found), None)


def authorize_paths_of_parameters() -> None:
    """Ask policies for the path that is read: ministack asks for `*` there, which no path matches.

    AWS asks for the path as the request has it (aws/aws-dotnet-extensions-configuration, issue 108).
    """
    find: Callable[..., str] = iam_actions.extract_resource_arn

    def find_with_path(service: str, *request: Any) -> str:
        method, path, headers, body, query, region, account = request
        arn = find(service, method, path, headers, body, query, region, account)
        if service != "ssm" or arn != "*":
            return arn
        asked = json.loads(body or b"{}").get("Path", "")
        return f"arn:aws:ssm:{region}:{account}:parameter{asked}" if asked.startswith("/") else arn

    iam_actions.extract_resource_arn = find_with_path
