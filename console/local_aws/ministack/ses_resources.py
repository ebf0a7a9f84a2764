"""SES's resource types in CloudFormation: they call SES, as on AWS, instead of ministack's own SES.

Return values: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_SES.html
"""

import functools
import os
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import botocore.session
from botocore.exceptions import ClientError, ParamValidationError
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners, stacks

Properties = dict[str, Any]
Provisioned = tuple[str, dict[str, str]]

ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_SESV2"
_SET_OPTIONS = {
    "DeliveryOptions": "put_configuration_set_delivery_options",
    "ReputationOptions": "put_configuration_set_reputation_options",
    "SendingOptions": "put_configuration_set_sending_options",
    "SuppressionOptions": "put_configuration_set_suppression_options",
    "TrackingOptions": "put_configuration_set_tracking_options",
}
_IDENTITY_ATTRIBUTES = {
    "ConfigurationSetAttributes": "put_email_identity_configuration_set_attributes",
    "DkimAttributes": "put_email_identity_dkim_attributes",
    "FeedbackAttributes": "put_email_identity_feedback_attributes",
    "MailFromAttributes": "put_email_identity_mail_from_attributes",
}
_REPLACED_BY = {"AWS::SES::EmailIdentity": ("EmailIdentity",), "AWS::SES::DedicatedIpPool": ("PoolName",)}


def provision_through_ses() -> None:
    """Register the four types; without an endpoint of SES in the environment ministack's own stay."""
    if not os.environ.get(ENDPOINT_VARIABLE):
        return
    types = {
        "AWS::SES::ConfigurationSet": (_create_set, _update_set, _delete_set),
        "AWS::SES::ConfigurationSetEventDestination": (
            _create_destination,
            _update_destination,
            _delete_destination,
        ),
        "AWS::SES::EmailIdentity": (_create_identity, _update_identity, _delete_identity),
        "AWS::SES::DedicatedIpPool": (_create_pool, _update_pool, _delete_pool),
    }
    for name, (create, update, delete) in types.items():
        provisioners._RESOURCE_HANDLERS[name] = {
            "create": _explained(create),
            "update": _explained(update),
            "delete": _forgiving(delete),
        }
    provisioners._REPLACING_PROPERTIES.update(_REPLACED_BY)
    _provision_on_threads(frozenset(types))


def _provision_on_threads(types: frozenset[str]) -> None:
    """Calls to SES block, and SES asks this server for topics before it answers."""
    runs_on_thread: Callable[[str], bool] = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda name: name in types or runs_on_thread(name)


def _explained(provision: Callable[..., Provisioned]) -> Callable[..., Provisioned]:
    """Fail the resource with what SES says."""

    @functools.wraps(provision)
    def provision_or_explain(*arguments: Any) -> Provisioned:
        try:
            return provision(*arguments)
        except ClientError as error:
            described = error.response["Error"]
            reason = f"{described['Message']} (Service: SesV2, Error Code: {described['Code']})"
            raise ValueError(f'Resource handler returned message: "{reason}"') from error
        except ParamValidationError as error:
            raise ValueError(f"Properties validation failed: {error}") from error

    return provision_or_explain


