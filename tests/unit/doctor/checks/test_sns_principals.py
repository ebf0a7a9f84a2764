"""Who delivers from a topic to a queue, by their Regions: the four cases of fact F11."""

import pytest

from ses_reputation.doctor.checks.queue.sns_principals import sns_principal


@pytest.mark.parametrize(
    ("topic", "queue", "principal"),
    [
        ("eu-west-1", "us-east-1", "sns.amazonaws.com"),
        ("eu-west-1", "af-south-1", "sns.af-south-1.amazonaws.com"),
        ("af-south-1", "eu-west-1", "sns.af-south-1.amazonaws.com"),
        ("af-south-1", "me-south-1", "sns.me-south-1.amazonaws.com"),
        ("af-south-1", "af-south-1", "sns.amazonaws.com"),
    ],
)
def test_the_opt_in_region_names_the_principal(topic: str, queue: str, principal: str) -> None:
    assert sns_principal(topic, queue) == principal
