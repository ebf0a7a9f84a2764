"""Configuration sets and their options. Rules and messages: facts F12, F13 and F15."""

import re
from collections.abc import Mapping
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import StandInSet
from console.local_aws.ses_stand_in.account.tenants import refuse_while_associated
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, page, present
from console.local_aws.ses_stand_in.refusals import already_exists, bad_request, not_found

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BLOCKS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
)
_SHORTEST_DELIVERY, _LONGEST_DELIVERY = 300, 50_400
_POOLS_OF_SES = {"ses-default-dedicated-pool", "ses-shared-pool"}


def find_set(call: Call, name: str) -> StandInSet:
    """Return a configuration set of the caller; raises RefusedRequestError."""
    found = call.account.sets.get(name)
    if found is None:
        raise not_found(f"Configuration set <{name}> does not exist.", "ConfigurationSetDoesNotExist")
    return found


def create_set(call: Call) -> Answer:
    """Make a set. What is not named is not there: an empty list of reasons is something else (F15)."""
    name = call.asked["ConfigurationSetName"]
    if not _NAME.fullmatch(name):
        raise bad_request(f"Configuration set name <{name}> is invalid.")
    if name in call.account.sets:
        raise already_exists(f"Configuration set <{name}> already exists.")
    options = {block: dict(call.asked[block]) for block in _BLOCKS if block in call.asked}
    _check_delivery(call, options.get("DeliveryOptions", {}))
    call.account.sets[name] = StandInSet(name, options, tags=call.asked.get("Tags", []))
    return {}


def get_set(call: Call) -> Answer:
    """Return a set; SES always answers these three blocks, and the others where they were set."""
    found = find_set(call, call.asked["ConfigurationSetName"])
    always: dict[str, dict[str, Any]] = {
        "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
        "ReputationOptions": {"ReputationMetricsEnabled": False},
        "SendingOptions": {"SendingEnabled": True},
    }
    blocks = {name: always.get(name, {}) | found.options.get(name, {}) for name in {*always, *found.options}}
    return {"ConfigurationSetName": found.name, "Tags": found.tags, **blocks}


def list_sets(call: Call) -> Answer:
    """Return the names of the caller's sets."""
    rows, token = page(sorted(call.account.sets), call.asked)
    return present(ConfigurationSets=rows, NextToken=token)


def delete_set(call: Call) -> Answer:
    """Delete a set. Identities that have it as their default keep naming it, and fail to send (F12)."""
    found = find_set(call, call.asked["ConfigurationSetName"])
    refuse_while_associated(call.account, call.arn(f"configuration-set/{found.name}"))
    del call.account.sets[found.name]
    return {}


def put_sending_options(call: Call) -> Answer:
    """Pause a set, or let it send again."""
    return _put(call, "SendingOptions", {"SendingEnabled": bool(call.asked.get("SendingEnabled", False))})


def put_delivery_options(call: Call) -> Answer:
    """Choose the pool, TLS and the longest delivery; what is not named is cleared."""
    _check_delivery(call, call.asked)
    return _put(call, "DeliveryOptions", _asked_options(call))


def put_reputation_options(call: Call) -> Answer:
    """Switch reputation metrics of a set."""
    return _put(call, "ReputationOptions", _asked_options(call))


def put_tracking_options(call: Call) -> Answer:
    """Set the domain of tracking links."""
    return _put(call, "TrackingOptions", _asked_options(call))


def put_suppression_options(call: Call) -> Answer:
    """Override the account's suppression; nothing named overrides nothing."""
    options = _asked_options(call)
    if options:
        return _put(call, "SuppressionOptions", options)
    find_set(call, call.asked["ConfigurationSetName"]).options.pop("SuppressionOptions", None)
    return {}


def put_vdm_options(call: Call) -> Answer:
    """Override the Virtual Deliverability Manager's settings."""
    return _put(call, "VdmOptions", _asked_options(call))


OPERATIONS: Operations = {
    "CreateConfigurationSet": create_set,
    "GetConfigurationSet": get_set,
    "ListConfigurationSets": list_sets,
    "DeleteConfigurationSet": delete_set,
    "PutConfigurationSetSendingOptions": put_sending_options,
    "PutConfigurationSetDeliveryOptions": put_delivery_options,
    "PutConfigurationSetReputationOptions": put_reputation_options,
    "PutConfigurationSetSuppressionOptions": put_suppression_options,
    "PutConfigurationSetTrackingOptions": put_tracking_options,
    "PutConfigurationSetVdmOptions": put_vdm_options,
}


def _asked_options(call: Call) -> dict[str, Any]:
    asked = {name: value for name, value in call.asked.items() if name != "ConfigurationSetName"}
    options: dict[str, Any] = asked.get("VdmOptions", asked)
    return options


def _put(call: Call, block: str, options: dict[str, Any]) -> Answer:
    found = find_set(call, call.asked["ConfigurationSetName"])
    if options:
        found.options[block] = options
    else:
        found.options.pop(block, None)
    return {}


def _check_delivery(call: Call, options: Mapping[str, Any]) -> None:
    pool, seconds = options.get("SendingPoolName"), options.get("MaxDeliverySeconds")
    if pool is not None and pool not in {*call.account.pools, *_POOLS_OF_SES}:
        raise bad_request(f"SendingPool <{pool}> doesn't exist")
    if seconds is not None and not _SHORTEST_DELIVERY <= int(seconds) <= _LONGEST_DELIVERY:
        raise bad_request(f"MaxDeliverySeconds must be between {_SHORTEST_DELIVERY} and {_LONGEST_DELIVERY}.")
