"""A template's topics are encrypted with the key that they name: ministack drops it without a word.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
"""

import functools
from collections.abc import Callable
from typing import Any

from ministack.services import sns
from ministack.services.cloudformation import provisioners

_KEY = "KmsMasterKeyId"
Provision = Callable[..., tuple[str, dict[str, str]]]


def keep_keys_of_topics() -> None:
    """Keep the key of each topic that CloudFormation makes or changes, as SetTopicAttributes does."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    handlers["create"] = _keeping_key(handlers["create"], place_of_properties=1)
    handlers["update"] = _keeping_key(handlers["update"], place_of_properties=2)


def _keeping_key(provision: Provision, place_of_properties: int) -> Provision:
    @functools.wraps(provision)
    def provision_with_key(*arguments: Any, **named: Any) -> tuple[str, dict[str, str]]:
        topic_arn, attributes = provision(*arguments, **named)
        kept = sns._topics[topic_arn]["attributes"]
        key = arguments[place_of_properties].get(_KEY)
        if key:
            kept[_KEY] = key
        else:
            kept.pop(_KEY, None)
        return topic_arn, attributes

    return provision_with_key
