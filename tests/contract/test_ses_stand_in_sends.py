"""Who may send through the SES stand-in, and in which words it refuses: facts F1 to F5, F12 and F14."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.ses_clients import COURIER, HARBOR, OWNER, REGION, connect_ses

DOMAIN = "orchard.example"
IDENTITY = f"arn:aws:ses:{REGION}:{OWNER}:identity/{DOMAIN}"
NEWS, BOUNCES = "news@orchard.example", "bounces@orchard.example"
ROOT_OF_COURIER = f"arn:aws:iam::{COURIER}:root"
TO = "success@simulator.amazonses.com"

Send = Callable[..., str]


def allow(**changes: Any) -> str:
    """The owner's policy for the courier, in which the named parts of the statement are others."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ROOT_OF_COURIER},
        "Action": ["ses:SendEmail", "ses:SendRawEmail"],
        "Resource": IDENTITY,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | changes]})


@pytest.fixture
def ses() -> Iterator[SesStandIn]:
    with SesStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def owner(ses: SesStandIn) -> Iterator[Any]:
    client = connect_ses(ses, "sesv2")
    client.create_email_identity(EmailIdentity=DOMAIN)
    yield client
    client.close()


@pytest.fixture
def courier(ses: SesStandIn) -> Iterator[Any]:
    client = connect_ses(ses, "sesv2", COURIER)
    yield client
    client.close()


def grant(owner: Any, policy: str, name: str = "courier") -> None:
    owner.create_email_identity_policy(EmailIdentity=DOMAIN, PolicyName=name, Policy=policy)


def outcome(client: Any, **asked: Any) -> str:
    """`sent`, or the type of the refusal and its message."""
    simple = {"Subject": {"Data": "Pears"}, "Body": {"Text": {"Data": "are ripe"}}}
    request = {
        "FromEmailAddress": NEWS,
        "FromEmailAddressIdentityArn": IDENTITY,
        "Destination": {"ToAddresses": [TO]},
        "Content": {"Simple": simple},
    } | asked
    try:
        client.send_email(**{name: value for name, value in request.items() if value is not None})
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return "sent"


def raw_outcome(client: Any, headers: str, **asked: Any) -> str:
    """The same of v1's SendRawEmail."""
    data = f"{headers}\r\nTo: {TO}\r\n\r\nripe".encode()
    try:
        client.send_raw_email(RawMessage={"Data": data}, **asked)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return "sent"


def not_authorized(action: str, resource: str = IDENTITY, caller: str = ROOT_OF_COURIER) -> str:
    return f"User `{caller}' is not authorized to perform `{action}' on resource `{resource}'"


def failed(*names: str) -> str:
    return (
        "MessageRejected: Email address is not verified. The following identities failed the check in region "
        f"EU-WEST-1: {', '.join(names)}"
    )


def test_without_a_policy_a_delegate_is_refused(owner: Any, courier: Any) -> None:
    assert outcome(courier) == f"AccessDeniedException: {not_authorized('ses:SendEmail')}"


def test_with_the_owners_policy_a_delegate_sends(owner: Any, courier: Any) -> None:
    grant(owner, allow())

    assert outcome(courier) == "sent"


def test_the_owner_sends_without_naming_its_identity(owner: Any) -> None:
    assert outcome(owner, FromEmailAddressIdentityArn=None) == "sent"


