"""Channels of the ledger's stack that reach nobody are named, and those of which that is unknown."""

from ses_reputation.doctor.facts.setup import UnheardChannel
from ses_reputation.doctor.report import examine, exit_code
from tests.support.doctor_facts import LEDGER, REGION, sound_setup

ALARMS = f"arn:aws:sns:{REGION}:{LEDGER}:operations"


def test_an_alarm_topic_that_cloudwatch_cannot_use_is_a_warning_in_the_ledgers_account() -> None:
    problem = "CloudWatch cannot use its key, alias/aws/sns: give it a customer managed key, or none"
    setup = sound_setup(unheard=(UnheardChannel("alarm topic", ALARMS, problem),))

    (cause,) = causes = examine(setup)

    assert exit_code(causes) == 1
    found = cause.diagnosis
    assert (found.name, found.account, found.region) == ("channel_unheard", LEDGER, REGION)
    assert found.problem == f"The alarm topic {ALARMS} reaches nobody: {problem}."
    assert "AlarmTopicArn" in found.mend


def test_a_channel_that_could_not_be_looked_at_is_unknown_and_not_right() -> None:
    setup = sound_setup(unheard=(UnheardChannel("event bus", "reputation", error_code="AccessDenied"),))

    (cause,) = examine(setup)

    assert cause.diagnosis.problem == (
        "Unknown, because AWS answered AccessDenied: whether the event bus reputation reaches anybody."
    )
    assert "events:DescribeEventBus" in cause.diagnosis.mend
