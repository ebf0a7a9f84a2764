"""Work that makes a deployed stack set its account's identities, as CloudFormation asks for it.

As in work.py, each piece takes a Trial and returns a check that it was done.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from ses_reputation.accounts.stack_checks import STACK_CHECK
from tests.e2e.support.trials import Trial

Check = Callable[[], bool]

FUNCTION, CHECKING_FUNCTION = "ManageIdentityTopicsFunction", "CheckStackFunction"
FEEDBACK, DEFAULT_SETS = "Custom::IdentityFeedback", "Custom::DefaultConfigurationSet"
# Verified, and none of the stack's own: SES tries the topic when it is set for the first time.
OTHER_IDENTITY = "cider.example"


def set_feedback(trial: Trial) -> Check:
    """Identities get the feedback topic."""
    return _succeeds(ask(trial, "Create", FEEDBACK, _feedback(trial, trial.stack.parameters["Identities"])))


def set_default_sets(trial: Trial) -> Check:
    """Identities get the default set."""
    given = trial.stack.parameters
    wanted = {name: given[name] for name in ("Identities", "ConfigurationSetName")}
    return _succeeds(ask(trial, "Create", DEFAULT_SETS, wanted))


def keep_earlier_settings(trial: Trial) -> Check:
    """What identities had before is kept in the stack's parameter."""
    kept = {"EarlierSettings": trial.stack.resources["EarlierFeedback"]}
    return _succeeds(ask(trial, "Create", FEEDBACK, _feedback(trial, OTHER_IDENTITY) | kept))


def explain_a_refused_topic(trial: Trial) -> Check:
    """Why SES refuses a topic is read from the topic's policy."""
    sns, topic = trial.aws.clients().sns, trial.stack.outputs["FeedbackTopicArn"]
    whole = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]

    def put(policy: str) -> None:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)

    with _without(whole, "SesOfThisAccountPublishes", put):
        answer = ask(trial, "Create", FEEDBACK, _feedback(trial, OTHER_IDENTITY))
    return lambda: "its policy does not let ses.amazonaws.com publish" in answer["Reason"]


def explain_a_refused_key(trial: Trial) -> Check:
    """Why SES refuses an encrypted topic is read from its key's policy."""
    kms, key = trial.aws.clients().connect("kms"), trial.stack.parameters["FeedbackTopicKeyArn"]
    whole = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]

    def put(policy: str) -> None:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)

    with _without(whole, "SesEncryptsFeedback", put):
        answer = ask(trial, "Create", FEEDBACK, _feedback(trial, OTHER_IDENTITY))
    return lambda: "whose policy does not let ses.amazonaws.com use it" in answer["Reason"]


def leave_all_to_an_heir(trial: Trial) -> Check:
    """The deletion of a resource under an old name finds the one that replaced it."""
    answer = ask(trial, "Delete", FEEDBACK, _feedback(trial, OTHER_IDENTITY), logical_id="FormerFeedback")
    return lambda: "left to IdentityFeedback" in answer["Data"]["Notes"]


def check_the_stack(trial: Trial) -> Check:
    """Parameters that are too long are refused."""
    many = ",".join(f"{number:012d}" for number in range(300))
    answer = ask(trial, "Create", STACK_CHECK, {"OwnerAccounts": many}, function=CHECKING_FUNCTION)
    return lambda: "300 accounts besides the ledger's own" in answer["Reason"]


def ask(
    trial: Trial,
    request: str,
    kind: str,
    properties: Mapping[str, str],
    logical_id: str = "AnotherResource",
    function: str = FUNCTION,
) -> dict[str, Any]:
    """Ask a function of the stack as CloudFormation does, and return its answer from where it was put."""
    clients, bucket = trial.aws.clients(), trial.stack.outputs["ReputationBucketName"]
    place = {"Bucket": bucket, "Key": f"answers/{uuid4()}"}
    event = {
        "RequestType": request,
        "ResourceType": kind,
        "LogicalResourceId": logical_id,
        "StackId": clients.cloudformation.describe_stacks(StackName=trial.stack.name)["Stacks"][0]["StackId"],
        "RequestId": "1",
        "ResponseURL": clients.s3.generate_presigned_url("put_object", Params=place),
        "ResourceProperties": properties,
    }
    if request != "Create":
        event["PhysicalResourceId"] = "of-another-resource"
    clients.functions.invoke(FunctionName=trial.stack.resources[function], Payload=json.dumps(event).encode())
    answer: dict[str, Any] = json.loads(clients.s3.get_object(**place)["Body"].read())  # type: ignore[arg-type]
    return answer


def _feedback(trial: Trial, identities: str) -> dict[str, str]:
    return {"Identities": identities, "TopicArn": trial.stack.outputs["FeedbackTopicArn"]}


def _succeeds(answer: Mapping[str, Any]) -> Check:
    return lambda: answer["Status"] == "SUCCESS"


@contextmanager
def _without(policy: str, sid: str, put: Callable[[str], None]) -> Iterator[None]:
    """A policy without one of its statements, while the block runs."""
    lacking = json.loads(policy)
    lacking["Statement"] = [each for each in lacking["Statement"] if each.get("Sid") != sid]
    assert len(lacking["Statement"]) < len(json.loads(policy)["Statement"])
    put(json.dumps(lacking))
    try:
        yield
    finally:
        put(policy)
