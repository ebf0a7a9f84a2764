"""The roles that other accounts deploy: made as asked, trusting nobody else, allowing nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from console.local_aws.emulator import Ministack
from console.local_aws.template import read_template
from ses_reputation.errors import UnavailableError
from ses_reputation.protection.store import SendingPause
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.statistics.store import SesAccounts
from tests.support.mail import at
from tests.support.reached import reach
from tests.support.stack_template import ROOT
from tests.support.stack_template import read_source as read_ledgers_template

PATH = ROOT / "accounts" / "roles.yaml"
LEDGER, DELEGATE = "111122223333", "444455556666"
READER = f"arn:aws:iam::{LEDGER}:role/ledger/ReadSesStatisticsRole"
ASSESSOR = f"arn:aws:iam::{LEDGER}:role/ledger/AssessReputationRole"
OPERATOR = f"arn:aws:iam::{LEDGER}:role/people/Mail*"
NOW = at("22 10:05")


class Account:
    """A delegate's account on an AWS that enforces policies, and roles of the ledger's to come from."""

    def __init__(self, aws: Ministack) -> None:
        self._aws = aws
        self.iam = self.connect("iam", DELEGATE)
        self._cloudformation = self.connect("cloudformation", DELEGATE)
        self._ledgers = self.connect("iam", LEDGER)

    def connect(self, service: str, account: str = LEDGER, **options: Any) -> Any:
        keys = {"aws_access_key_id": account, "aws_secret_access_key": "local"}
        place = {"region_name": "us-east-1", "endpoint_url": self._aws.endpoint_url}
        return boto3.client(service, **(place | keys | options))

    def deploy(self, **parameters: str) -> dict[str, str]:
        """Make the stack; return its outputs."""
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        named = {"StackName": "roles"}
        template, allowed = PATH.read_text(), ["CAPABILITY_NAMED_IAM"]
        self._cloudformation.create_stack(
            **named, TemplateBody=template, Parameters=given, Capabilities=allowed
        )
        self._cloudformation.get_waiter("stack_create_complete").wait(**named, WaiterConfig={"Delay": 1})
        (stack,) = self._cloudformation.describe_stacks(**named)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def delete(self) -> None:
        self._cloudformation.delete_stack(StackName="roles")
        self._cloudformation.get_waiter("stack_delete_complete").wait(
            StackName="roles", WaiterConfig={"Delay": 1}
        )

    def roles(self) -> dict[str, dict[str, Any]]:
        return {role["RoleName"]: role for role in self.iam.list_roles()["Roles"]}

    def make_ledgers_role(self, arn: str) -> None:
        """A role of the ledger's account that may assume whatever role lets it in."""
        path, name = re.fullmatch(r"arn:aws:iam::[0-9]+:role(/.*/)([^/]+)", arn).groups()  # type: ignore[union-attr]
        trusting = {"Effect": "Allow", "Principal": {"AWS": LEDGER}, "Action": "sts:AssumeRole"}
        assuming = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        self._ledgers.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=policy(trusting))
        self._ledgers.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(assuming))

    def become(self, arn: str) -> Any:
        """`boto3.client` as a function of this role has it."""
        lent = self.connect("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        keys = {
            "aws_access_key_id": lent["AccessKeyId"],
            "aws_secret_access_key": lent["SecretAccessKey"],
            "aws_session_token": lent["SessionToken"],
        }
        return lambda service, **options: self.connect(service, **(keys | options))


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def delegates_account(enforcing_ministack: Ministack) -> Account:
    account = Account(enforcing_ministack)
    for arn in (READER, ASSESSOR, OPERATOR.replace("*", "Operator"), OPERATOR.replace("Mail*", "Stranger")):
        account.make_ledgers_role(arn)
    return account


@pytest.fixture
def account(delegates_account: Account) -> Iterator[Account]:
    yield delegates_account
    delegates_account.delete()


def trust(role: dict[str, Any]) -> dict[str, Any]:
    """The one statement by which a role trusts."""
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{LEDGER}:root"}
    condition: dict[str, Any] = statement["Condition"]
    return condition


def allowed(account: Account, name: str) -> dict[str, Any]:
    """What a role allows, action by action, on which resources."""
    (policy_name,) = account.iam.list_role_policies(RoleName=name)["PolicyNames"]
    assert account.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    document = account.iam.get_role_policy(RoleName=name, PolicyName=policy_name)["PolicyDocument"]
    assert {statement["Effect"] for statement in document["Statement"]} == {"Allow"}
    return {statement["Action"]: statement["Resource"] for statement in document["Statement"]}


@pytest.mark.local_aws
def test_the_reading_role_trusts_the_reading_function_and_reads_totals_and_rates(account: Account) -> None:
    outputs = account.deploy(ReadSesStatisticsRoleArn=READER)

    assert account.roles().keys() == {"ses-reputation-reading"}
    assert outputs == {"ReadingRoleName": "ses-reputation-reading"}
    assert trust(account.roles()["ses-reputation-reading"]) == {"ArnEquals": {"aws:PrincipalArn": READER}}
    assert allowed(account, "ses-reputation-reading") == {
        "ses:GetSendStatistics": "*",
        "cloudwatch:GetMetricData": "*",
    }


@pytest.mark.local_aws
def test_the_protection_role_trusts_the_assessing_function_and_pauses_sets_only(account: Account) -> None:
    outputs = account.deploy(AssessReputationRoleArn=ASSESSOR, ProtectionRoleName="pausing")

    assert account.roles().keys() == {"pausing"}
    assert outputs == {"ProtectionRoleName": "pausing"}
    assert trust(account.roles()["pausing"]) == {"ArnLike": {"aws:PrincipalArn": [ASSESSOR]}}
    assert allowed(account, "pausing") == {
        "ses:PutConfigurationSetSendingOptions": f"arn:aws:ses:*:{DELEGATE}:configuration-set/*"
    }