@pytest.mark.parametrize(
    ("changes", "is_sent"),
    [
        ({"Principal": {"AWS": HARBOR}}, False),
        ({"Principal": {"AWS": COURIER}}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{COURIER}:user/mailer"}}, False),
        ({"Action": "ses:Send*"}, True),
        ({"Action": "ses:SendRawEmail"}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"StringLike": {"ses:FromAddress": "*@orchard.example"}}}, True),
        ({"Condition": {"StringEquals": {"ses:FromAddress": "*@orchard.example"}}}, False),
        ({"Condition": {"StringEquals": {"ses:FromAddress": "News@orchard.example"}}}, False),
        ({"Condition": {"StringLike": {"ses:FromAddress": "sales@*"}}}, False),
        ({"Condition": {"StringEquals": {"ses:FromDisplayName": "Orchard"}}}, False),
        ({"Condition": {"StringEquals": {"ses:FeedbackAddress": NEWS}}}, True),
        ({"Condition": {"ForAllValues:StringLike": {"ses:Recipients": ["*@*.amazonses.com"]}}}, True),
        ({"Condition": {"ForAllValues:StringLike": {"ses:Recipients": ["*@harbor.example"]}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, False),
        ({"Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}, False),
        ({"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}, True),
        ({"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-fruit"}}}, True),
        ({"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-other"}}}, False),
    ],
)
def test_a_policy_is_evaluated(
    ses: SesStandIn, owner: Any, courier: Any, changes: dict[str, Any], is_sent: bool
) -> None:
    ses.join_organization("o-fruit", OWNER, COURIER)
    grant(owner, allow(**changes))

    assert (outcome(courier) == "sent") is is_sent


def test_a_date_condition_ends_by_itself(owner: Any, courier: Any) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    grant(owner, allow(Condition={"DateLessThan": {"aws:CurrentTime": soon}}))

    assert outcome(courier) == "sent"


def test_a_denial_in_another_policy_outweighs_the_permission(owner: Any, courier: Any) -> None:
    grant(owner, allow())
    grant(owner, allow(Effect="Deny", Action="ses:Send*"), "revoked")

    assert outcome(courier) == f"AccessDeniedException: {not_authorized('ses:SendEmail')}"


def test_a_session_of_a_role_is_the_role_that_the_policy_names(ses: SesStandIn, owner: Any) -> None:
    grant(owner, allow(Principal={"AWS": f"arn:aws:iam::{COURIER}:role/mailer"}))
    ses.know_key("ASIAMAILER", f"arn:aws:sts::{COURIER}:assumed-role/mailer/one")
    ses.know_key("ASIAOTHER", f"arn:aws:sts::{COURIER}:assumed-role/other/one")

    assert outcome(connect_ses(ses, "sesv2", "ASIAMAILER")) == "sent"
    assert outcome(connect_ses(ses, "sesv2", "ASIAOTHER")).startswith("AccessDeniedException")


def test_raw_content_needs_an_action_of_its_own(owner: Any, courier: Any) -> None:
    grant(owner, allow(Action="ses:SendEmail"))
    raw = {"Raw": {"Data": f"From: {NEWS}\r\nTo: {TO}\r\n\r\nripe".encode()}}

    assert outcome(courier) == "sent"
    assert outcome(courier, Content=raw) == f"AccessDeniedException: {not_authorized('ses:SendRawEmail')}"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"FromEmailAddressIdentityArn": None}, [NEWS]),
        ({"FromEmailAddressIdentityArn": IDENTITY.replace(REGION, "us-east-1")}, [NEWS]),
        ({"FromEmailAddress": "news@harbor.example"}, ["news@harbor.example"]),
        (
            {"FromEmailAddressIdentityArn": IDENTITY.replace(DOMAIN, NEWS)},
            [IDENTITY.replace(DOMAIN, NEWS)],
        ),
    ],
)
def test_a_sender_that_no_identity_covers_is_named(
    owner: Any, courier: Any, asked: dict[str, Any], names: list[str]
) -> None:
    grant(owner, allow())

    assert outcome(courier, **asked) == failed(*names)


def test_a_pending_identity_covers_nothing(ses: SesStandIn, owner: Any) -> None:
    ses.open_account(OWNER, REGION).identities[DOMAIN].is_verified = False

    assert outcome(owner, FromEmailAddressIdentityArn=None) == failed(NEWS)


def test_the_region_of_a_global_endpoint_is_every_region(owner: Any, courier: Any) -> None:
    grant(owner, allow(Resource=IDENTITY))

    assert outcome(courier, FromEmailAddressIdentityArn=IDENTITY.replace(REGION, "*")) == "sent"


def test_the_callers_own_policies_count_too_and_the_refusal_names_the_owners_identity(
    ses: SesStandIn, owner: Any, courier: Any
) -> None:
    grant(owner, allow())
    own = f"arn:aws:ses:{REGION}:{COURIER}:identity/*"
    ses.restrict(ROOT_OF_COURIER, {"Statement": [{"Effect": "Allow", "Action": "ses:*", "Resource": own}]})

    assert outcome(courier) == f"AccessDeniedException: {not_authorized('ses:SendEmail')}"


def test_a_configuration_set_is_authorized_by_itself(ses: SesStandIn, owner: Any, courier: Any) -> None:
    grant(owner, allow())
    courier.create_configuration_set(ConfigurationSetName="news")
    identities = {"Effect": "Allow", "Action": "ses:*", "Resource": "arn:aws:ses:*:*:identity/*"}
    ses.restrict(ROOT_OF_COURIER, {"Statement": [identities]})
    resource = f"arn:aws:ses:{REGION}:{COURIER}:configuration-set/news"

    refused = outcome(courier, ConfigurationSetName="news")

    assert refused == f"AccessDeniedException: {not_authorized('ses:SendEmail', resource)}"


