"""A topic in an opt-in Region: SNS comes from there under another name."""

from tests.acceptance.notifications import addresses, sent
from tests.acceptance.run import TAG, Run
from tests.acceptance.step import SkippedError
from tests.acceptance.steps.balances import count_outcomes

RECIPIENTS = 5


def hear_an_opt_in_region(run: Run) -> str:
    """Subscribe the feedback queue to a topic in an enabled opt-in Region; what it publishes is counted."""
    if not run.opt_in_region:
        raise SkippedError(
            "no opt-in Region is enabled in this account (or: REGIONS of the account not readable)"
        )
    sns = run.clients.connect("sns", region_name=run.opt_in_region)
    topic = sns.create_topic(Name=f"{run.name}-opt-in", Tags=[{"Key": TAG, "Value": run.name}])["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=run.stack.outputs["FeedbackQueueArn"])
    mail = sent(run, "opt-in", addresses(RECIPIENTS, "opt-in"), region=run.opt_in_region)
    sns.publish(TopicArn=topic, Message=mail)
    run.await_that(
        f"mail of {run.opt_in_region} is counted",
        lambda: count_outcomes(run, region=run.opt_in_region) == {"sent": RECIPIENTS},
    )
    return f"{RECIPIENTS} sends published in {run.opt_in_region} are counted"
