"""Subscriptions across accounts and Regions: ministack confirms all of them at once, and knows no Regions.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html and
https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
"""

import uuid
from collections.abc import Callable
from typing import Any

from ministack.app import AUTH
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import kms, sns, sqs
from ministack.services.cloudformation import provisioners

from console.local_aws.ministack.envelopes.signer import EnvelopeSigner

Response = tuple[int, dict[str, str], bytes]
Parameters = dict[str, Any]

# Account Management Reference Guide, "Enable or disable AWS Regions in your account": those that AWS launched
# before 20 March 2019. All others of the partition `aws`, which is this emulator's, are opt-in.
_DEFAULT_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
_KEY_OF_AWS = "alias/aws/sqs"
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def subscribe_like_sns(signer: EnvelopeSigner) -> None:
    """Refuse what is asked in another Region, and let the queue's account agree to be subscribed."""
    subscribe: Callable[[Parameters], Response] = sns._subscribe

    def subscribe_or_ask(parameters: Parameters) -> Response:
        topic_arn, endpoint = sns._p(parameters, "TopicArn"), sns._p(parameters, "Endpoint")
        if topic_arn.count(":") == 5 and topic_arn.split(":")[3] != get_region():
            return sns._error("InvalidParameter", "Invalid parameter: TopicArn", 400)  # type: ignore[no-any-return]
        before = _find(topic_arn, endpoint)
        answer = subscribe(parameters)
        found = _find(topic_arn, endpoint)
        if answer[0] != 200 or found is None or sns._p(parameters, "Protocol") != "sqs":
            return answer
        if endpoint.split(":")[4] == get_account_id():
            _confirm(found)
        elif before is None or not before["confirmed"]:
            return _ask(topic_arn, found, signer, sns._p(parameters, "ReturnSubscriptionArn") == "true")
        return answer

    sns._subscribe = subscribe_or_ask
    sns._confirm_subscription = _in_region_of_topic(sns._confirm_subscription)
    # One register for all: a subscription belongs to two accounts, and both may read it.
    sns._sub_arn_to_topic = {}
    sns._list_subscriptions = _hiding_pending(sns._list_subscriptions)
    sns._list_subscriptions_by_topic = _hiding_pending(sns._list_subscriptions_by_topic)
    _subscribe_from_templates()


def _in_region_of_topic(confirm: Callable[[Parameters], Response]) -> Callable[[Parameters], Response]:
    """Confirm in the Region that the topic's ARN names.

    Who confirms need not sign, and an unsigned request names its Region by its endpoint alone: here all have
    one (SNS API reference, ConfirmSubscription).
    """

    def confirm_there(parameters: Parameters) -> Response:
        parts = sns._p(parameters, "TopicArn").split(":")
        if len(parts) != 6:
            return confirm(parameters)
        with request_scope(get_account_id(), parts[3]):
            return confirm(parameters)

    return confirm_there


def name_regions_of_sns() -> None:
    """Ask a queue's policy and key for the principal that delivers: a Region's own where one is opt-in.

    Topic in a default Region and queue in an opt-in one, or both opt-in: the queue's Region; topic in an
    opt-in Region and queue in a default one: the topic's. Within a Region it is `sns.amazonaws.com`.
    """
    allows: Callable[..., bool] = sqs.queue_policy_allows

    def allows_delivery(queue_arn: str, service: str, source_arn: str, source_account: str) -> bool:
        if service != "sns.amazonaws.com":
            return allows(queue_arn, service, source_arn, source_account)
        if not _key_lets_sns(queue_arn):
            return False
        return allows(queue_arn, _principal_of(queue_arn, source_arn), source_arn, source_account)

    sqs.queue_policy_allows = allows_delivery


def _principal_of(queue_arn: str, topic_arn: str) -> str:
    queue_region, topic_region = queue_arn.split(":")[3], topic_arn.split(":")[3]
    named = next((each for each in (queue_region, topic_region) if each not in _DEFAULT_REGIONS), "")
    return f"sns.{named}.amazonaws.com" if named and queue_region != topic_region else "sns.amazonaws.com"


