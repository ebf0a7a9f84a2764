"""Which service principal delivers from a topic to a queue."""

OPT_IN_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "il-central-1",
        "me-central-1",
        "me-south-1",
    }
)
"""Those of SES's Regions that an account has to enable."""


def sns_principal(topic_region: str, queue_region: str) -> str:
    """Return whom the queue's policy has to let in (Amazon SNS developer guide, "Cross-Region delivery").

    The principal is regional where one of two Regions has to be enabled: the queue's, if it is one of these.
    """
    if topic_region == queue_region or not {topic_region, queue_region} & OPT_IN_REGIONS:
        return "sns.amazonaws.com"
    region = queue_region if queue_region in OPT_IN_REGIONS else topic_region
    return f"sns.{region}.amazonaws.com"
