"""Changing suppression lists of several accounts under enforced policies, as an operator of the ledger.

The operator's role has the policy of docs/command-line.md and no other. It changes the list of the ledger's
account by itself, and those of registered accounts through the roles of their templates in accounts/, which
ask for the external id. What lets it do so is taken away in turn.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.lists import SuppressedAddress
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore import import_jobs
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.support.account_stack import AccountStack
from tests.support.aws.local_aws import PARAMETERS
from tests.support.in_memory.suppression import suppress
from tests.support.stack_template import ROOT
from tests.support.stored_snapshots import store_snapshot

pytestmark = pytest.mark.local_aws

LEDGER, OWNER, DELEGATE, REGION = "111122223333", "222233334444", "444455556666", "us-east-1"
CONNECTED = {OWNER: "identity-owner", DELEGATE: "delegate-sender"}
EXTERNAL_ID, OPERATOR, STRANGER = "known-to-both", "operators", "passers-by"
APPLY = ("--apply", "--why", "ticket 4711")
# Enough for an import job, which reads the ledger's bucket for another account.
SNAPSHOT = {f"{number:03d}@example.com": ("BOUNCE", "COMPLAINT")[number % 2] for number in range(120)}


@dataclass(frozen=True, slots=True)
class Operators:
    """The accounts around one ledger, and those who may change lists."""

    aws: LocalAws
    ses: SesStandIn
    stack: Stack

    def allow(self, role: str, statements: list[dict[str, Any]]) -> None:
        """Let a role of the ledger's account do this, and nothing else."""
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam = self.aws.clients().connect("iam")
        iam.put_role_policy(RoleName=role, PolicyName="ChangeLists", PolicyDocument=document)

    def run(self, monkeypatch: pytest.MonkeyPatch, *arguments: str, role: str = OPERATOR) -> Result:
        """Run a command with the credentials of a session of a role."""
        arn = f"arn:aws:iam::{LEDGER}:role/{role}"
        keys = self.aws.clients().sts.assume_role(RoleArn=arn, RoleSessionName="somebody")["Credentials"]
        variables = self.aws.environment() | {
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        # Lists are read and changed at SES's pace, about one call a second, and jobs looked at more seldom.
        monkeypatch.setattr(Pace, "wait", lambda _: None)
        monkeypatch.setattr(import_jobs, "POLL_SECONDS", 0.01)
        command, *rest = arguments
        asked = ["suppression", command, "--stack", self.stack.name, *rest]
        return CliRunner().invoke(app, asked, env={"COLUMNS": "100"})

    def entries(self, account: str) -> dict[str, str]:
        """What is on an account's list."""
        kept = self.ses.open_list(account)
        return {address: row.reason for address in kept.addresses() if (row := kept.get(address))}

    def fill(self, account: str, entries: dict[str, str]) -> None:
        """Put these on an account's list, in place of all that was on it."""
        kept = self.ses.open_list(account)
        for address in kept.addresses():
            kept.delete(address)
        kept.put_many(SuppressedAddress(address, reason, 0.0) for address, reason in entries.items())


def policy_of_the_page(stack: Stack) -> list[dict[str, Any]]:
    """The statements that docs/command-line.md asks for, and what it names besides, for this stack."""
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    texts = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (text,) = (each for each in texts if "role/ses-reputation-suppression" in each)
    named = {
        "REPUTATION_BUCKET": stack.outputs["ReputationBucketName"],
        "LEDGER_TABLE": stack.outputs["LedgerTableName"],
    }
    for name, value in named.items():
        text = text.replace(name, value)
    statements: list[dict[str, Any]] = json.loads(text)["Statement"]
    (besides,) = re.findall(r"Whoever changes lists needs this, and (.*?) on the stack\.", page)
    actions = re.findall(r"`(cloudformation:\w+)`", besides)
    stacks = f"arn:aws:cloudformation:{REGION}:{LEDGER}:stack/{stack.name}/*"
    return [*statements, {"Effect": "Allow", "Action": actions, "Resource": stacks}]


@pytest.fixture(scope="module")
def operators() -> Iterator[Operators]:
    """A ledger with an owner and a delegate, whose stacks let its operators change their lists."""
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(auth=True, account_id=LEDGER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        registered = {"OwnerAccounts": OWNER, "DelegateAccounts": DELEGATE, "ExternalId": EXTERNAL_ID}
        stack = deploy_template(aws, PARAMETERS | registered)
        iam = aws.clients().connect("iam")
        trusted = {"AWS": f"arn:aws:iam::{LEDGER}:root"}
        trust = {"Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]}
        for role in (OPERATOR, STRANGER):
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
        for account, template in CONNECTED.items():
            AccountStack(aws, account, template).create(
                FeedbackQueueArn=stack.outputs["FeedbackQueueArn"],
                ExternalId=EXTERNAL_ID,
                OperatorRoleArn=f"arn:aws:iam::{LEDGER}:role/{OPERATOR}",
                SuppressionWrites="true",
            )
        snapshots = S3SnapshotStore(aws.clients().s3, stack.outputs["ReputationBucketName"])
        rows = [suppress(address, reason) for address, reason in SNAPSHOT.items()]
        store_snapshot(snapshots, rows, target=Target(LEDGER, REGION))
        yield Operators(aws, ses, stack)


@pytest.fixture(autouse=True)
def allowed(operators: Operators) -> None:
    """Lists are empty, and both roles have the policy of the page."""
    for role in (OPERATOR, STRANGER):
        operators.allow(role, policy_of_the_page(operators.stack))
    for account in (LEDGER, *CONNECTED):
        operators.fill(account, {})


@pytest.mark.parametrize("account", [LEDGER, *CONNECTED])
def test_an_operator_restores_a_snapshot_and_changes_single_addresses(
    operators: Operators, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored = operators.run(monkeypatch, "restore", "latest", "--to", account, *APPLY)
    assert restored.exit_code == 0, restored.output
    assert "by import jobs" in restored.output
    assert operators.entries(account) == SNAPSHOT

    which = ("--account", account, *APPLY)
    added = operators.run(monkeypatch, "add", "Ann@example.com", *which)
    assert added.exit_code == 0, added.output
    gone = operators.run(monkeypatch, "remove", "000@example.com", "ann@example.com", "--live", *which)
    assert gone.exit_code == 0, gone.output
    assert operators.entries(account) == {
        address: reason for address, reason in SNAPSHOT.items() if address != "000@example.com"
    }
    others = {LEDGER, *CONNECTED} - {account}
    assert all(operators.entries(other) == {} for other in others)


def refused(operators: Operators, monkeypatch: pytest.MonkeyPatch, account: str, role: str = OPERATOR) -> str:
    """Return what a command says that may not change a list, and does not."""
    result = operators.run(monkeypatch, "add", "ann@example.com", "--account", account, *APPLY, role=role)
    assert result.exit_code == 1, result.output
    assert operators.entries(account) == {}
    return " ".join(result.output.split())


@pytest.mark.parametrize("account", CONNECTED)
def test_the_only_statement_of_the_role_is_needed(
    operators: Operators, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = operators.aws.clients(account).connect("iam")
    policy = {"RoleName": "ses-reputation-suppression", "PolicyName": "ChangeSuppressionList"}
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    assert len(document["Statement"]) == 1
    assert iam.list_role_policies(RoleName=policy["RoleName"])["PolicyNames"] == [policy["PolicyName"]]

    iam.delete_role_policy(**policy)
    try:
        said = refused(operators, monkeypatch, account)
    finally:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))

    assert "AccessDenied" in said


@pytest.mark.parametrize("account", CONNECTED)
def test_the_role_trusts_no_other_role_of_the_ledgers_account(
    operators: Operators, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "refused AssumeRole (AccessDenied)" in refused(operators, monkeypatch, account, STRANGER)


@pytest.mark.parametrize("account", CONNECTED)
def test_the_role_asks_for_the_external_id(
    operators: Operators, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sts = operators.aws.clients().sts
    keys = sts.assume_role(RoleArn=f"arn:aws:iam::{LEDGER}:role/{OPERATOR}", RoleSessionName="somebody")
    session = {
        "aws_access_key_id": keys["Credentials"]["AccessKeyId"],
        "aws_secret_access_key": keys["Credentials"]["SecretAccessKey"],
        "aws_session_token": keys["Credentials"]["SessionToken"],
    }
    as_operator = operators.aws.clients().connect("sts", **session)
    role = {
        "RoleArn": f"arn:aws:iam::{account}:role/ses-reputation-suppression",
        "RoleSessionName": "somebody",
    }

    for wrong in ({}, {"ExternalId": "of-another-ledger"}):
        with pytest.raises(as_operator.exceptions.ClientError, match="AccessDenied"):
            as_operator.assume_role(**role, **wrong)
    assert as_operator.assume_role(**role, ExternalId=EXTERNAL_ID)["AssumedRoleUser"]


# What the page's statements are for: the account whose list is changed, and the action that is refused.
NEEDED = {
    "ses:PutSuppressedDestination": LEDGER,
    "sts:AssumeRole": DELEGATE,
    "dynamodb:PutItem": DELEGATE,
    "s3:PutObject": DELEGATE,
    "cloudformation:ListStackResources": DELEGATE,
}


@pytest.mark.parametrize("action", NEEDED)
def test_each_statement_of_the_page_is_needed(
    operators: Operators, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = policy_of_the_page(operators.stack)
    lacking = [each for each in whole if action not in each["Action"]]
    assert len(lacking) == len(whole) - 1
    operators.allow(OPERATOR, lacking)

    assert "AccessDenied" in refused(operators, monkeypatch, NEEDED[action])
