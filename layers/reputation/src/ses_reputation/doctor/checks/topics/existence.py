"""Whether the topics that SES is to publish to exist, and belong to registered accounts."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import flows_by_topic
from ses_reputation.doctor.mends import aws_command, register


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find topics that were deleted, and those whose feedback the ledger refuses."""
    for topic in sorted(flows_by_topic(setup)):
        if topic.split(":")[4] not in setup.accounts:
            yield _foreign(topic)
        elif setup.topics.lacks(topic):
            yield _missing(topic)


def _missing(topic: str) -> Diagnosis:
    region, account, name = topic.split(":")[3:6]
    return Diagnosis(
        name="topic_missing",
        severity=Severity.ERROR,
        account=account,
        region=region,
        subject=topic,
        problem=f"Topic {name} of account {account} in {region} does not exist.",
        why="SES accepts the mail and says nothing. At an identity's next bounce or complaint it clears "
        "these topics, goes over to e-mail and tells the account by e-mail. What it could not publish is "
        "lost.",
        mend="Make it again under its name (CloudFormation does not: to it, the topic is there), and run the "
        "doctor again for its policy and subscription. Then set the topics of all identities that shared "
        "it, also those that look right.",
        commands=(aws_command("sns create-topic", region, name=name),),
        cuts=frozenset({topic}),
    )


def _foreign(topic: str) -> Diagnosis:
    region, account = topic.split(":")[3:5]
    return Diagnosis(
        name="topic_of_unregistered_account",
        severity=Severity.ERROR,
        account=account,
        region=region,
        subject=topic,
        problem=f"SES is to publish to {topic}, a topic of an account that is not registered.",
        why="The ledger refuses feedback of topics of other accounts, and nobody but that account "
        "hears of it.",
        mend="Set a topic of a registered account, or register this one: then run what that prints.",
        commands=(register("owner", account, region),),
        cuts=frozenset({topic}),
    )
