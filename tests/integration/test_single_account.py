"""template.yaml alone, for an account that is owner, sender and ledger in one. Policies are enforced."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from console.local_aws.deployment import delete_stack, deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.waiting import settle
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.sending_parties import IDENTITY, LEDGER, SendingParties
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = pytest.mark.local_aws

NOTES, SET = f"notes@{IDENTITY}", "transactional"
ALONE = {
    "DelegateAccounts": "",
    "Identities": f"{IDENTITY},{NOTES}",
    "ConfigurationSetName": SET,
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SendingParties]:
    """One account with two identities and one stack."""
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(auth=True, account_id=LEDGER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        for identity in (IDENTITY, NOTES):
            aws.clients().connect("sesv2").create_email_identity(EmailIdentity=identity)
        stack = deploy_template(aws, PARAMETERS | ALONE)
        yield SendingParties(aws, ses, stack, tmp_path_factory.mktemp("profiles"))


def attributes(alone: SendingParties, identity: str) -> dict[str, Any]:
    answer = alone.client("ses", LEDGER).get_identity_notification_attributes(Identities=[identity])
    return dict(answer["NotificationAttributes"][identity])


def default_set(alone: SendingParties, identity: str) -> str:
    found = alone.client("sesv2", LEDGER).get_email_identity(EmailIdentity=identity)
    return str(found.get("ConfigurationSetName", ""))


def counted(alone: SendingParties) -> Counter[str]:
    """What became of the account's mail, by configuration set and outcome, and by which feeds it is known."""
    read = alone.run("balances", "--json")
    assert read.returncode == 0, read.stdout + read.stderr
    total: Counter[str] = Counter()
    for hour in json.loads(read.stdout)["balances"]:
        assert (hour["sending_account"], hour["identity"]) == (LEDGER, IDENTITY)
        for name, of_set in hour["counts"].items():
            total.update({f"{name} {outcome}": n for outcome, n in of_set["simulator"].items()})
        for name, of_set in hour["coverage"].items():
            for kind, feeds in of_set.items():
                total.update({f"{name} {kind} {feed}": n for feed, n in feeds.items()})
    return total


def test_the_stack_gives_its_topic_and_its_set_to_the_identities(alone: SendingParties) -> None:
    topic = alone.stack.outputs["FeedbackTopicArn"]
    for identity in (IDENTITY, NOTES):
        found = attributes(alone, identity)
        assert [found[f"{kind}Topic"] for kind in ("Bounce", "Complaint", "Delivery")] == [topic] * 3
        assert found["ForwardingEnabled"] is False
        assert default_set(alone, identity) == SET


def test_a_bounce_that_comes_by_identity_and_by_set_counts_once(alone: SendingParties) -> None:
    alone.client("sesv2", LEDGER).send_email(
        FromEmailAddress=f"orders@{IDENTITY}",
        Destination={"ToAddresses": ["bounce@simulator.amazonses.com"]},
        Content={"Simple": {"Subject": {"Data": "Your order"}, "Body": {"Text": {"Data": "It is here."}}}},
    )

    await_that(lambda: counted(alone)[f"{SET} bounced both"] > 0, "both feeds' reports were posted")
    settle(alone.aws, alone.stack, timeout_seconds=HANG_SECONDS)

    assert counted(alone) == {
        f"{SET} sent": 1,
        f"{SET} bounced_permanent_general": 1,
        f"{SET} bounced both": 1,
    }


def test_the_stack_gives_everything_back_when_it_is_deleted(alone: SendingParties) -> None:
    empty_bucket(alone)
    delete_stack(alone.aws.clients(), alone.stack.name)

    for identity in (IDENTITY, NOTES):
        found = attributes(alone, identity)
        assert not [name for name in found if name.endswith("Topic")]
        assert found["ForwardingEnabled"] is True
        assert not default_set(alone, identity)
    assert alone.client("sesv2", LEDGER).list_configuration_sets()["ConfigurationSets"] == []


def empty_bucket(alone: SendingParties) -> None:
    s3, bucket = alone.aws.clients().s3, alone.stack.outputs["ReputationBucketName"]
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
