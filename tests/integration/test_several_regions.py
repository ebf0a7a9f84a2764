"""One ledger in us-east-1, and feeds of a default and of an opt-in Region. Policies are enforced."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.account_stack import AccountStack
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.sending_parties import HARBOR, IDENTITY, LEDGER, OWNER, SendingParties

pytestmark = pytest.mark.local_aws

DEFAULT, OPT_IN, OWN = "eu-west-1", "af-south-1", "eu-central-1"
LEDGERS_OWN = "harbor.example"


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SendingParties]:
    """A ledger that knows an owner and a delegate, and lets SNS of one opt-in Region in."""
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(auth=True, account_id=LEDGER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        registered = {"OwnerAccounts": OWNER, "DelegateAccounts": HARBOR, "OptInRegions": OPT_IN}
        stack = deploy_template(aws, PARAMETERS | registered)
        yield SendingParties(aws, ses, stack, tmp_path_factory.mktemp("profiles"))


@pytest.fixture(scope="module")
def connected(parties: SendingParties) -> SendingParties:
    """The owner's identity is verified in two Regions, and each has stacks of owner and delegate."""
    queue = parties.stack.outputs["FeedbackQueueArn"]
    for region in (DEFAULT, OPT_IN):
        replace(parties, elsewhere=region).verify_identity(OWNER, IDENTITY)
        owner = AccountStack(parties.aws, OWNER, "identity-owner", elsewhere=region)
        owner.create(FeedbackQueueArn=queue, Identities=IDENTITY, Delegates=HARBOR)
        delegate = AccountStack(parties.aws, HARBOR, "delegate-sender", elsewhere=region)
        delegate.create(FeedbackQueueArn=queue)
    return parties


def test_feeds_of_a_default_and_an_opt_in_region_are_proven_in_one_run(connected: SendingParties) -> None:
    regions = ("--region", DEFAULT, "--region", OPT_IN)

    result = connected.run(
        "verify",
        "--owner-profile",
        "owner",
        "--delegate",
        f"{HARBOR}=harbor",
        *regions,
        "--wait",
        "60",
        "--json",
    )

    assert result.returncode == 0, result.stdout + result.stderr
    proof = json.loads(result.stdout)
    proven = [(each["region"], each["account"], len(each["observations"])) for each in proof["parties"]]
    # Seven mails a party: nine reports of the owner's topics each, and sixteen of the delegate's set.
    assert proven == [
        (region, account, reports)
        for region in (DEFAULT, OPT_IN)
        for account, reports in ((OWNER, 9), (HARBOR, 25))
    ]


def test_the_ledgers_own_other_regions_take_the_same_templates(parties: SendingParties) -> None:
    """Item 5: accounts/ serves other Regions of the ledger's own account as well."""
    own = replace(parties, elsewhere=OWN)
    own.verify_identity(LEDGER, LEDGERS_OWN)
    queue = parties.stack.outputs["FeedbackQueueArn"]
    owner = AccountStack(parties.aws, LEDGER, "identity-owner", "ledgers-identities", elsewhere=OWN)
    owner.create(FeedbackQueueArn=queue, Identities=LEDGERS_OWN)
    sender = AccountStack(parties.aws, LEDGER, "delegate-sender", "ledgers-sets", elsewhere=OWN)
    sender.create(FeedbackQueueArn=queue)

    result = parties.run("verify", "--region", OWN, "--wait", "60", "--json")

    assert result.returncode == 0, result.stdout + result.stderr
    (party,) = json.loads(result.stdout)["parties"]
    assert (party["account"], party["region"], len(party["observations"])) == (LEDGER, OWN, 25)
