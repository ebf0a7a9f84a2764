"""What SES itself thinks of an account: recommendations, and the reputation of tenants."""

from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import status_record
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, page, present
from console.local_aws.ses_stand_in.refusals import bad_request, not_found

_FIELDS = {"TYPE": "Type", "IMPACT": "Impact", "STATUS": "Status", "RESOURCE_ARN": "ResourceArn"}


def list_recommendations(call: Call) -> Answer:
    """Return the recommendations that the filter lets through: all of its values must be met."""
    asked = call.asked.get("Filter", {})
    unknown = asked.keys() - _FIELDS
    if unknown:
        raise bad_request(f"Filter key {min(unknown)} is invalid.")
    chosen = [
        each
        for each in call.account.recommendations
        if all(each.get(_FIELDS[key]) == value for key, value in asked.items())
    ]
    rows, token = page(chosen, call.asked)
    return present(Recommendations=rows, NextToken=token)


def list_reputation_entities(call: Call) -> Answer:
    """Return the standing of every tenant."""
    entities = [entity for _, entity in sorted(call.account.reputation_entities.items())]
    rows, token = page(entities, call.asked)
    return present(ReputationEntities=rows, NextToken=token)


def get_reputation_entity(call: Call) -> Answer:
    """Return the standing of one tenant, asked for by its ARN."""
    return {"ReputationEntity": _find(call)}


def update_customer_managed_status(call: Call) -> Answer:
    """Pause a tenant, or let it send again; what SES itself decided stands above it."""
    entity, status = _find(call), call.asked["SendingStatus"]
    if status == "DISABLED" or entity["AwsSesManagedStatus"]["Status"] != "DISABLED":
        entity["SendingStatusAggregate"] = status
    # The words of the developer guide's example ("Tenants").
    entity["CustomerManagedStatus"] = status_record(status, "Status manually updated.")
    return {}


OPERATIONS: Operations = {
    "ListRecommendations": list_recommendations,
    "ListReputationEntities": list_reputation_entities,
    "GetReputationEntity": get_reputation_entity,
    "UpdateReputationEntityCustomerManagedStatus": update_customer_managed_status,
}


def _find(call: Call) -> dict[str, Any]:
    reference = call.asked["ReputationEntityReference"]
    entity = call.account.reputation_entities.get(reference)
    if entity is None:
        raise not_found(f"Reputation entity {reference} does not exist.")
    return entity
