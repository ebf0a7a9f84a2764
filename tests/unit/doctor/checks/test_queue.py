"""Whether the queue takes what SNS brings from topics of other Regions."""

import json
from dataclasses import replace

import pytest

from ses_reputation.doctor.checks.queue.policy import check
from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.sending import IdentityFacts
from tests.support.doctor_facts import QUEUE, owner_place, sound_setup, topics

# None is one of SES's first Regions: an account has to enable each.
OPT_IN = ("af-south-1", "ap-southeast-7", "eu-south-2", "mx-central-1")


@pytest.mark.parametrize("region", OPT_IN)
def test_a_queue_that_knows_only_the_global_principal_is_closed_to_a_topic_in_an_opt_in_region(
    region: str,
) -> None:
    topic = f"arn:aws:sns:{region}:111111111111:feedback"
    pear = IdentityFacts("pear.example", True, False, {"Bounce": topic}, {})
    place = owner_place(region=region, identities=Listing({pear.name: pear}))

    (found,) = check(sound_setup(places=(place,), topics=topics(topic)))

    assert (found.name, found.subject) == ("queue_closed_to_opt_in_region", QUEUE)
    assert f"SNS delivers as sns.{region}.amazonaws.com" in found.why


def test_whether_an_organization_lets_a_topic_in_is_not_known_and_not_called_an_error() -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:feedback"
    pear = IdentityFacts("pear.example", True, False, {"Bounce": topic}, {})
    setup = sound_setup(places=(owner_place(identities=Listing({pear.name: pear})),), topics=topics(topic))
    assert setup.queue is not None
    closed = replace(setup.queue, policy=policy_for({"StringEquals": {"aws:SourceAccount": "999999999999"}}))
    perhaps = replace(setup.queue, policy=policy_for({"StringEquals": {"aws:SourceOrgID": "o-exampleorgid"}}))

    (found,) = check(replace(setup, queue=closed))
    assert found.name == "queue_closed_to_topic"
    assert list(check(replace(setup, queue=perhaps))) == []


def policy_for(condition: dict[str, dict[str, str]]) -> str:
    return json.dumps(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": QUEUE,
                "Condition": condition,
            }
        }
    )
