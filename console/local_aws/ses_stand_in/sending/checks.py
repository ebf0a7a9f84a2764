"""Whether a send is allowed: verified identities, policies of both sides, the account, the set, the tenant.

Facts F1 to F5, F12 and F14 of the field's cases say what SES answers.
"""

from dataclasses import dataclass

from console.local_aws.ses_stand_in.account.regional_account import (
    RegionalAccount,
    StandInIdentity,
    StandInSet,
    StandInTenant,
)
from console.local_aws.ses_stand_in.account.tenants import find_tenant
from console.local_aws.ses_stand_in.calls import Call
from console.local_aws.ses_stand_in.configuration_sets.sets import find_set
from console.local_aws.ses_stand_in.identities.lookup import (
    covering_identity,
    covers,
    find_identity,
    parse_identity_arn,
)
from console.local_aws.ses_stand_in.policy_evaluation import (
    AccessRequest,
    caller_policies_allow,
    resource_policies_decide,
)
from console.local_aws.ses_stand_in.refusals import (
    RefusedRequestError,
    bad_request,
    not_authorized_to_send,
    not_verified,
)
from console.local_aws.ses_stand_in.sending.mail import AddressClaim, SesMail

SIMULATOR = "simulator.amazonses.com"


@dataclass(frozen=True, slots=True)
class UsedIdentity:
    """The identity that a claim is covered by, and the account that owns it."""

    identity: StandInIdentity
    owner: RegionalAccount

    @property
    def arn(self) -> str:
        """Its ARN, in the Region that was called."""
        return self.owner.arn(f"identity/{self.identity.name}")


@dataclass(frozen=True, slots=True)
class AllowedSend:
    """A mail that may be sent, with whatever its events and suppression depend on."""

    mail: SesMail
    used: UsedIdentity
    configuration_set: StandInSet | None
    tenant: StandInTenant | None
    sender: str


def check_send(call: Call, mail: SesMail) -> AllowedSend:
    """Return the send if SES would accept it; raises RefusedRequestError."""
    _check_account(call)
    used = _find_identities(call, mail)
    for each in used:
        _check_policies(call, mail, each)
    chosen = _set_in_effect(call, mail, used[0])
    tenant = find_tenant(call, mail.tenant) if mail.tenant else None
    if tenant is not None:
        _check_tenant(call, tenant, used[0], chosen)
    _check_recipients(call, mail)
    return AllowedSend(mail, used[0], chosen, tenant, call.caller.account_id)


def _check_account(call: Call) -> None:
    attributes = call.account.attributes
    if attributes["EnforcementStatus"] == "SHUTDOWN":
        # The type that v1 gives a paused account of this kind is not known [?].
        message = (
            "Sending paused for this account. For more information, please check the inbox of the email "
            "address associated with your AWS account."
        )
        raise RefusedRequestError(400, "AccountSuspendedException", message, v1_type="MessageRejected")
    if not attributes["SendingEnabled"]:
        message = "Email sending is disabled for this account."
        raise RefusedRequestError(
            400, "SendingPausedException", message, v1_type="AccountSendingPausedException"
        )


def _find_identities(call: Call, mail: SesMail) -> list[UsedIdentity]:
    """Return the identity of each claim; raises RefusedRequestError that names all that failed."""
    found = [(claim, _covering(call, claim)) for claim in mail.claims]
    failed = dict.fromkeys(_failed_name(call, claim) for claim, used in found if used is None)
    if failed:
        raise not_verified(list(failed), call.caller.region)
    return [used for _, used in found if used is not None]


def _covering(call: Call, claim: AddressClaim) -> UsedIdentity | None:
    if claim.identity_arn is None:
        identity = covering_identity(call.account, claim.address)
        return UsedIdentity(identity, call.account) if identity else None
    arn = parse_identity_arn(claim.identity_arn)
    # An identity is used in its own Region; `*` is what owners hand out for Global endpoints (F21).
    if arn is None or arn.region not in {"*", call.caller.region}:
        return None
    owner = call.world.open_account(arn.account_id, call.caller.region)
    identity = find_identity(owner, arn.name)
    if identity is None or not identity.is_verified or not covers(identity, claim.address):
        return None
    return UsedIdentity(identity, owner)


