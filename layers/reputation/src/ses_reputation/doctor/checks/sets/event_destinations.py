"""Whether configuration sets publish to SNS at all, and their destinations are on."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.delegation.permissions import allowing_owners
from ses_reputation.doctor.checks.known_topics import topic_for_set
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import ConfigurationSet, Destination, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import EVENT_NAMES, publishing_link
from ses_reputation.doctor.mends import event_destination, register

FAILED_STACK = (
    "If a stack failed with a null pointer of KinesisFirehoseDestination.iamRoleARN(), its topic may not "
    "have let SES publish yet: let the event destination depend on the topic's policy."
)
"""What CloudFormation may make of SES's "Could not publish message to SNS topic": its coverage roadmap, issue
2492, and aws/aws-cdk issue 32501, where the cause is inferred."""


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find sets whose events go to no topic, and destinations that are switched off."""
    for place in setup.places:
        for each in place.sets:
            if each.destinations is None:
                continue
            to_topics = [destination for destination in each.destinations if destination.topic]
            if not to_topics:
                yield _without_topic(setup, place, each)
            for destination in to_topics:
                if not destination.is_enabled:
                    yield _switched_off(place, each, destination)


def _without_topic(setup: Setup, place: Place, each: ConfigurationSet) -> Diagnosis:
    topic = topic_for_set(place)
    where = (place.region, each.name, "ses-reputation")
    owners = allowing_owners(setup, place.account, place.region)
    return Diagnosis(
        name="set_without_topic",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.set_arn(each.name),
        problem=f"Configuration set {each.name} of {place.title} publishes its events to no SNS topic.",
        why="The ledger has no sender's feed of mail that is sent with it: no sends, no delays. "
        + FAILED_STACK,
        mend="Give it an event destination."
        if topic
        else "Register the account, and run what that prints: its template makes a set and a topic. Send "
        "with that set, or give this one the topic.",
        commands=(event_destination("create", where, topic, EVENT_NAMES),)
        if topic
        else (register("delegate", place.account, place.region, *owners),),
        cuts=frozenset({place.set_arn(each.name)}),
    )


def _switched_off(place: Place, each: ConfigurationSet, destination: Destination) -> Diagnosis:
    where = (place.region, each.name, destination.name)
    source = f"{place.set_arn(each.name)}/{destination.name}"
    return Diagnosis(
        name="destination_disabled",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=source,
        problem=f"Event destination {destination.name} of configuration set {each.name} in {place.title} is "
        "switched off.",
        why="SES accepts the mail and publishes nothing; what it did not publish is lost.",
        mend="Switch it on.",
        commands=(event_destination("update", where, destination.topic, destination.event_types),),
        cuts=frozenset({publishing_link(source, destination.topic)}),
    )
