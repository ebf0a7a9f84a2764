"""Sends that the SES stand-in refuses, each explained from the answer it gives: rows A01 to A06, A40 and A45.

The mails are marker mails; where a row is about how somebody else's library sends, the request is changed on
its way as that library makes it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.authorization.evaluation import PolicyRequest, evaluate_policies
from ses_reputation.verification.explanation import ActingSide, KnownOfSends, RefusalExplanation
from ses_reputation.verification.marker_mail import MarkerMail, SendingParty, SendingWay
from ses_reputation.verification.refusals import explain_refusal, quote_refusal
from ses_reputation.verification.sending import AcceptedMail, MarkerSender, RefusedMail
from tests.support.marker_mail import (
    AS_COURIER,
    AS_OWNER,
    COURIER,
    IDENTITY,
    IDENTITY_ARN,
    OWNER,
    REGION,
    SENT_AT,
    marker_mail,
)
from tests.support.pasted_text import check_pasted, commands_in
from tests.support.ses_clients import connect_ses

ROOT = f"arn:aws:iam::{COURIER}:root"
READER = "reader@harbor.example"
BOTH = ["ses:SendEmail", "ses:SendRawEmail"]
Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Ses:
    """The stand-in, with the owner's identity and the courier's configuration set in it."""

    stand_in: SesStandIn

    def client(self, service: str, account: str) -> Any:
        return connect_ses(self.stand_in, service, account)

    def grant(self, *actions: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": ROOT},
            "Action": list(actions),
            "Resource": IDENTITY_ARN,
        }
        self.client("sesv2", OWNER).create_email_identity_policy(
            EmailIdentity=IDENTITY.name,
            PolicyName="courier",
            Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def limit_sender(self, *resources: str) -> None:
        statement = {"Effect": "Allow", "Action": "ses:*", "Resource": list(resources)}
        self.stand_in.restrict(ROOT, {"Version": "2012-10-17", "Statement": [statement]})

    def send(self, mail: MarkerMail, change: Change | None = None) -> AcceptedMail | RefusedMail:
        """Send a mail; change: alters the request's parameters."""
        v2, v1 = (self.client(service, mail.party.account) for service in ("sesv2", "ses"))
        for client, operation in ((v2, "sesv2.SendEmail"), (v1, "ses.SendRawEmail")):
            if change:
                client.meta.events.register(f"provide-client-params.{operation}", _changing(change))
        return MarkerSender(v2, v1, lambda: SENT_AT).send(mail)

    def explain(
        self, mail: MarkerMail, change: Change | None = None, accepted: tuple[SendingWay, ...] = ()
    ) -> RefusalExplanation:
        """Return the explanation of a mail that has to be refused, with the owner's policies known."""
        refused = self.send(mail, change)
        assert isinstance(refused, RefusedMail), refused
        assert READER not in quote_refusal(refused)
        stored = self.client("sesv2", OWNER).get_email_identity_policies(EmailIdentity=IDENTITY.name)
        asked = PolicyRequest(ROOT, mail.way.action, IDENTITY_ARN)
        known = KnownOfSends(frozenset(accepted), evaluate_policies(stored["Policies"], asked))
        explained = explain_refusal(refused, known)
        for pasted in (*explained.paste, *commands_in(explained.mend)):
            if not pasted.startswith("{"):
                check_pasted(pasted)
        return explained