@pytest.mark.local_aws
def test_the_sets_that_may_be_paused_can_be_limited(account: Account) -> None:
    account.deploy(AssessReputationRoleArn=ASSESSOR, ProtectedConfigurationSets="marketing-*")

    assert allowed(account, "ses-reputation-protection") == {
        "ses:PutConfigurationSetSendingOptions": f"arn:aws:ses:*:{DELEGATE}:configuration-set/marketing-*"
    }


@pytest.mark.local_aws
def test_each_function_gets_into_its_own_role_and_no_other(account: Account) -> None:
    account.deploy(ReadSesStatisticsRoleArn=READER, AssessReputationRoleArn=ASSESSOR)
    for arn, own in ((READER, "ses-reputation-reading"), (ASSESSOR, "ses-reputation-protection")):
        sts = account.become(arn)("sts")
        for role in ("ses-reputation-reading", "ses-reputation-protection"):
            assert may_assume(sts, role) is (role == own), (arn, role)


@pytest.mark.local_aws
def test_operators_may_be_let_in_to_resume(account: Account) -> None:
    account.deploy(AssessReputationRoleArn=ASSESSOR, OperatorRoleArn=OPERATOR)

    for person, is_let_in in (("MailOperator", True), ("Stranger", False)):
        sts = account.become(f"arn:aws:iam::{LEDGER}:role/people/{person}")("sts")
        assert may_assume(sts, "ses-reputation-protection") is is_let_in, person


@pytest.mark.local_aws
def test_the_product_reads_and_pauses_with_these_roles_and_nothing_more(account: Account) -> None:
    account.deploy(ReadSesStatisticsRoleArn=READER, AssessReputationRoleArn=ASSESSOR)
    account.connect("sesv2", DELEGATE).create_configuration_set(ConfigurationSetName="newsletter")
    place = AccountRegion(DELEGATE, "us-east-1")
    reading, pausing = "ses-reputation-reading", "ses-reputation-protection"

    assert SesAccounts(reach(LEDGER, reading, account.become(READER))).read(place, NOW).hours == {}
    with pytest.raises(UnavailableError, match="AssumeRole AccessDenied"):
        SesAccounts(reach(LEDGER, reading, account.become(ASSESSOR))).read(place, NOW)
    SendingPause(reach(LEDGER, pausing, account.become(ASSESSOR))).pause(DELEGATE, "us-east-1", "newsletter")
    with pytest.raises(UnavailableError, match="AssumeRole AccessDenied"):
        SendingPause(reach(LEDGER, pausing, account.become(READER))).pause(
            DELEGATE, "us-east-1", "newsletter"
        )


def may_assume(sts: Any, role: str) -> bool:
    try:
        sts.assume_role(RoleArn=f"arn:aws:iam::{DELEGATE}:role/{role}", RoleSessionName="test")
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


def test_a_stack_that_would_make_no_role_is_refused() -> None:
    (assertion,) = read_template(PATH)["Rules"]["AtLeastOneRoleIsMade"]["Assertions"]
    empty = [
        {"Fn::Equals": [{"Ref": name}, ""]}
        for name in ("ReadSesStatisticsRoleArn", "AssessReputationRoleArn")
    ]

    assert assertion["Assert"] == {"Fn::Not": [{"Fn::And": empty}]}


@pytest.mark.parametrize(
    ("parameter", "value", "is_taken"),
    [
        ("ReadSesStatisticsRoleArn", READER, True),
        ("ReadSesStatisticsRoleArn", "arn:aws-us-gov:iam::111122223333:role/path/reader", True),
        ("ReadSesStatisticsRoleArn", f"arn:aws:iam::{LEDGER}:root", False),
        ("ReadSesStatisticsRoleArn", f"arn:aws:iam::{LEDGER}:role/*", False),
        ("AssessReputationRoleArn", ASSESSOR, True),
        ("AssessReputationRoleArn", "*", False),
        ("AssessReputationRoleArn", f"arn:aws:iam::{LEDGER}:role/*", False),
        ("OperatorRoleArn", OPERATOR, True),
        ("OperatorRoleArn", "arn:aws:iam::*:role/anyone", False),
        ("ProtectedConfigurationSets", "newsletter", True),
        ("ProtectedConfigurationSets", "marketing-*", True),
        ("ProtectedConfigurationSets", "a,b", False),
        ("ReadingRoleName", "path/reading", False),
        ("ProtectionRoleName", "", False),
    ],
)
def test_parameters_take_what_they_say(parameter: str, value: str, is_taken: bool) -> None:
    described = read_template(PATH)["Parameters"][parameter]

    assert bool(re.search(described["AllowedPattern"], value)) is is_taken
    assert described["ConstraintDescription"].startswith("must be ")


def test_it_asks_for_what_the_ledgers_stack_puts_out_and_gives_what_that_asks_for() -> None:
    ledgers, roles = read_ledgers_template(), read_template(PATH)

    assert {"ReadSesStatisticsRoleArn", "AssessReputationRoleArn"} <= ledgers["Outputs"].keys()
    assert roles["Outputs"].keys() <= ledgers["Parameters"].keys()
    for name in roles["Outputs"]:
        pattern = ledgers["Parameters"][name]["AllowedPattern"]
        assert re.search(pattern, roles["Parameters"][name]["Default"])
