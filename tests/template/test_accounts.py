"""The stacks of other accounts: parameters, who may publish, who is trusted, and what their roles allow."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.local_aws.clients import Clients
from console.local_aws.emulator import Ministack
from console.local_aws.template import read_template
from ses_reputation.accounts.reach import AccountReach, CrossAccountRole
from ses_reputation.errors import UnavailableError
from ses_reputation.protection.store import SendingPause
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.statistics.store import SesAccounts
from tests.support.account_stack import AccountStack
from tests.support.mail import at
from tests.support.stack_template import ROOT
from tests.support.stack_template import read_source as read_ledgers_template

TEMPLATES = ("identity-owner", "delegate-sender")
LEDGER, DELEGATE, SECRET = "111122223333", "444455556666", "known-to-both"
QUEUE = f"arn:aws:sqs:us-east-1:{LEDGER}:feedback"
READER = f"arn:aws:iam::{LEDGER}:role/ledger/ReadSesStatisticsRole"
ASSESSOR = f"arn:aws:iam::{LEDGER}:role/ledger/AssessReputationRole"
OPERATOR = f"arn:aws:iam::{LEDGER}:role/people/Mail*"
MAIL_OPERATOR, STRANGER = (
    f"arn:aws:iam::{LEDGER}:role/people/{name}" for name in ("MailOperator", "Stranger")
)
ROLES = ("ses-reputation-reading", "ses-reputation-protection", "ses-reputation-suppression")
WRITES = {
    "ses:CreateImportJob",
    "ses:DeleteSuppressedDestination",
    "ses:PutSuppressedDestination",
}
NOW = at("22 10:05")


def template_of(name: str) -> dict[str, Any]:
    return read_template(ROOT / "accounts" / f"{name}.yaml")


PARAMETERS = {name: template_of(name)["Parameters"] for name in TEMPLATES}
EVERY_PARAMETER = [(template, name) for template in TEMPLATES for name in PARAMETERS[template]]


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Ledger:
    """Roles of the ledger's account, on an AWS that enforces policies."""

    def __init__(self, aws: Ministack) -> None:
        self._clients = aws.clients(LEDGER)
        for arn in (READER, ASSESSOR, MAIL_OPERATOR, STRANGER):
            self._make(arn)

    def _make(self, arn: str) -> None:
        """A role that may assume whatever role lets it in."""
        path, name = re.fullmatch(r"arn:aws:iam::[0-9]+:role(/.*/)([^/]+)", arn).groups()  # type: ignore[union-attr]
        iam = self._clients.connect("iam")
        trusting = {"Effect": "Allow", "Principal": {"AWS": LEDGER}, "Action": "sts:AssumeRole"}
        assuming = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=policy(trusting))
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(assuming))

    def become(self, arn: str) -> Any:
        """`boto3.client` as a function of this role has it."""
        lent = self._clients.sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        keys = {
            "aws_access_key_id": lent["AccessKeyId"],
            "aws_secret_access_key": lent["SecretAccessKey"],
            "aws_session_token": lent["SessionToken"],
        }

        def connect(service: str, **options: Any) -> Any:
            chosen = {name: value for name, value in options.items() if name != "config"}
            return self._clients.connect(service, **(keys | chosen))

        return connect

    def may_assume(self, arn: str, role: str, secret: str | None = SECRET) -> bool:
        given = {"ExternalId": secret} if secret else {}
        try:
            self.become(arn)("sts").assume_role(
                RoleArn=f"arn:aws:iam::{DELEGATE}:role/{role}", RoleSessionName="test", **given
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDenied":
                raise
            return False
        return True


@pytest.fixture(scope="module")
def ledger(enforcing_ministack: Ministack) -> Ledger:
    return Ledger(enforcing_ministack)


@pytest.fixture(scope="module")
def whole(enforcing_ministack: Ministack, ledger: Ledger) -> Iterator[AccountStack]:
    """An owner's stack with all of its roles."""
    stack = AccountStack(enforcing_ministack, DELEGATE, "identity-owner", name="whole")
    stack.create(
        FeedbackQueueArn=QUEUE,
        ExternalId=SECRET,
        ReadSesStatisticsRoleArn=READER,
        AssessReputationRoleArn=ASSESSOR,
        OperatorRoleArn=OPERATOR,
        SuppressionWrites="true",
        ProtectedConfigurationSets="marketing-*",
    )
    yield stack
    stack.delete()


def allowed(clients: Clients, name: str) -> dict[str, Any]:
    """What a role allows, action by action, on which resources."""
    iam = clients.connect("iam")
    (policy_name,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy_name)["PolicyDocument"]
    assert {statement["Effect"] for statement in document["Statement"]} == {"Allow"}
    found: dict[str, Any] = {}
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        found |= dict.fromkeys(actions, statement["Resource"])
    return found


@pytest.mark.local_aws
@pytest.mark.parametrize(
    ("arn", "entered"),
    [
        (READER, {"ses-reputation-reading"}),
        (ASSESSOR, {"ses-reputation-protection"}),
        (MAIL_OPERATOR, set(ROLES)),
        (STRANGER, set()),
    ],
)
def test_each_role_of_the_ledger_gets_in_where_it_should(
    ledger: Ledger, whole: AccountStack, arn: str, entered: set[str]
) -> None:
    assert {role for role in ROLES if ledger.may_assume(arn, role)} == entered


@pytest.mark.local_aws
@pytest.mark.parametrize("secret", [None, "guessed"])
def test_nobody_gets_in_without_the_external_id(
    ledger: Ledger, whole: AccountStack, secret: str | None
) -> None:
    assert not any(ledger.may_assume(MAIL_OPERATOR, role, secret) for role in ROLES)


@pytest.mark.local_aws
def test_the_reading_role_only_reads(whole: AccountStack) -> None:
    actions = allowed(whole.clients, "ses-reputation-reading")

    assert all(re.match(r"[a-z]+:(Get|List|Describe)", action) for action in actions)
    assert {"ses:GetAccount", "ses:ListRecommendations", "ses:ListSuppressedDestinations"} <= actions.keys()
    assert actions["sns:GetTopicAttributes"] == f"arn:aws:sns:*:{DELEGATE}:*"
    assert actions["sns:ListTagsForResource"] == f"arn:aws:sns:*:{DELEGATE}:*"
    assert actions["kms:GetKeyPolicy"] == f"arn:aws:kms:*:{DELEGATE}:key/*"


@pytest.mark.local_aws
def test_other_roles_do_the_one_thing_that_was_switched_on(whole: AccountStack) -> None:
    pausing = allowed(whole.clients, "ses-reputation-protection")
    writing = allowed(whole.clients, "ses-reputation-suppression")

    sets = f"arn:aws:ses:*:{DELEGATE}:configuration-set/marketing-*"
    assert pausing == {"ses:PutConfigurationSetSendingOptions": sets}
    assert {action for action in writing if not re.match("ses:(Get|List)", action)} == WRITES


@pytest.mark.local_aws
def test_the_product_reads_and_pauses_with_these_roles(ledger: Ledger, whole: AccountStack) -> None:
    whole.ses.create_configuration_set(ConfigurationSetName="marketing-news")
    place = AccountRegion(DELEGATE, "us-east-1")
    reading, pausing = (CrossAccountRole(name, SECRET) for name in ROLES[:2])

    def accounts(arn: str, role: CrossAccountRole) -> AccountReach:
        return AccountReach(LEDGER, role, "test", ledger.become(arn))

    assert SesAccounts(accounts(READER, reading)).read(place, NOW).hours == {}
    with pytest.raises(UnavailableError, match="AssumeRole AccessDenied"):
        SesAccounts(accounts(ASSESSOR, reading)).read(place, NOW)
    with pytest.raises(UnavailableError, match="AssumeRole AccessDenied"):
        SesAccounts(accounts(READER, CrossAccountRole(reading.name))).read(place, NOW)
    SendingPause(accounts(ASSESSOR, pausing)).pause(DELEGATE, "us-east-1", "marketing-news")
    with pytest.raises(UnavailableError, match="AssumeRole AccessDenied"):
        SendingPause(accounts(READER, pausing)).pause(DELEGATE, "us-east-1", "marketing-news")


@pytest.mark.local_aws
def test_a_stack_that_is_given_no_role_of_the_ledger_makes_none(enforcing_ministack: Ministack) -> None:
    account = "777788889999"
    stack = AccountStack(enforcing_ministack, account, "identity-owner", name="bare")
    outputs = stack.create(FeedbackQueueArn=QUEUE)

    assert stack.clients.connect("iam").list_roles()["Roles"] == []
    assert not {name for name in outputs if name.endswith("RoleName")}
    stack.delete()


@pytest.mark.parametrize(("template", "name"), EVERY_PARAMETER)
def test_every_parameter_is_explained_and_limited_and_its_default_keeps_the_limits(
    template: str, name: str
) -> None:
    parameter = PARAMETERS[template][name]
    assert parameter["Description"].endswith(".")
    assert parameter["ConstraintDescription"].startswith("must ")
    if "AllowedPattern" in parameter and "Default" in parameter:
        assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])
    else:
        assert name == "FeedbackQueueArn" or parameter["Default"] in parameter["AllowedValues"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_parameter_is_labelled_and_stands_in_one_group(template: str) -> None:
    interface = template_of(template)["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(PARAMETERS[template]) == sorted(interface["ParameterLabels"])


@pytest.mark.parametrize("template", TEMPLATES)
def test_who_names_the_queue_reads_that_partitions_are_apart_which_no_rule_can_say(template: str) -> None:
    assert "same partition" in PARAMETERS[template]["FeedbackQueueArn"]["Description"]
    used = set(re.findall(r"'((?:Fn::|Ref)\w*)':", str(template_of(template)["Rules"])))
    assert used <= RULE_FUNCTIONS


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html
RULE_FUNCTIONS = {
    "Ref",
    "Fn::And",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::Equals",
    "Fn::Not",
    "Fn::Or",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_output_is_explained(template: str) -> None:
    for output in template_of(template)["Outputs"].values():
        assert len(output["Description"].split()) >= 7


@pytest.mark.parametrize(
    ("template", "parameter", "value", "is_taken"),
    [
        ("identity-owner", "FeedbackQueueArn", QUEUE, True),
        ("identity-owner", "FeedbackQueueArn", f"{QUEUE}.fifo", False),
        ("identity-owner", "FeedbackQueueArn", "", False),
        ("identity-owner", "ReadSesStatisticsRoleArn", READER, True),
        (
            "identity-owner",
            "ReadSesStatisticsRoleArn",
            "arn:aws-us-gov:iam::111122223333:role/a/reader",
            True,
        ),
        ("identity-owner", "ReadSesStatisticsRoleArn", f"arn:aws:iam::{LEDGER}:root", False),
        ("identity-owner", "ReadSesStatisticsRoleArn", f"arn:aws:iam::{LEDGER}:role/*", False),
        ("identity-owner", "ExportSuppressionRoleArn", READER, True),
        ("identity-owner", "ExportSuppressionRoleArn", f"arn:aws:iam::{LEDGER}:role/*", False),
        ("identity-owner", "AssessReputationRoleArn", f"arn:aws:iam::{LEDGER}:role/*", False),
        ("identity-owner", "OperatorRoleArn", OPERATOR, True),
        ("identity-owner", "OperatorRoleArn", "arn:aws:iam::*:role/anyone", False),
        ("identity-owner", "ProtectedConfigurationSets", "marketing-*", True),
        ("identity-owner", "ProtectedConfigurationSets", "a,b", False),
        ("identity-owner", "Identities", "orchard.example,news@orchard.example", True),
        ("identity-owner", "Identities", "orchard.example, news@orchard.example", False),
        ("identity-owner", "Delegates", "222222222222,333333333333", True),
        ("identity-owner", "Delegates", ",".join(["222222222222"] * 21), False),
        ("delegate-sender", "TransactionalPoolName", "receipts.eu_1-a", True),
        ("delegate-sender", "TransactionalPoolName", "Receipts", False),
        ("delegate-sender", "MarketingPoolName", "p" * 65, False),
        ("delegate-sender", "TransactionalSetName", "", False),
        ("delegate-sender", "MarketingSetName", "", True),
        ("delegate-sender", "MarketingSetName", "a.b", False),
    ],
)
def test_parameters_take_what_they_say(template: str, parameter: str, value: str, is_taken: bool) -> None:
    pattern = PARAMETERS[template][parameter]["AllowedPattern"]
    assert bool(re.search(pattern, value)) is is_taken


@pytest.mark.parametrize("template", TEMPLATES)
def test_it_asks_for_what_the_ledgers_stack_puts_out_and_gives_what_that_asks_for(template: str) -> None:
    ledgers, account = read_ledgers_template(), template_of(template)

    asked = {"FeedbackQueueArn", "AssessReputationRoleArn"}
    asked |= {"ReadSesStatisticsRoleArn", "ExportSuppressionRoleArn"}
    assert asked <= ledgers["Outputs"].keys() & account["Parameters"].keys()
    for name in ("ReadingRoleName", "ProtectionRoleName", "ExternalId"):
        assert name in account["Parameters"]
        pattern = ledgers["Parameters"][name]["AllowedPattern"]
        assert re.search(pattern, account["Parameters"][name]["Default"])


def test_what_stands_in_both_templates_is_the_same() -> None:
    """All but what a topic's policy lets publish, and what the function may do."""
    owner, delegate = (template_of(name) for name in TEMPLATES)
    for section in ("Parameters", "Rules", "Resources"):
        common = owner[section].keys() & delegate[section].keys()
        differing = {name for name in common if owner[section][name] != delegate[section][name]}
        assert differing <= {
            "FeedbackTopicPolicy",
            "ManageIdentityTopicsFunction",
            "ManageIdentityTopicsRole",
            "ManageIdentityTopicsLogGroup",
        }


def test_only_ses_publishes_and_only_for_what_is_the_accounts_own() -> None:
    patterns = {}
    for name in TEMPLATES:
        policy = template_of(name)["Resources"]["FeedbackTopicPolicy"]["Properties"]["PolicyDocument"]
        allow, deny = policy["Statement"]
        assert (allow["Principal"], allow["Action"]) == ({"Service": "ses.amazonaws.com"}, "sns:Publish")
        assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        patterns[name] = allow["Condition"]["ArnLike"]["aws:SourceArn"]
    source = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
    assert patterns["identity-owner"] == {"Fn::Sub": f"{source}:identity/*"}
    assert patterns["delegate-sender"][0] == {
        "Fn::Sub": f"{source}:configuration-set/${{TransactionalSetName}}"
    }


@pytest.mark.parametrize(
    ("name", "is_right"),
    [
        ("receipts", True),
        ("a.b_c-1", True),
        ("", True),
        ("Receipts", False),
        ("a b", False),
        ("p" * 65, False),
    ],
)
def test_a_pool_that_ses_would_refuse_is_refused_before_anything_is_made(name: str, is_right: bool) -> None:
    """SES takes no capitals, though its console shows some; its pools stay MANAGED once they are."""
    template = template_of("delegate-sender")
    for parameter in ("TransactionalPoolName", "MarketingPoolName"):
        pattern = template["Parameters"][parameter]["AllowedPattern"]
        assert (re.fullmatch(pattern, name) is not None) == is_right
    pools = [each for each in template["Resources"].values() if each["Type"] == "AWS::SES::DedicatedIpPool"]
    assert [each["Properties"]["ScalingMode"] for each in pools] == ["MANAGED", "MANAGED"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_tries_the_topic_waits_for_its_policy(template: str) -> None:
    resources = template_of(template)["Resources"]
    trying = [each for each in resources.values() if each["Type"] in TRIES_THE_TOPIC]
    assert trying
    assert all("FeedbackTopicPolicy" in each["DependsOn"] for each in trying)


TRIES_THE_TOPIC = {"AWS::SES::ConfigurationSetEventDestination", "Custom::IdentityFeedback"}


@pytest.mark.parametrize("path", ["template.yaml", *(f"accounts/{name}.yaml" for name in TEMPLATES)])
def test_a_custom_resource_has_a_timeout_beyond_its_functions_and_of_minutes(path: str) -> None:
    resources = read_template(ROOT / path)["Resources"]
    custom = [each["Properties"] for each in resources.values() if each["Type"].startswith("Custom::")]
    assert len(custom) >= 2
    for each in custom:
        function, _ = each["ServiceToken"]["Fn::GetAtt"]
        assert resources[function]["Properties"]["Timeout"] < int(each["ServiceTimeout"]) <= 600


@pytest.mark.parametrize("path", ["template.yaml", *(f"accounts/{name}.yaml" for name in TEMPLATES)])
def test_a_reason_stands_beside_each_statement_that_is_for_anybody_or_anything(path: str) -> None:
    lines = [line.strip() for line in (ROOT / path).read_text().splitlines()]
    wide = [number for number, line in enumerate(lines) if WILD.fullmatch(line)]
    assert wide
    for number in wide:
        start = next(before for before in range(number, 0, -1) if re.match(r"- (Sid:|&)", lines[before]))
        assert lines[start - 1].startswith("# "), f"{path}:{number + 1}"


WILD = re.compile(r"""(Principal|Resource): ["']?\*["']?|Principal: \{ AWS: ["']\*["'] \}""")
