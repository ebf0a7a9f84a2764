"""Dedicated pools, and the addresses in them. Rules and messages: facts F13 of the field's cases."""

import re
from typing import Any

from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, page, present
from console.local_aws.ses_stand_in.refusals import already_exists, bad_request, limit_exceeded, not_found

_NAME = re.compile(r"[a-z0-9._-]{1,64}")
_OF_SES = ("ses-default-dedicated-pool", "ses-shared-pool")
_MOST_MANAGED = 5


def create_pool(call: Call) -> Answer:
    """Make a pool, STANDARD unless asked otherwise."""
    name, mode = call.asked["PoolName"], call.asked.get("ScalingMode", "STANDARD")
    if not _NAME.fullmatch(name) or mode not in {"STANDARD", "MANAGED"}:
        raise bad_request(f"The pool name {name} or the scaling mode {mode} is invalid.")
    if name in call.account.pools or name in _OF_SES:
        raise already_exists(f"The pool {name} already exists.")
    if mode == "MANAGED" and list(call.account.pools.values()).count("MANAGED") >= _MOST_MANAGED:
        raise limit_exceeded("You have reached the limit of managed dedicated IP pools.")
    call.account.pools[name] = mode
    return {}


def get_pool(call: Call) -> Answer:
    """Return a pool. SES lists its own two and does not let them be read."""
    name = call.asked["PoolName"]
    if name in _OF_SES:
        raise bad_request("Pool name describes either a shared or default dedicated ip pool")
    return {"DedicatedIpPool": {"PoolName": name, "ScalingMode": _mode_of(call, name)}}


def list_pools(call: Call) -> Answer:
    """Return the names of all pools, SES's own two among them."""
    rows, token = page(sorted({*call.account.pools, *_OF_SES}), call.asked)
    return present(DedicatedIpPools=rows, NextToken=token)


def delete_pool(call: Call) -> Answer:
    """Delete a pool: a managed one with its addresses, a standard one only without any."""
    name = call.asked["PoolName"]
    mode = _mode_of(call, name)
    inside = [ip for ip, row in call.account.dedicated_ips.items() if row.get("PoolName") == name]
    if inside and mode == "STANDARD":
        raise bad_request(f"The pool {name} contains dedicated IP addresses.")
    for ip in inside:
        del call.account.dedicated_ips[ip]
    del call.account.pools[name]
    return {}


def put_scaling_attributes(call: Call) -> Answer:
    """Make a standard pool a managed one; there is no way back."""
    name, mode = call.asked["PoolName"], call.asked["ScalingMode"]
    if _mode_of(call, name) == "MANAGED" and mode == "STANDARD":
        raise bad_request(f"The pool {name} is managed, and cannot become a standard pool.")
    call.account.pools[name] = mode
    return {}


def get_dedicated_ips(call: Call) -> Answer:
    """Return the dedicated addresses, of one pool if asked."""
    pool = call.asked.get("PoolName")
    if pool is not None and pool not in _OF_SES:
        _mode_of(call, pool)
    addresses = [_describe(call, ip) for ip in sorted(call.account.dedicated_ips)]
    rows, token = page([row for row in addresses if pool in {None, row["PoolName"]}], call.asked)
    return present(DedicatedIps=rows, NextToken=token)


def put_ip_in_pool(call: Call) -> Answer:
    """Move a dedicated address to another pool."""
    ip, pool = call.asked["Ip"], call.asked["DestinationPoolName"]
    if ip not in call.account.dedicated_ips:
        raise not_found(f"The IP address {ip} does not exist.")
    if pool not in _OF_SES:
        _mode_of(call, pool)
    call.account.dedicated_ips[ip]["PoolName"] = pool
    return {}


OPERATIONS: Operations = {
    "CreateDedicatedIpPool": create_pool,
    "GetDedicatedIpPool": get_pool,
    "ListDedicatedIpPools": list_pools,
    "DeleteDedicatedIpPool": delete_pool,
    "PutDedicatedIpPoolScalingAttributes": put_scaling_attributes,
    "GetDedicatedIps": get_dedicated_ips,
    "PutDedicatedIpInPool": put_ip_in_pool,
}


def _mode_of(call: Call, name: str) -> str:
    if name not in call.account.pools:
        raise not_found(f"The requested pool {name} does not exist.")
    return call.account.pools[name]


def _describe(call: Call, ip: str) -> dict[str, Any]:
    """Return an address; those of managed pools show no warm-up of their own."""
    row = {
        "Ip": ip,
        "WarmupStatus": "DONE",
        "WarmupPercentage": 100,
        "PoolName": _OF_SES[0],
        **call.account.dedicated_ips[ip],
    }
    if call.account.pools.get(row["PoolName"]) == "MANAGED":
        row |= {"WarmupStatus": "NOT_APPLICABLE", "WarmupPercentage": -1}
    return row
