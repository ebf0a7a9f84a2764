"""As whom SNS brings messages from one Region to a queue in another."""

from ses_reputation.regions import is_opt_in

SNS = "sns.amazonaws.com"


def sns_principal(topic_region: str, queue_region: str) -> str:
    """Return as whom SNS brings a topic's messages to a queue: what the queue's policy has to name.

    Amazon SNS developer guide, "Cross-region delivery"; for two opt-in Regions aws-cdk issue 38301.
    """
    if topic_region == queue_region:
        return SNS
    for region in (queue_region, topic_region):
        if is_opt_in(region):
            return f"sns.{region}.amazonaws.com"
    return SNS
