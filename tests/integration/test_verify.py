"""`ses-reputation verify` on the local AWS: a sound setup is proven, and a broken one is named."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.waiting import settle
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.pasted_command import run_pasted
from tests.support.aws.sending_parties import COURIER, HARBOR, IDENTITY, LEDGER, OWNER, SendingParties
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = pytest.mark.local_aws


ALLOW_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SendingParties]:
    """An owner, two delegates and a ledger, all connected, policies enforced."""
    with (
        SesStandIn() as ses,
        start_ministack(auth=True, account_id=LEDGER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        registered = {"OwnerAccounts": OWNER, "DelegateAccounts": f"{COURIER},{HARBOR}"}
        stack = deploy_template(aws, PARAMETERS | registered)
        found = SendingParties(aws, ses, stack, tmp_path_factory.mktemp("profiles"))
        found.connect_owner(COURIER, HARBOR)
        found.connect_sender(COURIER, "courier")
        found.connect_sender(HARBOR, "harbor")
        yield found


@pytest.fixture
def verify(parties: SendingParties) -> "Run":
    """Run `verify` as the ledger's operator, with profiles of all parties."""
    return lambda *arguments: parties.run("verify", "--owner-profile", "owner", *arguments)


Run = Callable[..., subprocess.CompletedProcess[str]]
AS_HARBOR = ("--delegate", f"{HARBOR}=harbor")
HARBOR_ROOT = f"arn:aws:iam::{HARBOR}:root"


def read_json(result: subprocess.CompletedProcess[str], exit_code: int) -> dict[str, Any]:
    assert result.returncode == exit_code, result.stdout + result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def party(document: dict[str, Any], account: str) -> dict[str, Any]:
    (found,) = [each for each in document["parties"] if each["account"] == account]
    return dict(found)


def came(document: dict[str, Any], account: str) -> Counter[str]:
    seen = party(document, account)["observations"]
    return Counter(f"{each['feed']} {each['kind']}" for each in seen if each["seconds"] is not None)


def test_a_sound_setup_is_proven_from_the_right_parties_and_feeds(verify: Run) -> None:
    document = read_json(verify("--delegate", f"{COURIER}=courier", *AS_HARBOR, "--json"), 0)

    assert document["is_proven"]
    # Seven mails a party: three successes, a bounce, an automatic reply, a complaint, a suppressed one.
    of_owner = {"owner delivery": 5, "owner bounce": 3, "owner complaint": 1}
    of_sender = {"sender send": 7, "sender delivery": 5, "sender bounce": 3, "sender complaint": 1}
    assert came(document, OWNER) == of_owner
    assert came(document, COURIER) == of_owner | of_sender
    assert came(document, HARBOR) == of_owner | of_sender
    assert party(document, HARBOR)["owner_account"] == OWNER
    assert document["missing"] == []


def test_mail_of_a_tenant_is_refused_until_what_is_printed_associates_it_and_proven_then(
    verify: Run, parties: SendingParties
) -> None:
    ses, whose = parties.client("sesv2", OWNER), ("--tenant", f"{OWNER}=bakery")
    ses.create_tenant(TenantName="bakery")
    try:
        refused = party(read_json(verify(*whose, "--json"), 1), OWNER)["refused"]
        printed = verify(*whose)
        (command,) = {line.strip() for line in printed.stdout.splitlines() if line.strip().startswith("aws ")}
        run_pasted(command, OWNER, lambda account, service, _region: parties.client(service, account))
        proven = read_json(verify(*whose, "--json"), 0)
    finally:
        ses.delete_tenant(TenantName="bakery")

    # SES's first API knows no tenants, so six mails in place of seven, and one success less.
    assert Counter(each["way"] for each in refused) == {"v2 simple": 5, "v2 raw": 1}
    assert {each["code"] for each in refused} == {"AccessDeniedException"}
    assert {each["side"] for each in refused} == {"sender"}
    assert all("are not associated with the tenant" in each["cause"] for each in refused)
    assert command == (
        "aws sesv2 create-tenant-resource-association --region us-east-1 --tenant-name bakery "
        f"--resource-arn {parties.identity_arn}"
    )
    assert proven["is_proven"]
    assert party(proven, OWNER)["tenant"] == "bakery"
    assert came(proven, OWNER) == {"owner delivery": 4, "owner bounce": 3, "owner complaint": 1}


def test_the_simulator_is_kept_and_not_rated(verify: Run, parties: SendingParties) -> None:
    document = read_json(verify(*AS_HARBOR, "--json"), 0)

    settle(parties.aws, parties.stack, timeout_seconds=HANG_SECONDS)
    balances = parties.run("balances", "--account", HARBOR, "--json")
    providers = {
        provider
        for hour in json.loads(balances.stdout)["balances"]
        for of_set in hour["counts"].values()
        for provider in of_set
    }
    assert document["is_proven"]
    assert providers == {"simulator"}


def test_a_policy_for_simple_mail_is_named_where_raw_mail_is_refused(
    verify: Run, parties: SendingParties
) -> None:
    parties.authorize(HARBOR, "ses:SendEmail")
    try:
        document = read_json(verify(*AS_HARBOR, "--json"), 1)
    finally:
        parties.authorize(HARBOR)

    refused = party(document, HARBOR)["refused"]
    assert [each["way"] for each in refused] == ["v2 raw", "v1 raw"]
    assert {each["side"] for each in refused} == {"owner"}
    assert "not raw mail (ses:SendRawEmail)" in refused[0]["cause"]


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (f"arn:aws:ses:us-east-1:{HARBOR}:identity/*", "IAM in 333333333333 refuses it"),
        ("arn:aws:ses:us-east-1:*:identity/*", "the configuration set is not"),
    ],
)
def test_a_sender_that_refuses_itself_is_told_from_an_owner_that_does(
    verify: Run, parties: SendingParties, resource: str, said: str
) -> None:
    send = {"Effect": "Allow", "Action": "ses:Send*", "Resource": resource}
    look = {"Effect": "Allow", "Action": ["ses:Get*", "ses:List*"], "Resource": "*"}
    parties.ses.restrict(HARBOR_ROOT, {"Version": "2012-10-17", "Statement": [send, look]})
    try:
        document = read_json(verify(*AS_HARBOR, "--json"), 1)
    finally:
        parties.ses.restrict(HARBOR_ROOT, ALLOW_EVERYTHING)

    refused = party(document, HARBOR)["refused"]
    assert len(refused) == 7
    assert {each["side"] for each in refused} == {"sender"}
    assert all(said in each["cause"] for each in refused)