def test_a_restricted_caller_reads_only_what_it_may(ses: SesStandIn, courier: Any) -> None:
    statement = {"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"}
    ses.restrict(ROOT_OF_COURIER, {"Statement": [statement]})

    assert courier.get_account()["SendingEnabled"]
    with pytest.raises(ClientError) as error:
        courier.list_suppressed_destinations()
    assert error.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": f"User: {ROOT_OF_COURIER} is not authorized to perform: ses:ListSuppressedDestinations on "
        "resource: * because no identity-based policy allows the ses:ListSuppressedDestinations action",
    }


def test_in_the_sandbox_recipients_are_verified_except_the_simulators(ses: SesStandIn, owner: Any) -> None:
    ses.open_account(OWNER, REGION).attributes["ProductionAccessEnabled"] = False
    others = {"ToAddresses": [TO, "reader@harbor.example"]}

    assert outcome(owner) == "sent"
    assert outcome(owner, Destination=others) == failed("reader@harbor.example")


def test_in_the_sandbox_the_recipients_identity_is_authorized_too(ses: SesStandIn, owner: Any) -> None:
    ses.open_account(OWNER, REGION).attributes["ProductionAccessEnabled"] = False
    owner.create_email_identity(EmailIdentity="reader@harbor.example")
    root = f"arn:aws:iam::{OWNER}:root"
    ses.restrict(root, {"Statement": [{"Effect": "Allow", "Action": "ses:*", "Resource": IDENTITY}]})
    resource = IDENTITY.replace(DOMAIN, "reader@harbor.example")

    refused = outcome(owner, Destination={"ToAddresses": ["reader@harbor.example"]})

    assert refused == f"AccessDeniedException: {not_authorized('ses:SendEmail', resource, root)}"


@pytest.mark.parametrize(
    ("attributes", "refusal"),
    [
        ({"SendingEnabled": False}, "SendingPausedException: Email sending is disabled"),
        ({"EnforcementStatus": "SHUTDOWN"}, "AccountSuspendedException: Sending paused for this account."),
    ],
)
def test_a_paused_account_sends_nothing(
    ses: SesStandIn, owner: Any, attributes: dict[str, Any], refusal: str
) -> None:
    ses.open_account(OWNER, REGION).attributes |= attributes

    assert outcome(owner).startswith(refusal)


def test_a_paused_or_absent_set_refuses_in_the_words_of_each_api(ses: SesStandIn, owner: Any) -> None:
    v1 = connect_ses(ses, "ses")
    owner.create_configuration_set(ConfigurationSetName="paused", SendingOptions={"SendingEnabled": False})
    found = [
        outcome(owner, ConfigurationSetName="absent"),
        outcome(owner, ConfigurationSetName="paused"),
        raw_outcome(v1, f"From: {NEWS}", ConfigurationSetName="absent"),
        raw_outcome(v1, f"From: {NEWS}", ConfigurationSetName="paused"),
    ]
    v1.close()

    assert found == [
        "NotFoundException: Configuration set <absent> does not exist.",
        "SendingPausedException: Sending is paused for configuration set <paused>",
        "ConfigurationSetDoesNotExist: Configuration set <absent> does not exist.",
        "ConfigurationSetSendingPausedException: Sending is paused for configuration set <paused>",
    ]


def test_the_default_set_that_is_gone_is_a_bad_request_unless_another_is_named(owner: Any) -> None:
    owner.create_configuration_set(ConfigurationSetName="news")
    owner.put_email_identity_configuration_set_attributes(EmailIdentity=DOMAIN, ConfigurationSetName="news")
    owner.delete_configuration_set(ConfigurationSetName="news")
    owner.create_configuration_set(ConfigurationSetName="other")

    assert outcome(owner) == "BadRequestException: Configuration set <news> does not exist."
    assert outcome(owner, ConfigurationSetName="other") == "sent"


