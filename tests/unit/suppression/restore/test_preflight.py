"""Case A56: why SES could not read an import file, each cause by itself."""

import json
from dataclasses import replace
from typing import Any

import pytest

from ses_reputation.suppression.restore.preflight import ImportFacts, Obstacle, find_obstacles
from ses_reputation.suppression.targets import Target
from tests.support.stack_template import render_stack

TARGET = Target("222222222222", "eu-west-1")
FILES = "arn:aws:s3:::reputation/suppression/imports"
OF_ANOTHER = {"StringEquals": {"aws:SourceAccount": "333333333333"}}
KEY = "arn:aws:kms:eu-west-1:444444444444:key/1234"


def policy(**changes: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{FILES}/${{aws:SourceAccount}}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | changes]})


KEY_POLICY = policy(Action=["kms:Decrypt"], Resource="*")
SOUND = ImportFacts("reputation", "eu-west-1", "aws", policy(), is_out_of_sandbox=True)
UNKNOWN = ImportFacts("reputation", "eu-west-1", "aws", key=None)


def obstacles(facts: ImportFacts, target: Target = TARGET) -> list[Obstacle]:
    return [obstacle for obstacle, _ in find_obstacles(facts, target)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"is_out_of_sandbox": False}, [Obstacle.SANDBOX]),
        ({"region": "us-east-1"}, [Obstacle.REGION]),
        ({"policy": ""}, [Obstacle.POLICY]),
        ({"policy": "{}"}, [Obstacle.POLICY]),
        ({"policy": policy(Resource=f"{FILES}/333333333333/*")}, [Obstacle.POLICY]),
        ({"policy": policy(Condition=OF_ANOTHER)}, [Obstacle.POLICY]),
        ({"policy": policy(Resource=f"{FILES}/${{aws:Referer}}/*")}, []),
        ({"policy": policy(Resource="arn:aws:s3:::reputation/*")}, []),
        (
            {
                "policy": policy(
                    Resource="arn:aws:s3:::reputation/*",
                    Condition={"StringEquals": {"aws:Referer": "222222222222"}},
                )
            },
            [],
        ),
        ({"key": "alias/aws/s3", "is_aws_key": True}, [Obstacle.AWS_KEY]),
        ({"key": KEY, "key_policy": "{}"}, [Obstacle.KEY_POLICY]),
        ({"key": KEY, "key_policy": KEY_POLICY}, []),
        ({"key": KEY, "key_policy": None}, []),
    ],
)  # fmt: skip
def test_each_cause_is_said_by_itself(changes: dict[str, Any], expected: list[Obstacle]) -> None:
    assert obstacles(replace(SOUND, **changes)) == expected


def test_the_policy_of_our_own_template_is_no_obstacle() -> None:
    document = render_stack().properties("ReputationBucketPolicy")["PolicyDocument"]
    text = json.dumps(document).replace("<ReputationBucket.Arn>", "arn:aws:s3:::reputation")

    assert obstacles(replace(SOUND, policy=text)) == []


def test_a_tenants_list_takes_no_import_jobs() -> None:
    assert obstacles(SOUND, replace(TARGET, tenant="acme")) == [Obstacle.TENANT]


def test_what_could_not_be_read_is_no_obstacle() -> None:
    assert obstacles(UNKNOWN) == []


def test_all_causes_are_said_together_each_with_what_to_do() -> None:
    worst = replace(SOUND, is_out_of_sandbox=False, region="us-east-1", policy="", key="k", is_aws_key=True)
    said = dict(find_obstacles(worst, TARGET))

    assert list(said) == [Obstacle.SANDBOX, Obstacle.REGION, Obstacle.POLICY, Obstacle.AWS_KEY]
    assert "production access" in said[Obstacle.SANDBOX]
    assert "us-east-1" in said[Obstacle.REGION]
    assert "222222222222" in said[Obstacle.POLICY]
    assert "customer managed key" in said[Obstacle.AWS_KEY]
