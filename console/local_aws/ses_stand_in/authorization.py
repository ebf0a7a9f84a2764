"""Whether a restricted caller's own policies allow an operation that does not send (sends are checked apart).

Resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
A tenant's ARN ends in its id, which callers do not name: a policy needs `tenant/NAME/*` or `tenant/*`.
"""

from console.local_aws.ses_stand_in.calls import Call
from console.local_aws.ses_stand_in.policy_evaluation import AccessRequest, caller_policies_allow
from console.local_aws.ses_stand_in.refusals import not_authorized

_RESOURCES = {
    "EmailIdentity": "identity",
    "ConfigurationSetName": "configuration-set",
    "PoolName": "dedicated-ip-pool",
}


def check_caller(call: Call, operation: str) -> None:
    """Let an operation pass, or raise RefusedRequestError; callers without policies may do everything."""
    policies = call.policies
    if policies is None or operation.startswith("Send"):
        return
    action, resource = f"ses:{operation}", _resource_of(call)
    asked = AccessRequest(call.caller.arn, action, resource, call.caller.region, call.caller.source_ip)
    if not caller_policies_allow(policies, asked):
        raise not_authorized(call.caller.arn, action, resource)


def _resource_of(call: Call) -> str:
    """Return the resource that policies name: `*` for what has none, as the list actions (F17)."""
    for parameter, kind in _RESOURCES.items():
        if call.asked.get(parameter):
            return call.arn(f"{kind}/{call.asked[parameter]}")
    name = call.asked.get("TenantName")
    if not name:
        return "*"
    tenant = call.account.tenants.get(name)
    return tenant.arn if tenant else call.arn(f"tenant/{name}/*")
