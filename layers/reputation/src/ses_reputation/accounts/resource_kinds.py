"""The custom resources of the account templates: what each wants of which identities."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ses_reputation.accounts.applying import SettingStore
from ses_reputation.accounts.identity_policies import policy_settings
from ses_reputation.accounts.identity_settings import SettingPlan, Settings, Wanted, plan_release
from ses_reputation.accounts.identity_store import (
    CONFIGURATION_SET,
    DefaultSets,
    IdentityPolicyTexts,
    IdentityTopics,
    plain_document,
)
from ses_reputation.accounts.identity_topics import plan_topic_release, topic_settings
from ses_reputation.accounts.stack_request import StackPlace
from ses_reputation.accounts.topic_reading import read_topic
from ses_reputation.accounts.topic_refusals import topic_faults
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.errors import UnavailableError

Properties = Mapping[str, Any]
Connect = Callable[..., Any]


class ResourceKind(NamedTuple):
    """A custom resource: what it wants, how it lets go, and where it is kept."""

    wanted: Callable[[Properties, StackPlace], Wanted]
    release: Callable[[str, Settings, Settings], SettingPlan]
    open_store: Callable[[Connect, StackPlace, Callable[[], None]], SettingStore]


def _wanted_topics(properties: Properties, _place: StackPlace) -> Wanted:
    settings = topic_settings(properties["TopicArn"], properties.get("EmailForwarding") == "true")
    return dict.fromkeys(listed(properties, "Identities"), settings)


def _wanted_policies(properties: Properties, place: StackPlace) -> Wanted:
    return {
        identity: {
            name: plain_document(text)
            for name, text in policy_settings(
                IdentityArn(place.partition, place.region, place.account, identity),
                listed(properties, "Delegates"),
            ).items()
        }
        for identity in listed(properties, "Identities")
    }


def _wanted_sets(properties: Properties, _place: StackPlace) -> Wanted:
    chosen = {CONFIGURATION_SET: properties["ConfigurationSetName"]}
    return dict.fromkeys(listed(properties, "Identities"), chosen)


def listed(properties: Properties, name: str) -> list[str]:
    """Return what a property lists, each once: a list, or one text with commas."""
    value = properties.get(name) or []
    parts = value.split(",") if isinstance(value, str) else value
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _open_topics(connect: Connect, place: StackPlace, pace: Callable[[], None]) -> SettingStore:
    def explain(topic_arn: str, identity: str) -> list[str]:
        arn = str(IdentityArn(place.partition, place.region, place.account, identity))
        try:
            return list(topic_faults(read_topic(connect, topic_arn), arn))
        except UnavailableError as error:
            return [f"the topic could not be read either ({error})"]

    return IdentityTopics(connect("ses", region_name=place.region), pace, explain)


KINDS: Mapping[str, ResourceKind] = {
    "Custom::IdentityFeedback": ResourceKind(_wanted_topics, plan_topic_release, _open_topics),
    "Custom::IdentityPolicies": ResourceKind(
        _wanted_policies,
        plan_release,
        lambda connect, place, pace: IdentityPolicyTexts(connect("sesv2", region_name=place.region), pace),
    ),
    "Custom::DefaultConfigurationSet": ResourceKind(
        _wanted_sets,
        plan_release,
        lambda connect, place, pace: DefaultSets(connect("sesv2", region_name=place.region), pace),
    ),
}
