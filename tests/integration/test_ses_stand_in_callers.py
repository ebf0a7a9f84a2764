"""The SES stand-in knows the callers of the local AWS, and under enforced policies what they may do."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from console.local_aws.emulator import Ministack, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn

pytestmark = pytest.mark.local_aws
LEDGER, OWNER, REGION = "444444444444", "111111111111", "eu-west-1"
REGION_ARN = f"arn:aws:ses:{REGION}:{OWNER}"


@pytest.fixture(scope="module")
def aws() -> Iterator[Ministack]:
    with SesStandIn() as ses, start_ministack(auth=True, ses_endpoint_url=ses.endpoint_url) as running:
        ses.publish_through(running)
        ses.open_account(OWNER, REGION).attributes["EnforcementStatus"] = "PROBATION"
        yield running


def assume(aws: Ministack, role_name: str, *statements: dict[str, Any]) -> Any:
    """A client of SES as a role of the owner's account that the ledger assumed."""
    iam = aws.clients(OWNER).connect("iam")
    trusted = {"AWS": f"arn:aws:iam::{LEDGER}:root"}
    trust = {"Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName=role_name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=role_name, PolicyName="reads", PolicyDocument=policy)
    session = aws.clients(LEDGER).sts.assume_role(RoleArn=role["Arn"], RoleSessionName="doctor")
    keys = session["Credentials"]
    return boto3.client(
        "sesv2",
        endpoint_url=aws.environment()["AWS_ENDPOINT_URL_SESV2"],
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def test_a_role_reads_the_account_that_it_is_in_as_far_as_its_policies_let_it(aws: Ministack) -> None:
    ses = assume(aws, "reading", {"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"})
    status = ses.get_account()["EnforcementStatus"]
    with pytest.raises(ClientError) as error:
        ses.list_suppressed_destinations()
    ses.close()

    assert status == "PROBATION"
    assert error.value.response["Error"]["Message"].startswith(
        f"User: arn:aws:sts::{OWNER}:assumed-role/reading/doctor is not authorized to perform: "
        "ses:ListSuppressedDestinations on resource: *"
    )


def test_a_statement_that_names_an_identity_covers_only_that_one(aws: Ministack) -> None:
    root = aws.clients(OWNER).connect("sesv2", region_name=REGION)
    for name in ("orchard.example", "meadow.example"):
        root.create_email_identity(EmailIdentity=name)
    arn = f"arn:aws:ses:{REGION}:{OWNER}:identity/orchard.example"
    ses = assume(aws, "one-identity", {"Effect": "Allow", "Action": "ses:Get*", "Resource": arn})
    found = ses.get_email_identity(EmailIdentity="orchard.example")
    with pytest.raises(ClientError, match=r"identity/meadow\.example because"):
        ses.get_email_identity(EmailIdentity="meadow.example")
    ses.close()

    assert found["VerificationStatus"] == "SUCCESS"


def test_a_tenants_arn_ends_in_an_id_that_policies_leave_open(aws: Ministack) -> None:
    """Service authorization reference, SES v2: `tenant/${TenantName}/${TenantId}`; ListTenants has none."""
    root = aws.clients(OWNER).connect("sesv2", region_name=REGION)
    for name in ("acme", "acme-two"):
        root.create_tenant(TenantName=name)
    arn = f"arn:aws:ses:{REGION}:{OWNER}:tenant/acme"
    reads = {"Effect": "Allow", "Action": ["ses:GetTenant", "ses:ListTenants"]}
    ses = assume(aws, "one-tenant", {**reads, "Resource": f"{arn}/*"})
    bare = assume(aws, "no-tenant", {**reads, "Resource": arn})

    assert ses.get_tenant(TenantName="acme")["Tenant"]["TenantName"] == "acme"
    for client, name in ((bare, "acme"), (ses, "acme-two")):
        with pytest.raises(ClientError, match=rf"ses:GetTenant on resource: {REGION_ARN}:tenant/{name}/tn-"):
            client.get_tenant(TenantName=name)
    with pytest.raises(ClientError, match=r"ses:ListTenants on resource: \*"):
        ses.list_tenants()
    ses.close()
    bare.close()


def test_a_boundary_limits_what_a_role_may(aws: Ministack) -> None:
    ses = assume(aws, "bounded", {"Effect": "Allow", "Action": "ses:*", "Resource": "*"})
    iam = aws.clients(OWNER).connect("iam")
    allowed = {"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=boundary)

    assert ses.get_account()["SendingEnabled"]
    with pytest.raises(ClientError, match="not authorized to perform: ses:ListEmailIdentities"):
        ses.list_email_identities()
    ses.close()
