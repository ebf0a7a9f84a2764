"""What the function that sets identities may do: without any one statement of its role, something is refused.

Its statements are there where the stack has identities, and SES here looks at the role: see
test_every_permission.py for those of all other roles.
"""

import json
from collections.abc import Iterator

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from tests.e2e.support import identity_work, work
from tests.e2e.support.permissions import Statement
from tests.e2e.support.proving import Work, prove_needed
from tests.e2e.support.trials import Audience, Trial
from tests.support.aws.local_aws import PARAMETERS

pytestmark = pytest.mark.local_aws

ACCOUNT, ROLE, FUNCTION = "111122223333", "ManageIdentityTopicsRole", identity_work.FUNCTION
IDENTITIES = {"Identities": "orchard.example", "ConfigurationSetName": "transactional"}
# The key's grant to SES, and what lets the account's own policies count.
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AccountAdministersItsKey",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "SesEncryptsFeedback",
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": "*",
        },
    ],
}

# Statement -> work that needs it, and the sign that it was refused.
PROOFS: dict[Statement, tuple[Work, Work]] = {
    Statement(ROLE, "SetIdentityFeedback"): (
        identity_work.set_feedback,
        work.logged(FUNCTION, "AccessDenied"),
    ),
    Statement(ROLE, "SetDefaultSets"): (
        identity_work.set_default_sets,
        work.logged(FUNCTION, "ses:GetEmailIdentity"),
    ),
    Statement(ROLE, "ReadTopic"): (
        identity_work.explain_a_refused_topic,
        work.logged(FUNCTION, "the topic could not be read either"),
    ),
    Statement(ROLE, "ReadTopicKey"): (
        identity_work.explain_a_refused_key,
        work.logged(FUNCTION, "whose policy could not be read"),
    ),
    Statement(ROLE, "KeepEarlierSettings"): (
        identity_work.keep_earlier_settings,
        work.logged(FUNCTION, "GetParameter AccessDenied"),
    ),
    Statement(ROLE, "ReadOwnStack"): (
        identity_work.leave_all_to_an_heir,
        work.logged(FUNCTION, "DescribeStackResources AccessDenied"),
    ),
    Statement(ROLE, "WriteLogs"): (
        work.leave_a_log(FUNCTION, identity_work.set_feedback),
        work.denied(ROLE, "logs:CreateLogStream", "arn:aws:logs"),
    ),
}


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """The stack of an account that owns identities, with an encrypted topic, under enforced policies."""
    with (
        SesStandIn(default_account=ACCOUNT) as ses,
        start_ministack(auth=True, account_id=ACCOUNT, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        clients = aws.clients()
        for identity in (IDENTITIES["Identities"], identity_work.OTHER_IDENTITY):
            clients.connect("sesv2").create_email_identity(EmailIdentity=identity)
        key = clients.connect("kms").create_key(Policy=json.dumps(KEY_POLICY))["KeyMetadata"]["Arn"]
        stack = deploy_template(aws, PARAMETERS | IDENTITIES | {"FeedbackTopicKeyArn": key})
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(statement: Statement, trial: Trial) -> None:
    do, sign = PROOFS[statement]
    prove_needed(statement, trial, do, sign)
