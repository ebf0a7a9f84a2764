"""Event destinations in v2, and as v1 describes them. Rules and messages: facts F10."""

import re
from collections.abc import Mapping
from typing import Any

from console.local_aws.ses_stand_in.account.regional_account import StandInSet
from console.local_aws.ses_stand_in.calls import Answer, Call, Operations, present
from console.local_aws.ses_stand_in.configuration_sets.sets import find_set
from console.local_aws.ses_stand_in.refusals import already_exists, bad_request, limit_exceeded, not_found
from console.local_aws.ses_stand_in.topics import publish

GREETING = "Successfully validated SNS topic for Amazon SES event publishing."
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_DESTINATIONS = 10
_KINDS = (
    "KinesisFirehoseDestination",
    "CloudWatchDestination",
    "SnsDestination",
    "EventBridgeDestination",
    "PinpointDestination",
)
_TYPES = {
    "SEND": "send",
    "REJECT": "reject",
    "BOUNCE": "bounce",
    "COMPLAINT": "complaint",
    "DELIVERY": "delivery",
    "OPEN": "open",
    "CLICK": "click",
    "RENDERING_FAILURE": "renderingFailure",
    # v1 has no word for these two (fact F10).
    "DELIVERY_DELAY": None,
    "SUBSCRIPTION": None,
}


def create_destination(call: Call) -> Answer:
    """Add a destination to a set. SES publishes a greeting to the topic, and refuses where it cannot."""
    found, name = find_set(call, call.asked["ConfigurationSetName"]), call.asked["EventDestinationName"]
    if not _NAME.fullmatch(name):
        raise bad_request(f"Event destination name <{name}> is invalid.")
    if name in found.destinations:
        raise already_exists(f"An event destination with name <{name}> already exists.")
    if len(found.destinations) >= _MOST_DESTINATIONS:
        raise limit_exceeded(f"Configuration set <{found.name}> has too many event destinations.")
    found.destinations[name] = _checked(call, found)
    return {}


def update_destination(call: Call) -> Answer:
    """Replace a destination, its list of event types included."""
    found, name = find_set(call, call.asked["ConfigurationSetName"]), call.asked["EventDestinationName"]
    _refuse_unknown(found, name)
    found.destinations[name] = _checked(call, found)
    return {}


def get_destinations(call: Call) -> Answer:
    """Return the destinations of a set."""
    found = find_set(call, call.asked["ConfigurationSetName"])
    return {"EventDestinations": [{"Name": name, **each} for name, each in found.destinations.items()]}


def delete_destination(call: Call) -> Answer:
    """Remove a destination."""
    found, name = find_set(call, call.asked["ConfigurationSetName"]), call.asked["EventDestinationName"]
    _refuse_unknown(found, name)
    del found.destinations[name]
    return {}


def describe_set(call: Call) -> Answer:
    """Return a set as v1 sees it: only the asked parts, and nothing that v1 has no words for."""
    found = find_set(call, call.asked["ConfigurationSetName"])
    asked = call.asked.get("ConfigurationSetAttributeNames", [])
    destinations = [_as_v1(name, each) for name, each in found.destinations.items()]
    reputation = {
        "SendingEnabled": found.is_sending,
        "ReputationMetricsEnabled": bool(
            found.options.get("ReputationOptions", {}).get("ReputationMetricsEnabled", False)
        ),
    }
    policy = found.options.get("DeliveryOptions", {}).get("TlsPolicy", "OPTIONAL")
    parts = {
        "eventDestinations": ("EventDestinations", destinations),
        "deliveryOptions": ("DeliveryOptions", {"TlsPolicy": policy.capitalize()}),
        "reputationOptions": ("ReputationOptions", reputation),
    }
    chosen = dict(parts[name] for name in asked if name in parts)
    return {"ConfigurationSet": {"Name": found.name}, **chosen}


V2_OPERATIONS: Operations = {
    "CreateConfigurationSetEventDestination": create_destination,
    "UpdateConfigurationSetEventDestination": update_destination,
    "GetConfigurationSetEventDestinations": get_destinations,
    "DeleteConfigurationSetEventDestination": delete_destination,
}
V1_OPERATIONS: Operations = {"DescribeConfigurationSet": describe_set}


def _refuse_unknown(found: StandInSet, name: str) -> None:
    if name not in found.destinations:
        message = f"No EventDestination found for <{name}>"
        raise not_found(message, "EventDestinationDoesNotExist")


def _checked(call: Call, found: StandInSet) -> dict[str, Any]:
    """Return a destination as it is kept; raises RefusedRequestError."""
    asked: Mapping[str, Any] = call.asked["EventDestination"]
    kinds = [kind for kind in _KINDS if asked.get(kind)]
    if len(kinds) != 1:
        raise bad_request("Exactly one event destination type must be specified.")
    types = asked.get("MatchingEventTypes") or []
    if not types or not set(types) <= _TYPES.keys():
        raise bad_request("MatchingEventTypes is empty or names an unknown event type.")
    if kinds == ["SnsDestination"]:
        _greet(call, found, asked["SnsDestination"]["TopicArn"])
    return {
        "Enabled": bool(asked.get("Enabled", False)),
        "MatchingEventTypes": list(types),
        kinds[0]: asked[kinds[0]],
    }


def _greet(call: Call, found: StandInSet, topic_arn: str) -> None:
    """The same text also where the key lacks SES's grant: [?] in the field's cases, and chosen here."""
    if not publish(call.world, topic_arn, call.arn(f"configuration-set/{found.name}"), GREETING):
        raise bad_request(f"Could not publish message to SNS topic <{topic_arn}>.")


def _as_v1(name: str, destination: Mapping[str, Any]) -> dict[str, Any]:
    topic = destination.get("SnsDestination")
    firehose = destination.get("KinesisFirehoseDestination")
    return present(
        Name=name,
        Enabled=destination["Enabled"],
        MatchingEventTypes=[_TYPES[kind] for kind in destination["MatchingEventTypes"] if _TYPES[kind]],
        SNSDestination=topic and {"TopicARN": topic["TopicArn"]},
        KinesisFirehoseDestination=firehose
        and {"IAMRoleARN": firehose["IamRoleArn"], "DeliveryStreamARN": firehose["DeliveryStreamArn"]},
    )
