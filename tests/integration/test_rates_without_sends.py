"""An owner with topics alone, and a delegate that names no configuration set. Policies are enforced.

This is the plain case of sending authorization: the owner hears what became of the delegate's mail, and
nobody hears of its sends.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.invocation import run_scheduled
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.waiting import settle
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.sending_parties import COURIER, IDENTITY, LEDGER, OWNER, SendingParties
from tests.support.notifications import ARN, notified
from tests.support.waiting import HANG_SECONDS

pytestmark = pytest.mark.local_aws

DELIVERED, BOUNCED = 70, 30
MAILED_AT = datetime.now(UTC) - timedelta(hours=2)
Document = dict[str, Any]


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SendingParties]:
    """A hundred mails of the delegate's, of which the owner's topic has reported what became of each."""
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(auth=True, account_id=LEDGER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        # The delegate has no stack, no topic, and need not be registered.
        stack = deploy_template(aws, PARAMETERS | {"OwnerAccounts": OWNER, "DelegateAccounts": ""})
        parties = SendingParties(aws, ses, stack, tmp_path_factory.mktemp("profiles"))
        parties.connect_owner(COURIER)
        # The ledger's function has to confirm the subscription of its queue.
        settle(aws, stack, timeout_seconds=HANG_SECONDS)
        report_all(parties)
        settle(aws, stack, timeout_seconds=HANG_SECONDS)
        run_scheduled(aws, stack.resources["AssessReputationFunction"], datetime.now(UTC))
        yield parties


def report_all(parties: SendingParties) -> None:
    """Publish the owner's identity notifications, of mail to Yahoo, as SES does."""
    answer = parties.client("ses", OWNER).get_identity_notification_attributes(Identities=[IDENTITY])
    topic = answer["NotificationAttributes"][IDENTITY]["DeliveryTopic"]
    sns = parties.client("sns", OWNER)
    for number in range(DELIVERED + BOUNCED):
        sns.publish(TopicArn=topic, Message=json.dumps(notification(number)))


def notification(number: int) -> Document:
    """The notification of one mail: the first are delivered, the others bounce."""
    address = f"recipient-{number}@yahoo.com"
    fields = {
        "timestamp": f"{MAILED_AT:%Y-%m-%dT%H:%M:%S}.000Z",
        "messageId": f"message-{number}",
        "source": f"news@{IDENTITY}",
        "sourceArn": ARN.format(owner=OWNER, identity=IDENTITY),
        "sendingAccountId": COURIER,
        "destination": [address],
    }
    if number < DELIVERED:
        return notified("Delivery", fields, recipients=[address], processingTimeMillis=900)
    return notified(
        "Bounce",
        fields,
        bounceType="Permanent",
        bounceSubType="General",
        bouncedRecipients=[{"emailAddress": address}],
        timestamp=f"{MAILED_AT:%Y-%m-%dT%H:%M:%S}.000Z",
        feedbackId=f"feedback-{number}",
    )


def test_the_balances_are_found_of_whoever_sends_with_the_identity(parties: SendingParties) -> None:
    read = parties.run("balances", "--identity", IDENTITY, "--account", COURIER, "--json")
    assert read.returncode == 0, read.stdout + read.stderr

    assert json.loads(read.stdout)["balances"] != []


def entity_of(parties: SendingParties, *of: str) -> Document:
    read = parties.run("standing", *of, "--json")
    assert read.returncode == 0, read.stdout + read.stderr
    (entity,) = json.loads(read.stdout)["entities"]
    return dict(entity)


@pytest.mark.parametrize(
    "of", [("--identity", IDENTITY), ("--account", COURIER)], ids=["owner's", "delegate's"]
)
def test_the_standing_is_that_of_bounces_over_final_outcomes(parties: SendingParties, of: tuple[str]) -> None:
    bounces = entity_of(parties, *of)["measures"]["bounces"]

    # Where 10 % bounce, 30 of 100 come once in five million: 30 ln(3) + 70 ln(0.7 / 0.9) = 15.4.
    assert (bounces["standing"], bounces["rate"]["numerator"], bounces["rate"]["denominator"]) == (
        "pause",
        BOUNCED,
        DELIVERED + BOUNCED,
    )
    assert bounces["basis"] == {"kind": "final_outcomes", "without_send": 100, "unrated": 0}


def test_complaints_are_rated_over_what_was_delivered_to_a_provider_with_a_feedback_loop(
    parties: SendingParties,
) -> None:
    complaints = entity_of(parties, "--identity", IDENTITY)["measures"]["complaints"]

    assert (complaints["standing"], complaints["rate"]["denominator"]) == ("healthy", 100)
    assert complaints["basis"]["kind"] == "final_outcomes"


def test_people_read_what_the_rate_is_over(parties: SendingParties) -> None:
    table = " ".join(parties.run("standing", "--identity", IDENTITY).stdout.split())

    assert "30.00 %" in table
    assert "final outcomes" in table