def _changing(change: Change) -> Callable[..., dict[str, Any]]:
    def changed(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        copy = dict(params)
        change(copy)
        return copy

    return changed


def without(*names: str) -> Change:
    """Leave parameters out."""

    def leave_out(params: dict[str, Any]) -> None:
        for name in names:
            del params[name]

    return leave_out


@pytest.fixture
def ses() -> Iterator[Ses]:
    with SesStandIn() as stand_in:
        found = Ses(stand_in)
        found.client("sesv2", OWNER).create_email_identity(EmailIdentity=IDENTITY.name)
        found.client("sesv2", COURIER).create_configuration_set(ConfigurationSetName="courier")
        yield found


def test_a01_raw_mail_that_names_the_arn_for_its_envelope_only(ses: Ses) -> None:
    ses.grant(*BOTH)
    raw, simple = marker_mail(way=SendingWay.RAW_V1), marker_mail()
    assert isinstance(ses.send(simple), AcceptedMail)
    assert isinstance(ses.send(raw), AcceptedMail)

    found = ses.explain(raw, without("FromArn"), (SendingWay.SIMPLE,))

    assert found.side is ActingSide.SENDER
    assert "the From header of raw mail is not covered" in found.cause
    assert "Pass FromArn too (header X-SES-FROM-ARN), and ReturnPathArn" in found.mend
    assert found.paste == (
        f"ses-reputation authorize send-example {IDENTITY_ARN} --configuration-set courier",
    )


def test_a02_raw_content_under_a_policy_for_simple_mail(ses: Ses) -> None:
    ses.grant("ses:SendEmail")
    assert isinstance(ses.send(marker_mail()), AcceptedMail)

    found = ses.explain(marker_mail(way=SendingWay.RAW), accepted=(SendingWay.SIMPLE,))

    assert found.side is ActingSide.OWNER
    assert "simple mail (ses:SendEmail) and not raw mail (ses:SendRawEmail)" in found.cause


def test_a03_a_set_that_the_senders_own_policy_leaves_out(ses: Ses) -> None:
    ses.grant(*BOTH)
    ses.limit_sender("arn:aws:ses:*:*:identity/*")

    found = ses.explain(marker_mail())

    assert found.side is ActingSide.SENDER
    assert json.loads(found.paste[0])["Resource"] == [AS_COURIER.configuration_set_arn]


def test_a04_a_sender_whose_own_policy_names_only_its_own_identities(ses: Ses) -> None:
    ses.grant(*BOTH)
    ses.limit_sender(f"arn:aws:ses:{REGION}:{COURIER}:*")

    found = ses.explain(marker_mail())

    assert found.side is ActingSide.SENDER
    assert f"The owner's policy allows ses:SendEmail to {COURIER}; IAM in {COURIER} refuses it" in found.cause
    assert IDENTITY_ARN in json.loads(found.paste[0])["Resource"]


def test_a05_in_the_sandbox_the_recipients_identity_is_asked_for_too(ses: Ses) -> None:
    ses.grant(*BOTH)
    ses.stand_in.open_account(COURIER, REGION).attributes["ProductionAccessEnabled"] = False
    ses.client("sesv2", COURIER).create_email_identity(EmailIdentity=READER)
    ses.limit_sender(IDENTITY_ARN, AS_COURIER.configuration_set_arn)
    assert isinstance(ses.send(marker_mail()), AcceptedMail)

    found = ses.explain(marker_mail(), lambda params: params.update(Destination={"ToAddresses": [READER]}))

    assert found.side is ActingSide.SENDER
    assert (
        "In the sandbox SES may check the caller's IAM policy for the recipient's identity too" in found.cause
    )
    assert "The owner's policy is not the cause" in found.cause
    assert "production access" in found.mend


def test_in_the_sandbox_a_recipient_that_nobody_verified_is_in_the_list_of_the_refusal(ses: Ses) -> None:
    """A recipient in the list tells of the sandbox: aws-samples/iam-identity-center-team issue 201."""
    ses.grant(*BOTH)
    ses.stand_in.open_account(COURIER, REGION).attributes["ProductionAccessEnabled"] = False

    found = ses.explain(marker_mail(), lambda params: params.update(Destination={"ToAddresses": [READER]}))

    assert found.side is ActingSide.SENDER
    assert f"{COURIER} is in the sandbox in {REGION}" in found.cause


def test_a06_an_address_of_the_domain_named_as_if_it_were_an_identity(ses: Ses) -> None:
    ses.grant(*BOTH)
    address = replace(IDENTITY, name="news@orchard.example")
    party = SendingParty(COURIER, address, address.name, "courier")

    found = ses.explain(marker_mail(party=party))

    assert found.side is ActingSide.SENDER
    assert "has no verified identity news@orchard.example" in found.cause
    assert ".../identity/orchard.example" in found.mend


def test_the_same_arn_in_another_region_is_not_verified_there(ses: Ses) -> None:
    ses.grant(*BOTH)
    elsewhere = replace(IDENTITY, region="eu-central-1")
    party = replace(AS_COURIER, identity=elsewhere)

    found = ses.explain(marker_mail(party=party))

    assert found.side is ActingSide.OWNER
    assert "be made in the ARN's Region" in found.mend


def test_a40_a_default_set_that_was_deleted_is_named(ses: Ses) -> None:
    v2 = ses.client("sesv2", OWNER)
    v2.create_configuration_set(ConfigurationSetName="orchard")
    v2.put_email_identity_configuration_set_attributes(
        EmailIdentity=IDENTITY.name, ConfigurationSetName="orchard"
    )
    v2.delete_configuration_set(ConfigurationSetName="orchard")

    found = ses.explain(marker_mail(party=replace(AS_OWNER, configuration_set="")))

    assert "the default one of orchard.example was deleted" in found.cause
    assert found.paste == (
        "aws sesv2 put-email-identity-configuration-set-attributes --email-identity orchard.example "
        f"--region {REGION}",
    )


def test_a45_a_tenant_without_the_set_is_given_one_command_an_arn(ses: Ses) -> None:
    ses.grant(*BOTH)
    v2 = ses.client("sesv2", COURIER)
    v2.create_tenant(TenantName="reader")
    mail = marker_mail(party=replace(AS_COURIER, tenant="reader"))

    found = ses.explain(mail)

    arns = [IDENTITY_ARN, AS_COURIER.configuration_set_arn]
    assert found.side is ActingSide.SENDER
    assert all(arn in found.cause for arn in arns)
    assert found.paste == tuple(
        f"aws sesv2 create-tenant-resource-association --region {REGION} --tenant-name reader "
        f"--resource-arn {arn}"
        for arn in arns
    )


def test_a_tenant_that_is_not_there_is_said(ses: Ses) -> None:
    ses.grant(*BOTH)

    found = ses.explain(marker_mail(party=replace(AS_COURIER, tenant="nobody")))

    assert f"{COURIER} has no such tenant in {REGION}" in found.cause