def _key_lets_sns(queue_arn: str) -> bool:
    """AWS's own key lets SNS do nothing; one of the customer has to grant it two actions."""
    queue = sqs._queue_by_arn(queue_arn)
    key_id = queue["attributes"].get("KmsMasterKeyId", "") if queue else ""
    if not key_id or not AUTH:
        return key_id != _KEY_OF_AWS
    if key_id == _KEY_OF_AWS:
        return False
    _, _, _, region, account_id, _ = queue_arn.split(":", 5)
    with request_scope(account_id, region):
        found = kms.key_policy_for_arn(key_id)
    policy = found[0] if found else ""
    asked = (EvalContext("*", "Service", "", action, "*", region) for action in _KEY_ACTIONS)
    decisions = [
        evaluate_resource_policy(policy, each, service="sns.amazonaws.com").decision for each in asked
    ]
    return all(decision == "Allow" for decision in decisions)


def _find(topic_arn: str, endpoint: str) -> dict[str, Any] | None:
    topic = sns._topic_by_arn_any_scope(topic_arn)
    found = (each for each in (topic or {}).get("subscriptions", ()) if each["endpoint"] == endpoint)
    return next(found, None)


def _confirm(subscription: dict[str, Any]) -> None:
    subscription.update(confirmed=True, token=None)
    subscription["attributes"]["PendingConfirmation"] = "false"


def _ask(topic_arn: str, subscription: dict[str, Any], signer: EnvelopeSigner, wants_arn: bool) -> Response:
    """Send the queue a confirmation message; until somebody there answers it, nothing is delivered."""
    token = uuid.uuid4().hex
    subscription.update(confirmed=False, token=token)
    subscription["attributes"]["PendingConfirmation"] = "true"
    region = topic_arn.split(":")[3]
    message = {
        "Type": "SubscriptionConfirmation",
        "Token": token,
        "TopicArn": topic_arn,
        "Message": f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        "SubscribeURL": f"https://sns.{region}.amazonaws.com/?Action=ConfirmSubscription"
        f"&TopicArn={topic_arn}&Token={token}",
    }
    sns._deliver_to_sqs(
        subscription["endpoint"], signer.sign_body(sns.json.dumps(message)), False, "", topic_arn=topic_arn
    )
    shown = subscription["arn"] if wants_arn else "pending confirmation"
    result = f"<SubscribeResult><SubscriptionArn>{shown}</SubscriptionArn></SubscribeResult>"
    return sns._xml(200, "SubscribeResponse", result)  # type: ignore[no-any-return]


def _hiding_pending(list_subscriptions: Callable[[Parameters], Response]) -> Callable[[Parameters], Response]:
    """In lists a pending subscription has the word `PendingConfirmation` in place of its ARN."""

    def list_hiding(parameters: Parameters) -> Response:
        status, headers, body = list_subscriptions(parameters)
        for topic in sns._topics.values():
            for each in topic["subscriptions"]:
                if not each["confirmed"]:
                    shown = f"<SubscriptionArn>{each['arn']}</SubscriptionArn>".encode()
                    hidden = b"<SubscriptionArn>PendingConfirmation</SubscriptionArn>"
                    body = body.replace(shown, hidden)
        return status, headers, body

    return list_hiding


def _subscribe_from_templates() -> None:
    """A template's subscription is one call of Subscribe, in the Region that its `Region` names.

    ministack looks for the topic in the stack's own account and Region, and says nothing if it is not there.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]
    handlers["create"] = _create
    handlers["delete"] = _delete
    provisioners._sns_sub_create, provisioners._sns_sub_delete = _create, _delete


def _create(_logical_id: str, properties: Parameters, _stack: str) -> tuple[str, dict[str, str]]:
    asked = {name: properties.get(name, "") for name in ("TopicArn", "Protocol", "Endpoint")}
    attributes = provisioners._sns_sub_attributes(properties)
    for number, (name, value) in enumerate(attributes.items(), 1):
        asked |= {f"Attributes.entry.{number}.key": name, f"Attributes.entry.{number}.value": value}
    with request_scope(get_account_id(), properties.get("Region") or get_region()):
        status, _, body = sns._subscribe(asked | {"ReturnSubscriptionArn": "true"})
        if status != 200:
            raise ValueError(body.decode().partition("<Message>")[2].partition("</Message>")[0])
        found = _find(asked["TopicArn"], asked["Endpoint"])
    arn = found["arn"] if found else ""
    return arn, {"Arn": arn}


def _delete(physical_id: str, _properties: Parameters) -> None:
    if physical_id.count(":") == 6:
        with request_scope(get_account_id(), physical_id.split(":")[3]):
            sns._unsubscribe({"SubscriptionArn": physical_id})