def _failed_name(call: Call, claim: AddressClaim) -> str:
    """Return the whole ARN where there is no such identity, the address in all other cases (F2)."""
    arn = parse_identity_arn(claim.identity_arn or "")
    if arn is None or arn.region not in {"*", call.caller.region}:
        return claim.address
    owner = call.world.open_account(arn.account_id, call.caller.region)
    if find_identity(owner, arn.name) is None and claim.identity_arn is not None:
        return claim.identity_arn
    return claim.address


def _check_policies(call: Call, mail: SesMail, used: UsedIdentity) -> None:
    """Both sides: the caller's own policies, and the identity's; a denial of either counts.

    Only the policies of the identity that is used are read. The guide says that those of an address go before
    those of its domain; users saw that only the named identity's count [?].
    """
    asked = _access(call, mail, used.arn)
    decision = resource_policies_decide(list(used.identity.policies.values()), asked)
    is_own = used.owner is call.account
    if not _caller_may(call, asked) or decision == "Deny" or not (is_own or decision == "Allow"):
        raise not_authorized_to_send(call.caller.arn, mail.action, used.arn)


def _access(call: Call, mail: SesMail, resource_arn: str) -> AccessRequest:
    recipients = list(mail.destination)
    keys = {
        "ses:FromAddress": mail.from_address,
        "ses:FromDisplayName": mail.display_name,
        "ses:FeedbackAddress": mail.feedback_address,
        # One value may be compared without ForAllValues; several only with it, as the guide's examples do.
        "ses:Recipients": recipients if len(recipients) > 1 else recipients[0],
        "aws:PrincipalOrgID": call.world.organizations.get(call.caller.account_id),
    }
    caller = call.caller
    return AccessRequest(caller.arn, mail.action, resource_arn, caller.region, caller.source_ip, keys)


def _caller_may(call: Call, asked: AccessRequest) -> bool:
    policies = call.policies
    return policies is None or caller_policies_allow(policies, asked)


def _set_in_effect(call: Call, mail: SesMail, used: UsedIdentity) -> StandInSet | None:
    """Return the named set, else the default of the sender's own identity (F12).

    A delegate's send does not look at the owner's default: whether SES does is not known [?]. An address
    that is verified by itself does not fall back to its domain's default.
    """
    is_own = used.owner is call.account
    name = mail.configuration_set or (used.identity.configuration_set if is_own else None)
    if not name:
        return None
    if not mail.configuration_set and name not in call.account.sets:
        raise bad_request(f"Configuration set <{name}> does not exist.")
    chosen = find_set(call, name)
    set_arn = call.arn(f"configuration-set/{name}")
    if not _caller_may(call, _access(call, mail, set_arn)):
        raise not_authorized_to_send(call.caller.arn, mail.action, set_arn)
    if not chosen.is_sending:
        message = f"Sending is paused for configuration set <{name}>"
        raise RefusedRequestError(
            400, "SendingPausedException", message, v1_type="ConfigurationSetSendingPausedException"
        )
    return chosen


def _check_tenant(call: Call, tenant: StandInTenant, used: UsedIdentity, chosen: StandInSet | None) -> None:
    needed = [used.arn, *([call.arn(f"configuration-set/{chosen.name}")] if chosen else [])]
    missing = [arn for arn in needed if arn not in tenant.associations]
    if missing:
        message = f"Tenant not associated with resources [{', '.join(missing)}]."
        raise RefusedRequestError(403, "AccessDeniedException", message, v1_type="AccessDenied")


def _check_recipients(call: Call, mail: SesMail) -> None:
    """In the sandbox recipients are verified too, and authorized for (A05).

    Only the sender's account counts here: AWS's own pages differ on whether the owner's does [?].
    """
    if call.account.attributes["ProductionAccessEnabled"]:
        return
    others = [each for each in mail.destination if each.rpartition("@")[2].lower() != SIMULATOR]
    failed = [address for address in others if covering_identity(call.account, address) is None]
    if failed:
        raise not_verified(failed, call.caller.region)
    for address in others:
        arn = call.arn(f"identity/{address}")
        if not _caller_may(call, _access(call, mail, arn)):
            raise not_authorized_to_send(call.caller.arn, mail.action, arn)
