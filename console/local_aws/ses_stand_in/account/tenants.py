"""Tenants: what is associated with each, and how they stand with SES.

Messages: facts F14 of the field's cases. ARNs of other Regions or accounts are refused.
"""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import RegionalAccount, StandInTenant
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, page, present
from console.local_aws.ses_stand_in.lists import StandInList
from console.local_aws.ses_stand_in.refusals import already_exists, bad_request, not_found

_RESOURCE_TYPES = frozenset({"identity", "configuration-set", "template"})


def find_tenant(call: Call, name: str) -> StandInTenant:
    """Return a tenant of the caller; raises RefusedRequestError."""
    tenant = call.account.tenants.get(name)
    if tenant is None:
        raise not_found(f"Tenant {name} for AwsAccountId {call.caller.account_id} not found.")
    return tenant


def refuse_while_associated(account: RegionalAccount, resource_arn: str) -> None:
    """Refuse to delete what a tenant still has; raises RefusedRequestError."""
    if any(resource_arn in tenant.associations for tenant in account.tenants.values()):
        raise bad_request(
            f"Cannot delete {resource_arn} because it has tenant associations. "
            "Remove all tenant associations and try again."
        )


def create_tenant(call: Call) -> Answer:
    """Make a tenant; its reputation entity is there at once."""
    name = call.asked["TenantName"]
    if name in call.account.tenants:
        raise already_exists(f"Tenant {name} already exists.")
    tenant_id = f"tn-{uuid.uuid4().hex[:30]}"
    arn = call.arn(f"tenant/{name}/{tenant_id}")
    addresses = StandInList(call.world.behaviour)
    tenant = StandInTenant(
        name,
        tenant_id,
        arn,
        datetime.now(UTC),
        addresses,
        call.asked.get("Tags", []),
        call.asked.get("SuppressionAttributes"),
    )
    call.account.tenants[name] = tenant
    call.account.reputation_entities[arn] = _healthy_entity(tenant)
    return _describe(call, tenant)


def get_tenant(call: Call) -> Answer:
    """Return a tenant."""
    return {"Tenant": _describe(call, find_tenant(call, call.asked["TenantName"]))}


def list_tenants(call: Call) -> Answer:
    """Return the caller's tenants."""
    rows, token = page(sorted(call.account.tenants), call.asked)
    summaries = [_summary(call, call.account.tenants[name]) for name in rows]
    return present(Tenants=summaries, NextToken=token)


def delete_tenant(call: Call) -> Answer:
    """Remove a tenant, and with it its associations and its suppression list."""
    tenant = find_tenant(call, call.asked["TenantName"])
    del call.account.tenants[tenant.name]
    call.account.reputation_entities.pop(tenant.arn, None)
    return {}


def create_association(call: Call) -> Answer:
    """Associate an identity, a configuration set or a template with a tenant."""
    tenant, arn = find_tenant(call, call.asked["TenantName"]), call.asked["ResourceArn"]
    if arn in tenant.associations:
        raise already_exists(f"Resource {arn} is already associated with tenant {tenant.name}.")
    _check_resource(call, arn)
    tenant.associations[arn] = datetime.now(UTC)
    return {}


def delete_association(call: Call) -> Answer:
    """Take a resource away from a tenant."""
    tenant, arn = find_tenant(call, call.asked["TenantName"]), call.asked["ResourceArn"]
    if tenant.associations.pop(arn, None) is None:
        raise not_found(f"Resource {arn} is not associated with tenant {tenant.name}.")
    return {}


def list_tenant_resources(call: Call) -> Answer:
    """Return what is associated with a tenant.

    The model's words for types are EMAIL_IDENTITY ...; on the wire SES writes `identity` ..., and refuses
    the model's words as a filter (F14).
    """
    tenant = find_tenant(call, call.asked["TenantName"])
    asked_type = call.asked.get("Filter", {}).get("RESOURCE_TYPE")
    if asked_type is not None and asked_type not in _RESOURCE_TYPES:
        raise bad_request(f"Resource type {asked_type} is invalid.")
    arns = [arn for arn in sorted(tenant.associations) if asked_type in {None, _type_of(arn)}]
    rows, token = page(arns, call.asked)
    resources = [{"ResourceType": _type_of(arn), "ResourceArn": arn} for arn in rows]
    return present(TenantResources=resources, NextToken=token)


def list_resource_tenants(call: Call) -> Answer:
    """Return the tenants that a resource is associated with."""
    arn = call.asked["ResourceArn"]
    rows, token = page([t for t in call.account.tenants.values() if arn in t.associations], call.asked)
    tenants = [
        {
            "TenantName": tenant.name,
            "TenantId": tenant.tenant_id,
            "ResourceArn": arn,
            "AssociatedTimestamp": tenant.associations[arn],
        }
        for tenant in rows
    ]
    return present(ResourceTenants=tenants, NextToken=token)


OPERATIONS: Operations = {
    "CreateTenant": create_tenant,
    "GetTenant": get_tenant,
    "ListTenants": list_tenants,
    "DeleteTenant": delete_tenant,
    "CreateTenantResourceAssociation": create_association,
    "DeleteTenantResourceAssociation": delete_association,
    "ListTenantResources": list_tenant_resources,
    "ListResourceTenants": list_resource_tenants,
}


def _check_resource(call: Call, arn: str) -> None:
    found = re.fullmatch(r"arn:aws:ses:([^:]+):(\d+):([a-z-]+)/(.+)", arn)
    here = (call.caller.region, call.caller.account_id)
    if found is None or (found[1], found[2]) != here or found[3] not in _RESOURCE_TYPES:
        raise bad_request(f"The resource ARN {arn} is invalid.")
    kept: dict[str, Any] = {"identity": call.account.identities, "configuration-set": call.account.sets}
    # The stand-in keeps no templates, so it believes that there is one.
    if found[3] in kept and found[4] not in kept[found[3]]:
        raise not_found(f"Resource {arn} does not exist.")


def _type_of(arn: str) -> str:
    return arn.split(":", 5)[5].partition("/")[0]


def _healthy_entity(tenant: StandInTenant) -> dict[str, Any]:
    return {
        "ReputationEntityReference": tenant.arn,
        "ReputationEntityType": "RESOURCE",
        "ReputationManagementPolicy": "arn:aws:ses:::reputation-policy/standard",
        "AwsSesManagedStatus": {"Status": "ENABLED", "LastUpdatedTimestamp": tenant.created_at},
        "SendingStatusAggregate": "ENABLED",
    }


def _summary(call: Call, tenant: StandInTenant) -> dict[str, Any]:
    entity = call.account.reputation_entities.get(tenant.arn, {})
    return {
        "TenantName": tenant.name,
        "TenantId": tenant.tenant_id,
        "TenantArn": tenant.arn,
        "CreatedTimestamp": tenant.created_at,
        "SendingStatus": entity.get("SendingStatusAggregate", "ENABLED"),
    }


def _describe(call: Call, tenant: StandInTenant) -> dict[str, Any]:
    return _summary(call, tenant) | present(
        Tags=tenant.tags or None, SuppressionAttributes=tenant.suppression
    )
