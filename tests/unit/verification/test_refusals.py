"""Each refusal of SES is explained by what it says: whose turn it is, and what mends it.

The texts are those that users of SES reported.
"""

import json
from dataclasses import replace

import pytest

from ses_reputation.authorization.evaluation import PolicyRequest, evaluate
from ses_reputation.verification.explanation import ActingSide, KnownOfSends
from ses_reputation.verification.marker_mail import SendingWay, SimulatedOutcome
from ses_reputation.verification.refusals import explain_refusal, quote_refusal
from tests.support.marker_mail import (
    AS_COURIER,
    AS_OWNER,
    COURIER,
    IDENTITY,
    IDENTITY_ARN,
    OWNER,
    marker_mail,
    refused,
)

CALLER = f"arn:aws:sts::{COURIER}:assumed-role/mailer/session"
SET_ARN = f"arn:aws:ses:eu-west-1:{COURIER}:configuration-set/courier"
RAW = marker_mail(way=SendingWay.RAW)
SIMPLE_WORKS = frozenset({SendingWay.SIMPLE})


def denied(action: str, resource: str) -> str:
    return f"User `{CALLER}' is not authorized to perform `{action}' on resource `{resource}'"


def denied_v2(action: str, resource: str) -> str:
    return (
        f"User: {CALLER} is not authorized to perform: {action} on resource: {resource} "
        "because no identity-based policy allows the action"
    )


