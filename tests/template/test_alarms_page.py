"""docs/alarms.md says of every alarm what it means, what to do, and when it is over."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.alarm_advice import DOCUMENT, SECTIONS
from tests.support.documented_commands import commands_of
from tests.support.stack_template import TEMPLATES, read_source, render_stack

ALARMS = render_stack(AnalystDatabaseName="mail", ChatNotifications="true").of_type("AWS::CloudWatch::Alarm")
PARTS = re.compile(r"\*\*Means\*\*: .+?\n\n\*\*Do\*\*\n\n((?:\d+\. .+\n)+)\n\*\*Over\*\* (.+)", re.DOTALL)
# Dead letters that SQS itself moves back: of queues, and not of topics (SQS API, StartMessageMoveTask).
REDRIVEN = re.compile(r"\[Redrive\]\(#redrive-a-queues-dead-letters\) `(\w+)`")


def names_of(kind: str) -> Iterator[str]:
    """Logical ids that the page's sections name and that end as a kind of resource does."""
    for section in SECTIONS.values():
        yield from re.findall(rf"`(\w+{kind})`", section)


def period_of(alarm: dict[str, Any]) -> int:
    """Minutes of one period of an alarm."""
    measured = [alarm, *(each["MetricStat"] for each in alarm.get("Metrics", ()) if "MetricStat" in each)]
    (period,) = {each["Period"] for each in measured if "Period" in each}
    return int(period) // 60


def test_every_alarm_of_every_template_has_a_section_and_every_section_an_alarm() -> None:
    alarms = {
        name
        for template in TEMPLATES
        for name, resource in read_template(template)["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }

    assert SECTIONS.keys() == alarms == ALARMS.keys()


@pytest.mark.parametrize("name", ALARMS)
def test_a_section_says_what_it_means_what_to_do_and_when_it_is_over(name: str) -> None:
    found = PARTS.search(SECTIONS[name])

    assert found
    assert re.findall(r"\(period: (\d+) minutes?\)", found[2]) == [str(period_of(ALARMS[name]))]


def test_what_the_sections_name_is_in_the_template() -> None:
    resources = read_source()["Resources"]
    named = {
        name
        for kind in ("Queue", "Function", "Topic", "Role", "Workflow", "Schedule")
        for name in names_of(kind)
    }

    assert len(named) >= 20
    assert named - resources.keys() == set()


def test_every_queue_of_an_alarm_is_emptied_as_sqs_allows() -> None:
    resources = read_source()["Resources"].values()
    policies = [
        each["Properties"].get("RedrivePolicy") for each in resources if each["Type"] == "AWS::SQS::Queue"
    ]
    of_queues = {policy["deadLetterTargetArn"]["Fn::GetAtt"][0] for policy in policies if policy}
    watched = {
        name: dimension["Value"].strip("<>").removesuffix(".QueueName")
        for name, alarm in ALARMS.items()
        for dimension in alarm.get("Dimensions", ())
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }

    assert len(watched) == 7
    assert {queue for name in watched for queue in REDRIVEN.findall(SECTIONS[name])} == of_queues
    purged = {name for name in watched if f"[Purge](#purge-a-queue) `{watched[name]}`" in SECTIONS[name]}
    assert purged == {name for name, queue in watched.items() if queue not in of_queues}


def test_commands_name_what_they_work_on() -> None:
    commands = [each for each in commands_of(DOCUMENT) if each.startswith("ses-reputation ")]

    assert len(commands) >= 8
    assert [
        each for each in commands if " --stack ses-reputation" not in each and "accounts add" not in each
    ] == []
