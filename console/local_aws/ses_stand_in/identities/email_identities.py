"""Identities as such, in both APIs. Everything is verified at once unless the test says otherwise."""

import hashlib
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import StandInIdentity
from console.local_aws.ses_stand_in.account.tenants import refuse_while_associated
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, page, present
from console.local_aws.ses_stand_in.identities.lookup import find_identity, own_identity, stored_name
from console.local_aws.ses_stand_in.refusals import already_exists, not_found

_V1_STATUS = {"SUCCESS": "Success", "PENDING": "Pending"}
_V1_TYPES = {"EmailAddress": True, "Domain": False}


def create_email_identity(call: Call) -> Answer:
    """Add an identity; a default configuration set has to be there."""
    name = stored_name(call.asked["EmailIdentity"])
    if name in call.account.identities:
        raise already_exists(f"Email identity {name} already exist.")
    chosen = call.asked.get("ConfigurationSetName")
    _check_set(call, chosen)
    identity = StandInIdentity(name, configuration_set=chosen, tags=call.asked.get("Tags", []))
    call.account.identities[name] = identity
    return present(
        IdentityType=_type_of(identity),
        VerifiedForSendingStatus=identity.is_verified,
        DkimAttributes=_dkim(identity),
    )


def get_email_identity(call: Call) -> Answer:
    """Return everything about an identity, its policies too."""
    identity = own_identity(call, call.asked["EmailIdentity"])
    return present(
        IdentityType=_type_of(identity),
        FeedbackForwardingStatus=identity.forwards_feedback,
        VerifiedForSendingStatus=identity.is_verified,
        VerificationStatus=identity.status,
        DkimAttributes=_dkim(identity),
        MailFromAttributes=_mail_from(identity),
        Policies=identity.policies,
        Tags=identity.tags,
        ConfigurationSetName=identity.configuration_set,
    )


def list_email_identities(call: Call) -> Answer:
    """Return the caller's identities, verified or not."""
    rows, token = page(sorted(call.account.identities), call.asked)
    identities = [call.account.identities[name] for name in rows]
    return present(EmailIdentities=[_summary(identity) for identity in identities], NextToken=token)


def delete_email_identity(call: Call) -> Answer:
    """Remove an identity, and with it its policies and topics."""
    identity = own_identity(call, call.asked["EmailIdentity"])
    refuse_while_associated(call.account, call.arn(f"identity/{identity.name}"))
    del call.account.identities[identity.name]
    return {}


def put_configuration_set_attributes(call: Call) -> Answer:
    """Set the default configuration set, or clear it where none is named."""
    identity, chosen = own_identity(call, call.asked["EmailIdentity"]), call.asked.get("ConfigurationSetName")
    _check_set(call, chosen)
    identity.configuration_set = chosen or None
    return {}


def put_dkim_attributes(call: Call) -> Answer:
    """Switch DKIM signing on or off."""
    own_identity(call, call.asked["EmailIdentity"]).dkim_enabled = bool(call.asked.get("SigningEnabled"))
    return {}


def put_mail_from_attributes(call: Call) -> Answer:
    """Set the MAIL FROM domain, or clear it."""
    names = ("MailFromDomain", "BehaviorOnMxFailure")
    chosen = {name: call.asked[name] for name in names if call.asked.get(name)}
    own_identity(call, call.asked["EmailIdentity"]).mail_from = chosen
    return {}


def list_identities(call: Call) -> Answer:
    """Return the names of the caller's identities (v1)."""
    wanted = _V1_TYPES.get(call.asked.get("IdentityType", ""))
    names = [i.name for i in call.account.identities.values() if wanted in {None, i.is_address}]
    rows, token = page(sorted(names), call.asked, "MaxItems")
    return present(Identities=rows, NextToken=token)


def get_verification_attributes(call: Call) -> Answer:
    """Return the verification of those that are known (v1)."""
    found = {name: find_identity(call.account, name) for name in call.asked["Identities"]}
    known = {name: _V1_STATUS[identity.status] for name, identity in found.items() if identity is not None}
    return {
        "VerificationAttributes": {name: {"VerificationStatus": status} for name, status in known.items()}
    }


V2_OPERATIONS: Operations = {
    "CreateEmailIdentity": create_email_identity,
    "GetEmailIdentity": get_email_identity,
    "ListEmailIdentities": list_email_identities,
    "DeleteEmailIdentity": delete_email_identity,
    "PutEmailIdentityConfigurationSetAttributes": put_configuration_set_attributes,
    "PutEmailIdentityDkimAttributes": put_dkim_attributes,
    "PutEmailIdentityMailFromAttributes": put_mail_from_attributes,
}
V1_OPERATIONS: Operations = {
    "ListIdentities": list_identities,
    "GetIdentityVerificationAttributes": get_verification_attributes,
}


def _check_set(call: Call, name: str | None) -> None:
    if name and name not in call.account.sets:
        raise not_found(f"Configuration set <{name}> does not exist.")


def _type_of(identity: StandInIdentity) -> str:
    return "EMAIL_ADDRESS" if identity.is_address else "DOMAIN"


def _summary(identity: StandInIdentity) -> dict[str, Any]:
    return {
        "IdentityType": _type_of(identity),
        "IdentityName": identity.name,
        "SendingEnabled": identity.is_verified,
        "VerificationStatus": identity.status,
    }


def _dkim(identity: StandInIdentity) -> dict[str, Any]:
    """Return the DKIM attributes; the three tokens follow from the name, so that they stay the same."""
    domain = identity.name.rpartition("@")[2]
    tokens = [hashlib.sha256(f"{domain} {number}".encode()).hexdigest()[:32] for number in range(3)]
    return {
        "SigningEnabled": identity.dkim_enabled,
        "Status": identity.status if not identity.is_address else "NOT_STARTED",
        "Tokens": [] if identity.is_address else tokens,
        "SigningAttributesOrigin": "AWS_SES",
    }


def _mail_from(identity: StandInIdentity) -> dict[str, str] | None:
    if "MailFromDomain" not in identity.mail_from:
        return None
    return {
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    } | identity.mail_from