def known(*actions: str, accepted: frozenset[SendingWay] = frozenset(), asked: str) -> KnownOfSends:
    """The owner's policy grants these actions to the courier."""
    statement = {
        "Sid": "Courier",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{COURIER}:root"},
        "Action": list(actions),
        "Resource": IDENTITY_ARN,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return KnownOfSends(accepted, evaluate(policy, PolicyRequest(CALLER, asked, IDENTITY_ARN)))


def unverified(*identities: str, region: str = "EU-WEST-1") -> str:
    return (
        "Email address is not verified. The following identities failed the check in region "
        f"{region}: {', '.join(identities)}"
    )


@pytest.mark.parametrize("say", [denied, denied_v2])
def test_a_policy_for_simple_mail_refuses_raw_mail_and_the_owner_grants_both(say: object) -> None:
    assert callable(say)
    refusal = refused("AccessDeniedException", say("ses:SendRawEmail", IDENTITY_ARN), RAW)

    found = explain_refusal(refusal, known("ses:SendEmail", accepted=SIMPLE_WORKS, asked="ses:SendRawEmail"))

    assert found.side is ActingSide.OWNER
    assert "simple mail (ses:SendEmail) and not raw mail (ses:SendRawEmail)" in found.cause
    assert found.account_of(RAW.party) == OWNER


@pytest.mark.parametrize("say", [denied, denied_v2])
def test_a_refusal_on_the_configuration_set_is_of_the_senders_own_policy(say: object) -> None:
    assert callable(say)

    found = explain_refusal(refused("AccessDenied", say("ses:SendEmail", SET_ARN)))

    assert found.side is ActingSide.SENDER
    assert SET_ARN in found.cause
    (statement,) = found.paste
    assert json.loads(statement) == {
        "Effect": "Allow",
        "Action": ["ses:SendEmail", "ses:SendRawEmail"],
        "Resource": [SET_ARN],
    }


def test_a_refusal_on_a_set_that_is_the_identitys_default_names_that_set() -> None:
    """A03: the mail names no set, and needs the right to use the default one all the same."""
    mail = marker_mail(party=replace(AS_COURIER, configuration_set=""))

    found = explain_refusal(refused("AccessDeniedException", denied_v2("ses:SendEmail", SET_ARN), mail))

    assert (found.side, SET_ARN in found.cause) == (ActingSide.SENDER, True)
    assert json.loads(found.paste[0])["Resource"] == [SET_ARN]


def test_where_the_owners_policy_allows_the_senders_side_refuses() -> None:
    refusal = refused("AccessDeniedException", denied_v2("ses:SendEmail", IDENTITY_ARN))

    found = explain_refusal(refusal, known("ses:SendEmail", "ses:SendRawEmail", asked="ses:SendEmail"))

    assert found.side is ActingSide.SENDER
    assert "SCP" in found.cause
    assert json.loads(found.paste[0])["Resource"] == [IDENTITY_ARN, SET_ARN]
    assert "authorize" not in " ".join(found.paste)


def test_where_the_owners_policy_does_not_allow_the_reason_is_said() -> None:
    refusal = refused("AccessDenied", denied("ses:SendEmail", IDENTITY_ARN))

    found = explain_refusal(refusal, known("ses:SendRawEmail", asked="ses:SendEmail"))

    assert found.side is ActingSide.OWNER
    assert "Statement Courier: it is not about ses:SendEmail." in found.cause


def test_where_the_policy_cannot_be_read_neither_side_is_blamed() -> None:
    found = explain_refusal(refused("AccessDenied", denied("ses:SendEmail", IDENTITY_ARN)))

    assert found.side is ActingSide.EITHER
    assert found.account_of(AS_COURIER) == ""


def test_an_owner_refused_on_its_own_identity_mends_its_own_policy() -> None:
    mail = marker_mail(party=AS_OWNER)

    found = explain_refusal(refused("AccessDenied", denied("ses:SendEmail", IDENTITY_ARN), mail))

    assert (found.side, found.account_of(AS_OWNER)) == (ActingSide.SENDER, OWNER)


def test_a_refusal_on_the_recipients_identity_may_be_the_sandbox_and_is_not_the_owners_fault() -> None:
    resource = f"arn:aws:ses:eu-west-1:{COURIER}:identity/reader@harbor.example"

    found = explain_refusal(refused("AccessDenied", denied("ses:SendEmail", resource)))

    assert found.side is ActingSide.SENDER
    assert "sandbox SES may check" in found.cause
    assert "reader@" not in found.cause + found.mend


def test_raw_mail_whose_from_header_is_not_covered_needs_from_arn() -> None:
    mail = marker_mail(way=SendingWay.RAW_V1)
    refusal = refused("MessageRejected", unverified("news@orchard.example"), mail)

    found = explain_refusal(refusal, KnownOfSends(SIMPLE_WORKS))

    assert found.side is ActingSide.SENDER
    for named in ("FromArn", "X-SES-FROM-ARN", "ReturnPathArn", "X-SES-RETURN-PATH-ARN"):
        assert named in found.mend


def test_a_whole_arn_that_failed_is_of_an_identity_that_nobody_verified() -> None:
    arn = f"arn:aws:ses:eu-west-1:{OWNER}:identity/news@orchard.example"
    party = replace(AS_COURIER, identity=replace(IDENTITY, name="news@orchard.example"))

    found = explain_refusal(refused("MessageRejected", unverified(arn), marker_mail(party=party)))

    assert "identity/orchard.example" in found.mend


def test_a_recipient_that_failed_means_the_sandbox() -> None:
    mail = marker_mail(SimulatedOutcome.BOUNCE)

    found = explain_refusal(refused("MessageRejected", unverified(mail.recipient, "a@b.example"), mail))

    assert (found.side, "sandbox" in found.cause) == (ActingSide.SENDER, True)


def test_a_from_address_that_failed_names_the_region_of_the_check() -> None:
    refusal = refused("MessageRejected", unverified("news@orchard.example", region="US-EAST-1"))

    found = explain_refusal(refusal)

    assert "us-east-1" in found.cause
    assert "--region us-east-1" in found.paste[0]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ConfigurationSetDoesNotExist", "Configuration set <courier> does not exist."),
        ("NotFoundException", "Configuration set <courier> does not exist."),
    ],
)
def test_a_missing_set_is_the_senders_to_make(code: str, message: str) -> None:
    found = explain_refusal(refused(code, message))

    assert found.cause == f"{COURIER} has no configuration set courier in eu-west-1."


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        (
            "SendingPausedException",
            "Sending is paused for configuration set courier",
            "set courier is paused",
        ),
        (
            "ConfigurationSetSendingPausedException",
            "Sending is paused for configuration set courier",
            "set courier is paused",
        ),
        ("SendingPausedException", "Sending is paused for this account.", "All sending of"),
        ("AccountSendingPausedException", "Email sending is disabled for your account", "All sending of"),
        ("AccountSuspendedException", "This account is suspended.", "All sending of"),
        ("MailFromDomainNotVerifiedException", "not verified", "MAIL FROM domain"),
        ("Throttling", "Maximum sending rate exceeded.", "sending rate"),
        ("Throttling", "Daily message quota exceeded.", "quota of a day"),
        ("ExpiredTokenException", "The security token included in the request is expired", "credentials"),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", "credentials"),
        ("NotFoundException", "Tenant t for AwsAccountId 222222222222 not found.", "no such tenant"),
    ],
)
def test_a_code_says_what_is_wrong(code: str, message: str, said: str) -> None:
    assert said in explain_refusal(refused(code, message)).cause


def test_each_resource_that_is_not_the_tenants_gets_a_command() -> None:
    message = f"Tenant not associated with resources [{IDENTITY_ARN}, {SET_ARN}]."

    found = explain_refusal(refused("AccessDeniedException", message))

    assert [command.split()[-1] for command in found.paste] == [IDENTITY_ARN, SET_ARN]
    assert all("create-tenant-resource-association" in command for command in found.paste)


def test_an_error_that_nobody_has_met_is_left_to_ses_own_words() -> None:
    refusal = refused("TeapotException", "I am a teapot")

    assert "cannot explain" in explain_refusal(refusal).cause
    assert quote_refusal(refusal) == "TeapotException: I am a teapot"


def test_ses_words_are_quoted_without_the_addresses_of_others_and_without_controls() -> None:
    mail = marker_mail()
    said = f"failed: news@orchard.example, {mail.recipient}, reader@harbor.example\x1b[31m"

    assert quote_refusal(refused("X", said)) == (
        f"X: failed: news@orchard.example, {mail.recipient}, (address)\\x1b[31m"
    )
