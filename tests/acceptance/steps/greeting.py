"""SES itself publishes to the feedback topic: the only publisher that no run can play."""

from tests.acceptance.run import Run
from tests.acceptance.step import SkippedError


def hear_ses(run: Run) -> str:
    """SES tries a topic when it is set for an identity: the stack set it for the run's own."""
    if not run.own_identity:
        raise SkippedError("SES made no identity for the run: it is not in this Region, or may not be used")
    ses = run.clients.connect("ses")
    answer = ses.get_identity_notification_attributes(Identities=[run.own_identity])
    topics = answer["NotificationAttributes"][run.own_identity]
    wanted = run.stack.outputs["FeedbackTopicArn"]
    set_topics = [
        kind for kind in ("BounceTopic", "ComplaintTopic", "DeliveryTopic") if topics.get(kind) == wanted
    ]
    run.await_that("SES reports bounces to the feedback topic", lambda: "BounceTopic" in set_topics, 0.1)
    return f"SES accepted FeedbackTopic for {run.own_identity}: {', '.join(set_topics)}"
