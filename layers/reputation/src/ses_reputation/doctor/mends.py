"""Commands and documents that mend what is wrong, ready to be pasted."""

from collections.abc import Iterable, Mapping
from typing import Any

from ses_reputation.authorization.policy_document import policy_text, read_policy, statements_of
from ses_reputation.shell_words import shell_command, shell_option


def aws_command(action: str, region: str, *words: str, **options: str) -> str:
    """Return a command of the AWS CLI. action: `sns subscribe`. options: `topic_arn` is `--topic-arn`.

    words: what has no value to be quoted, such as a flag, and stands last as it is.
    """
    named = [shell_option(f"--{name.replace('_', '-')}", value) for name, value in options.items()]
    return " ".join([f"aws {action}", shell_option("--region", region), *named, *words])


def merged_policy(document: str, statements: Iterable[Mapping[str, Any]]) -> str:
    """Return a policy with further statements, each in place of one of the same Sid: all others stay.

    A topic and a queue have one policy each, and others write it too. Where there is none that can be read,
    the statements are the policy.
    """
    try:
        policy = dict(read_policy(document))
    except ValueError:
        policy = {"Version": "2012-10-17", "Statement": []}
    added = list(statements)
    sids = {each["Sid"] for each in added}
    kept = [
        each for each in statements_of(policy) if not (isinstance(each, dict) and each.get("Sid") in sids)
    ]
    return policy_text({**policy, "Statement": [*kept, *added]})


def set_topic_policy(topic: str, document: str) -> str:
    """Return the command that gives a topic a policy."""
    region = topic.split(":")[3]
    return aws_command(
        "sns set-topic-attributes", region, topic_arn=topic, attribute_name="Policy", attribute_value=document
    )


def set_queue_policy(region: str, url: str, document: str) -> str:
    """Return the command that gives a queue a policy."""
    attributes = policy_text({"Policy": document})
    return aws_command("sqs set-queue-attributes", region, queue_url=url, attributes=attributes)


def set_key_policy(key: str, document: str) -> str:
    """Return the command that gives a key a policy."""
    region = key.split(":")[3]
    return aws_command("kms put-key-policy", region, key_id=key, policy_name="default", policy=document)


def set_identity_topic(region: str, identity: str, kind: str, topic: str) -> str:
    """Return the command that sets an identity's topic of a type: Bounce, Complaint or Delivery."""
    options = {"identity": identity, "notification_type": kind, "sns_topic": topic}
    return aws_command("ses set-identity-notification-topic", region, **options)


def event_destination(action: str, place: tuple[str, str, str], topic: str, types: Iterable[str]) -> str:
    """Return the command that creates or updates an event destination.

    action: `create` or `update`. place: Region, configuration set, name of the destination. types: all of
    them: an update replaces the list (Amazon SES API v2, UpdateConfigurationSetEventDestination).
    """
    region, configuration_set, name = place
    fields = {
        "Enabled": True,
        "MatchingEventTypes": sorted(types),
        "SnsDestination": {"TopicArn": topic},
    }
    options = {
        "configuration_set_name": configuration_set,
        "event_destination_name": name,
        "event_destination": policy_text(fields),
    }
    return aws_command(f"sesv2 {action}-configuration-set-event-destination", region, **options)


def subscribe(topic: str, queue: str, dead_letter_queue: str = "") -> str:
    """Return the command that subscribes the queue, in the topic's Region: SNS takes no other.

    Amazon SNS developer guide, "Sending Amazon SNS messages to an Amazon SQS queue in a different account":
    run by the queue's account, it needs no confirmation. dead_letter_queue: of the account that runs it.
    """
    region = topic.split(":")[3]
    options = {"topic_arn": topic, "protocol": "sqs", "notification_endpoint": queue}
    if dead_letter_queue:
        policy = policy_text({"deadLetterTargetArn": dead_letter_queue})
        options["attributes"] = policy_text({"RedrivePolicy": policy})
    return aws_command("sns subscribe", region, **options)


def validation_threshold(confidence: str) -> str:
    """Return address validation as SES takes it, as JSON; "" where there is none to be kept.

    confidence: a set's or an account's, as of their facts: `HIGH`, or `OFF` where a set switches it off.
    Amazon SES API v2, SuppressionConditionThreshold.
    """
    if not confidence:
        return ""
    if confidence == "OFF":
        return policy_text({"ConditionThreshold": {"ConditionThresholdEnabled": "DISABLED"}})
    asked = {"ConfidenceVerdictThreshold": confidence}
    threshold = {"ConditionThresholdEnabled": "ENABLED", "OverallConfidenceThreshold": asked}
    return policy_text({"ConditionThreshold": threshold})


def our_command(name: str, *options: tuple[str, str], argument: str = "") -> str:
    """Return a command of `ses-reputation`. name: `standing explain`. Options of "" are left out."""
    given = [shell_option(option, value) for option, value in options if value]
    return " ".join(shell_command(f"ses-reputation {name}", given, argument))


def register(role: str, account: str, region: str, *owners: str, identity: str = "") -> str:
    """Return the command that registers an owner or a delegate, and prints how to deploy its template.

    To register twice changes nothing. owners: whose identities a delegate is to send with. identity: of an
    owner, which the template gives its topic.
    """
    options = [("--region", region), *(("--owner", owner) for owner in owners), ("--identity", identity)]
    return our_command(f"accounts add {role}", *options, argument=account)


def explain_standing(account: str, region: str, stack: str) -> str:
    """Return the command that shows what an account's rates consist of. stack: as of Setup."""
    return our_command("standing explain", ("--account", account), ("--region", region), ("--stack", stack))