def _forgiving(delete: Callable[[str], None]) -> Callable[[str, Properties], None]:
    """Delete; what has gone already counts as deleted."""

    @functools.wraps(delete)
    def delete_if_there(physical_id: str, _properties: Properties) -> None:
        try:
            delete(physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise ValueError(error.response["Error"]["Message"]) from error

    return delete_if_there


def _create_set(logical_id: str, properties: Properties, _stack: str) -> Provisioned:
    name = properties.get("Name") or f"{logical_id[:51]}-{uuid.uuid4().hex[:12]}"
    known = ("Tags", "VdmOptions", *_SET_OPTIONS)
    members = {member: properties[member] for member in known if member in properties}
    _call("create_configuration_set", ConfigurationSetName=name, **members)
    return name, {}


def _update_set(name: str, old: Properties, new: Properties, _stack: str) -> Provisioned:
    for block, put in _SET_OPTIONS.items():
        if old.get(block) != new.get(block):
            _call(put, ConfigurationSetName=name, **(new.get(block) or _defaults_of(block)))
    return name, {}


def _defaults_of(block: str) -> dict[str, bool]:
    """A set without this block sends; any other block is cleared by naming nothing."""
    return {"SendingEnabled": True} if block == "SendingOptions" else {}


def _delete_set(name: str) -> None:
    _call("delete_configuration_set", ConfigurationSetName=name)


def _create_destination(logical_id: str, properties: Properties, _stack: str) -> Provisioned:
    destination = properties["EventDestination"]
    name = destination.get("Name") or f"{logical_id[:51]}-{uuid.uuid4().hex[:12]}"
    set_name = properties["ConfigurationSetName"]
    _put_destination("create_configuration_set_event_destination", set_name, name, destination)
    return f"{set_name}|{name}", {"Id": f"{set_name}|{name}"}


def _update_destination(physical_id: str, _old: Properties, new: Properties, _stack: str) -> Provisioned:
    set_name, _, name = physical_id.partition("|")
    destination = new["EventDestination"]
    _put_destination("update_configuration_set_event_destination", set_name, name, destination)
    return physical_id, {"Id": physical_id}


def _put_destination(operation: str, set_name: str, name: str, destination: Properties) -> None:
    """Both spellings of event types are taken, as CloudFormation does since March 2025."""
    definition = provisioners._ses_event_destination_definition(destination)
    _call(operation, ConfigurationSetName=set_name, EventDestinationName=name, EventDestination=definition)


def _delete_destination(physical_id: str) -> None:
    set_name, _, name = physical_id.partition("|")
    _call(
        "delete_configuration_set_event_destination", ConfigurationSetName=set_name, EventDestinationName=name
    )


def _create_identity(_logical_id: str, properties: Properties, stack: str) -> Provisioned:
    name = properties["EmailIdentity"]
    tags = {"Tags": properties["Tags"]} if properties.get("Tags") else {}
    _call("create_email_identity", EmailIdentity=name, **tags)
    try:
        return _update_identity(name, {}, properties, stack)
    except ClientError:
        # A failed create leaves nothing behind: CloudFormation has no physical id to roll back with.
        _call("delete_email_identity", EmailIdentity=name)
        raise


def _update_identity(name: str, old: Properties, new: Properties, _stack: str) -> Provisioned:
    for block, put in _IDENTITY_ATTRIBUTES.items():
        if old.get(block) != new.get(block):
            _call(put, EmailIdentity=name, **_attributes(block, new.get(block) or {}))
    tokens = _call("get_email_identity", EmailIdentity=name)["DkimAttributes"]["Tokens"]
    numbered = list(enumerate(tokens, 1))
    names = {f"DkimDNSTokenName{number}": f"{token}._domainkey.{name}" for number, token in numbered}
    values = {f"DkimDNSTokenValue{number}": f"{token}.dkim.amazonses.com" for number, token in numbered}
    return name, names | values


def _attributes(block: str, chosen: Properties) -> Properties:
    """What a block that was taken away means: signing and forwarding are on by default."""
    defaults = {
        "DkimAttributes": {"SigningEnabled": True},
        "FeedbackAttributes": {"EmailForwardingEnabled": True},
    }
    return defaults.get(block, {}) | chosen


def _delete_identity(name: str) -> None:
    _call("delete_email_identity", EmailIdentity=name)


def _create_pool(logical_id: str, properties: Properties, _stack: str) -> Provisioned:
    name = properties.get("PoolName") or f"{logical_id[:51]}-{uuid.uuid4().hex[:12]}".lower()
    known = {member: properties[member] for member in ("ScalingMode", "Tags") if member in properties}
    _call("create_dedicated_ip_pool", PoolName=name, **known)
    return name, {}


def _update_pool(name: str, old: Properties, new: Properties, _stack: str) -> Provisioned:
    mode = new.get("ScalingMode", "STANDARD")
    if mode != old.get("ScalingMode", "STANDARD"):
        _call("put_dedicated_ip_pool_scaling_attributes", PoolName=name, ScalingMode=mode)
    return name, {}


def _delete_pool(name: str) -> None:
    _call("delete_dedicated_ip_pool", PoolName=name)


def _call(operation: str, **members: Any) -> Any:
    client = _client(get_account_id(), get_region())
    shape = client.meta.service_model.operation_model(_api_name(client, operation)).input_shape
    return getattr(client, operation)(**_as_types(members, shape))


def _api_name(client: Any, operation: str) -> str:
    names: Mapping[str, str] = client.meta.method_to_api_mapping
    return names[operation]


@functools.cache
def _client(account_id: str, region: str) -> Any:
    """SES's client as root of the stack's account: templates run with all that their deployer may do."""
    session = botocore.session.Session()
    return session.create_client(
        "sesv2",
        region_name=region,
        endpoint_url=os.environ[ENDPOINT_VARIABLE],
        aws_access_key_id=account_id,
        aws_secret_access_key="local",  # noqa: S106
    )


def _as_types(value: Any, shape: Any) -> Any:
    """Return a property as SES's model has it: templates write `"true"` and `"300"` for true and 300."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = shape.members
        return {k: _as_types(v, members[k]) if k in members else v for k, v in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_as_types(each, shape.member) for each in value]
    if shape.type_name == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if shape.type_name in {"integer", "long"} and isinstance(value, str) and value.isdigit():
        return int(value)
    return value
