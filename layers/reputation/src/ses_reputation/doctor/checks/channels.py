"""Whether anybody hears what the ledger's stack says: its alerts, its alarms and its events."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup, UnheardChannel


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find channels that reach nobody, and those of which that could not be read."""
    for channel in setup.unheard:
        yield _unheard(setup, channel) if channel.problem else _unknown(setup, channel)


def _unheard(setup: Setup, channel: UnheardChannel) -> Diagnosis:
    return Diagnosis(
        name="channel_unheard",
        severity=Severity.WARNING,
        account=setup.ledger_account,
        region=setup.queue_arn.split(":")[3],
        subject=channel.subject,
        problem=f"The {channel.name} {channel.subject} reaches nobody: {channel.problem}.",
        why=_WHY[channel.name],
        mend=_MEND[channel.name],
    )


def _unknown(setup: Setup, channel: UnheardChannel) -> Diagnosis:
    return Diagnosis(
        name="unread",
        severity=Severity.WARNING,
        account=setup.ledger_account,
        region=setup.queue_arn.split(":")[3],
        subject=channel.subject,
        problem=f"Unknown, because AWS answered {channel.error_code}: whether the {channel.name} "
        f"{channel.subject} reaches anybody.",
        why="What was not read is not taken as right, nor as wrong.",
        mend="Let whoever runs the doctor call sns:GetTopicAttributes, events:DescribeEventBus, "
        "kms:DescribeKey and kms:GetKeyPolicy in the ledger's account.",
    )


_WHY = {
    "alert topic": "Nobody hears of a standing that worsens, or of a finding.",
    "alarm topic": "Nobody hears of trouble of the pipeline itself.",
    "chat topic": "Nobody reads in a chat of a standing that worsens, or of a finding.",
    "event bus": "No program gets the events of standings and findings.",
}
_MEND = {
    "alert topic": "Subscribe whoever is to hear of it, and open the link in SNS's e-mail.",
    "alarm topic": "Mend that topic, or name another in the stack's parameter AlarmTopicArn. Subscribe "
    "whoever runs the pipeline.",
    "chat topic": "Name it in the configuration of a channel, in Amazon Q Developer in chat applications; or "
    "set the stack's parameter ChatNotifications to false.",
    "event bus": "Correct the stack's parameter EventBusName.",
}