def test_the_default_of_an_address_goes_before_that_of_its_domain_which_does_not_reach_it(owner: Any) -> None:
    """A default that is gone fails the send, and so shows that it was in effect."""
    for name in ("of-domain", "of-address"):
        owner.create_configuration_set(ConfigurationSetName=name)
    owner.put_email_identity_configuration_set_attributes(
        EmailIdentity=DOMAIN, ConfigurationSetName="of-domain"
    )
    owner.create_email_identity(EmailIdentity=NEWS)
    owner.delete_configuration_set(ConfigurationSetName="of-domain")
    own = {"FromEmailAddressIdentityArn": None}
    without_default = outcome(owner, **own)
    other_address = outcome(owner, **own, FromEmailAddress=BOUNCES)
    owner.put_email_identity_configuration_set_attributes(
        EmailIdentity=NEWS, ConfigurationSetName="of-address"
    )
    owner.delete_configuration_set(ConfigurationSetName="of-address")

    assert without_default == "sent"
    assert other_address == "BadRequestException: Configuration set <of-domain> does not exist."
    assert outcome(owner, **own) == "BadRequestException: Configuration set <of-address> does not exist."


def test_the_owners_default_set_is_not_the_delegates(owner: Any, courier: Any) -> None:
    """Whether SES looks for it is not known [?]; the stand-in does not."""
    grant(owner, allow())
    owner.create_configuration_set(ConfigurationSetName="news")
    owner.put_email_identity_configuration_set_attributes(EmailIdentity=DOMAIN, ConfigurationSetName="news")

    assert outcome(courier) == "sent"


@pytest.mark.parametrize(
    ("headers", "arns", "expected"),
    [
        (f"From: {NEWS}", ["SourceArn"], failed(NEWS)),
        (f"From: {NEWS}", ["SourceArn", "FromArn"], "sent"),
        (f"From: {NEWS}\r\nX-SES-SOURCE-ARN: {IDENTITY}\r\nX-SES-FROM-ARN: {IDENTITY}", [], "sent"),
        (
            f"From: {NEWS}\r\nReturn-Path: {BOUNCES}",
            ["SourceArn", "FromArn"],
            failed(f"bounces@{DOMAIN}"),
        ),
        (
            f"From: {NEWS}\r\nReturn-Path: {BOUNCES}",
            ["SourceArn", "FromArn", "ReturnPathArn"],
            "sent",
        ),
        ("Subject: no sender", ["SourceArn"], "InvalidParameterValue: Missing required header 'From'."),
    ],
)
def test_each_address_of_raw_mail_needs_its_own_arn(
    ses: SesStandIn, owner: Any, headers: str, arns: list[str], expected: str
) -> None:
    grant(owner, allow())
    v1 = connect_ses(ses, "ses", COURIER)
    found = raw_outcome(v1, headers, **dict.fromkeys(arns, IDENTITY))
    v1.close()

    assert found == expected


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"FromEmailAddress": None}, "BadRequestException: Missing required header 'From'."),
        ({"FromEmailAddress": f"Orchard, News <{NEWS}>"}, "BadRequestException: Illegal address"),
        ({"Destination": {}}, "BadRequestException: At least one recipient"),
        ({"Destination": {"ToAddresses": [TO] * 51}}, "MessageRejected: Recipient count exceeds 50."),
        ({"Content": {"Template": {"TemplateName": "t"}}}, "BadRequestException: This stand-in of SES"),
    ],
)
def test_what_is_no_mail_is_refused(owner: Any, asked: dict[str, Any], refusal: str) -> None:
    assert outcome(owner, **asked).startswith(refusal)


def test_a_tenant_sends_with_what_is_associated_with_it(owner: Any) -> None:
    owner.create_tenant(TenantName="reader")
    owner.create_configuration_set(ConfigurationSetName="news")
    asked = {"TenantName": "reader", "ConfigurationSetName": "news"}
    set_arn = f"arn:aws:ses:{REGION}:{OWNER}:configuration-set/news"
    owner.create_tenant_resource_association(TenantName="reader", ResourceArn=IDENTITY)
    before = outcome(owner, **asked)
    owner.create_tenant_resource_association(TenantName="reader", ResourceArn=set_arn)

    assert before == f"AccessDeniedException: Tenant not associated with resources [{set_arn}]."
    assert outcome(owner, **asked) == "sent"
    absent = outcome(owner, TenantName="absent")
    assert absent == f"NotFoundException: Tenant absent for AwsAccountId {OWNER} not found."


def test_what_was_sent_counts_towards_the_quota(owner: Any) -> None:
    outcome(owner, Destination={"ToAddresses": [TO, "bounce@simulator.amazonses.com"]})

    assert owner.get_account()["SendQuota"]["SentLast24Hours"] == 2.0