def test_a_paused_set_is_said(verify: Run, parties: SendingParties) -> None:
    harbor = parties.client("sesv2", HARBOR)
    harbor.put_configuration_set_sending_options(ConfigurationSetName="harbor", SendingEnabled=False)
    try:
        result = verify(*AS_HARBOR)
    finally:
        harbor.put_configuration_set_sending_options(ConfigurationSetName="harbor", SendingEnabled=True)

    assert result.returncode == 1
    assert "Sending with the configuration set harbor is paused" in " ".join(result.stdout.split())


def test_a_topic_that_is_gone_is_named_as_the_doctor_finds_it(verify: Run, parties: SendingParties) -> None:
    topic = parties.connect_sender(HARBOR, "orphan")
    parties.client("sns", HARBOR).delete_topic(TopicArn=topic)

    document = read_json(verify(*AS_HARBOR, "--configuration-set", "orphan", "--wait", "2", "--json"), 1)

    silent = [each for each in document["missing"] if each["feed"] == "sender"]
    assert [(each["account"], each["observations"]) for each in silent] == [(HARBOR, 16)]
    assert f"Topic feedback-orphan of account {HARBOR} in us-east-1 does not exist." in silent[0]["causes"][0]


def test_raw_delivery_is_found_in_the_quarantine(verify: Run, parties: SendingParties) -> None:
    topic, sns = parties.connect_sender(HARBOR, "rawly"), parties.client("sns", HARBOR)

    def subscription() -> str:
        (found,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return str(found["SubscriptionArn"])

    await_that(lambda: subscription().startswith("arn:"), "the ledger confirmed the subscription")
    sns.set_subscription_attributes(
        SubscriptionArn=subscription(),
        AttributeName="RawMessageDelivery",
        AttributeValue="true",
    )

    for seconds in ("5", "60", "300"):
        whose = (*AS_HARBOR, "--configuration-set", "rawly", "--wait", seconds)
        if (document := read_json(verify(*whose, "--json"), 1))["quarantined"]:
            break

    assert document["quarantined"].keys() == {"raw_delivery"}


@pytest.fixture
def sandbox(parties: SendingParties) -> Iterator[None]:
    """The delegate and the owner as SES makes new accounts: without production access."""
    accounts = [parties.ses.open_account(account, parties.region) for account in (OWNER, HARBOR)]
    for account in accounts:
        account.attributes["ProductionAccessEnabled"] = False
    yield
    for account in accounts:
        account.attributes["ProductionAccessEnabled"] = True


@pytest.mark.usefixtures("sandbox")
def test_a_setup_is_proven_in_the_sandbox(verify: Run, parties: SendingParties) -> None:
    """In the sandbox SES mails verified recipients, "or the Amazon SES mailbox simulator".

    Developer guide, "Request production access".
    """
    for account in (OWNER, HARBOR):
        assert not parties.client("sesv2", account).get_account()["ProductionAccessEnabled"]

    document = read_json(verify(*AS_HARBOR, "--configuration-set", "harbor", "--json"), 0)

    assert document["is_proven"]
    assert all(each["refused"] == [] for each in document["parties"])


def test_topics_that_the_identity_lacks_are_named(verify: Run, parties: SendingParties) -> None:
    v1 = parties.client("ses", OWNER)
    known = v1.get_identity_notification_attributes(Identities=[IDENTITY])
    topic = known["NotificationAttributes"][IDENTITY]["BounceTopic"]
    v1.set_identity_feedback_forwarding_enabled(Identity=IDENTITY, ForwardingEnabled=True)
    v1.set_identity_notification_topic(Identity=IDENTITY, NotificationType="Bounce")
    try:
        document = read_json(verify("--json"), 1)
    finally:
        v1.set_identity_notification_topic(Identity=IDENTITY, NotificationType="Bounce", SnsTopic=topic)

    assert party(document, OWNER)["feeds"]["owner"]["lacking"] == ["bounce"]
    assert came(document, OWNER) == {"owner delivery": 5, "owner complaint": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--delegate", f"{HARBOR}=courier"), "of the account 222222222222, not of 333333333333"),
        (("--delegate", "555555555555=stranger"), "takes no feedback from the account 555555555555"),
        (("--region", "eu-west-1"), "no verified domain in eu-west-1"),
        ((*AS_HARBOR, "--configuration-set", "nowhere"), "has none of the configuration sets nowhere"),
        (
            ("--tenant", f"{HARBOR}=bakery"),
            "Account 333333333333 sends nothing here: name it with --delegate",
        ),
        (("--owner-profile", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_tried_is_said_before_any_mail(
    verify: Run, arguments: tuple[str, ...], said: str
) -> None:
    result = verify(*arguments)

    assert result.returncode == 1
    assert said in " ".join(result.stderr.split())
    assert "Send as" not in result.stderr


def test_a_delegate_without_a_profile_is_no_delegate(verify: Run) -> None:
    assert verify("--delegate", HARBOR).returncode == 2
