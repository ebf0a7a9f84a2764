"""Whether topics are such that SES can publish to them: of the Region, and standard."""

from collections.abc import Iterator, Sequence

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import Flow, flows_by_topic, in_words
from ses_reputation.doctor.mends import register


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find topics in another Region than what publishes to them, and FIFO topics.

    SES takes neither (Amazon SES developer guide, "Configuring Amazon SNS notifications").
    """
    for topic, flows in sorted(flows_by_topic(setup).items()):
        region = topic.split(":")[3]
        elsewhere = [flow for flow in flows if flow.source.split(":")[3] != region]
        if elsewhere:
            yield _elsewhere(setup, topic, elsewhere)
        elif topic.endswith(".fifo"):
            yield _fifo(setup, topic, flows)


def _elsewhere(setup: Setup, topic: str, flows: Sequence[Flow]) -> Diagnosis:
    regions = sorted({flow.source.split(":")[3] for flow in flows})
    return _unfit(
        setup,
        flows,
        topic,
        "topic_in_other_region",
        f"SES is to publish from {in_words(regions)} to {topic}, a topic of another Region.",
    )


def _fifo(setup: Setup, topic: str, flows: Sequence[Flow]) -> Diagnosis:
    return _unfit(setup, flows, topic, "topic_fifo", f"SES is to publish to {topic}, a FIFO topic.")


def _unfit(setup: Setup, flows: Sequence[Flow], topic: str, name: str, problem: str) -> Diagnosis:
    places = sorted({(flow.account, flow.source.split(":")[3]) for flow in flows})
    return Diagnosis(
        name=name,
        severity=Severity.ERROR,
        account=places[0][0],
        region=places[0][1],
        subject=topic,
        problem=problem,
        why="SES publishes to standard topics of its own Region only. It answers with one error "
        "(InvalidParameterValue) whatever is wrong with a topic.",
        mend="Register the account for the Region, and run what that prints: its template makes a standard "
        "topic there. Then set that one.",
        commands=tuple(
            register("delegate" if account in setup.delegates else "owner", account, region)
            for account, region in places
        ),
        cuts=frozenset(flow.publishing for flow in flows),
    )
