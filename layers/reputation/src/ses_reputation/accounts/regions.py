"""Regions that an account has to opt in to, where SNS comes under a name of its own."""

OPT_IN_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
"""Those launched after 20 March 2019 (AWS General Reference, "Managing AWS Regions")."""
SNS = "sns.amazonaws.com"


def sns_principal(topic_region: str, queue_region: str) -> str:
    """Return as whom SNS brings a topic's messages to a queue: what the queue's policy has to name.

    Amazon SNS developer guide, "Cross-region delivery"; for two opt-in Regions aws-cdk issue 38301.
    """
    if topic_region == queue_region:
        return SNS
    for region in (queue_region, topic_region):
        if region in OPT_IN_REGIONS:
            return f"sns.{region}.amazonaws.com"
    return SNS
