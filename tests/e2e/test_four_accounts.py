"""Four accounts under enforced policies: an owner, two delegates and the ledger, each with its own stack.

The ledger's is built and deployed by the SAM CLI where this machine has a Python of the runtime's version.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.invocation import run_scheduled
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.waiting import settle
from tests.e2e.support import sam
from tests.e2e.support.runtime import prepare_runtime
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.sending_parties import COURIER, HARBOR, IDENTITY, LEDGER, OWNER, SendingParties
from tests.support.runtime_python import find_runtime_python
from tests.support.waiting import HANG_SECONDS

pytestmark = [pytest.mark.local_aws, pytest.mark.sam]

REGISTERED = {"OwnerAccounts": OWNER, "DelegateAccounts": f"{COURIER},{HARBOR}"}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What `verify` printed, and the balances that the ledger then has: of accounts, of the identity."""

    proof: Document
    balances: list[Document]
    of_identity: list[Document]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One run: four stacks, marker mail of all parties, and what the ledger then says."""
    python = find_runtime_python()
    with ExitStack() as running:
        ses = running.enter_context(
            # The one function that calls SES here sets the identity's topics, in the owner's account.
            SesStandIn(default_account=OWNER)
        )
        aws = running.enter_context(
            start_ministack(
                auth=True,
                interpreter=prepare_runtime(python) if python else None,
                account_id=LEDGER,
                ses_endpoint_url=ses.endpoint_url,
            )
        )
        ses.publish_through(aws)
        if python:
            built = sam.build(tmp_path_factory, python)
            stack = sam.deploy(aws, built, PARAMETERS | REGISTERED)
        else:
            stack = deploy_template(aws, PARAMETERS | REGISTERED)
        connect_all(aws, stack, tmp_path_factory)
        parties = SendingParties(aws, ses, stack, tmp_path_factory.mktemp("profiles"))
        yield verify_and_read(parties)


def connect_all(aws: LocalAws, stack: Stack, factory: pytest.TempPathFactory) -> None:
    """Deploy the owner's and both delegates' stacks, each in its own account."""
    queue = {"FeedbackQueueArn": stack.outputs["FeedbackQueueArn"]}
    aws.clients(OWNER).connect("sesv2").create_email_identity(EmailIdentity=IDENTITY)
    identities = {"Identities": IDENTITY, "Delegates": f"{COURIER},{HARBOR}"}
    sam.connect_account(aws, OWNER, "identity-owner", factory, queue | identities)
    for account, name in ((COURIER, "courier"), (HARBOR, "harbor")):
        named = {"TransactionalSetName": name}
        sam.connect_account(aws, account, "delegate-sender", factory, queue | named)


def verify_and_read(parties: SendingParties) -> Run:
    """Prove the setup, let the ledger post and assess, and read both views of the same mail."""
    delegates = ("--delegate", f"{COURIER}=courier", "--delegate", f"{HARBOR}=harbor")
    proven = parties.run("verify", "--owner-profile", "owner", *delegates, "--json")
    assert proven.stdout, proven.stderr
    settle(parties.aws, parties.stack, timeout_seconds=HANG_SECONDS)
    # An identity's view is read across those who are known to send with it, whom an assessment finds.
    run_scheduled(parties.aws, parties.stack.resources["AssessReputationFunction"], datetime.now(UTC))
    balances, of_identity = (
        json.loads(parties.run("balances", *chosen, "--json").stdout)["balances"]
        for chosen in ((), ("--identity", IDENTITY))
    )
    return Run(json.loads(proven.stdout), balances, of_identity)


def test_every_party_is_proven(run: Run) -> None:
    assert run.proof["is_proven"], json.dumps(run.proof, indent=1)
    assert [each["account"] for each in run.proof["parties"]] == [OWNER, COURIER, HARBOR]


# Of seven mails: five delivered (one with an automatic reply, one with a complaint), two bounced for good.
OUTCOMES = {
    "delivered_within_10s": 5,
    "bounced_permanent_general": 1,
    "bounced_permanent_suppressed": 1,
    "bounced_transient_general": 1,
    "complained_abuse": 1,
}


def counted(balances: list[Document], account: str) -> Counter[str]:
    """What became of an account's mail, by configuration set and outcome."""
    total: Counter[str] = Counter()
    for hour in balances:
        if hour["sending_account"] == account:
            for name, of_set in hour["counts"].items():
                total.update({f"{name} {outcome}": n for outcome, n in of_set["simulator"].items()})
    return total


def covered(balances: list[Document], account: str) -> Counter[str]:
    """By which feeds an account's deliveries, bounces and complaints are known."""
    total: Counter[str] = Counter()
    for hour in balances:
        if hour["sending_account"] == account:
            for of_set in hour["coverage"].values():
                for kind, feeds in of_set.items():
                    total.update({f"{kind} {feed}": n for feed, n in feeds.items()})
    return total


@pytest.mark.parametrize(("account", "name"), [(COURIER, "courier"), (HARBOR, "harbor")])
def test_what_both_feeds_report_of_a_delegate_counts_once(run: Run, account: str, name: str) -> None:
    once = {f"{name} {outcome}": n for outcome, n in OUTCOMES.items()} | {f"{name} sent": 7}

    assert counted(run.balances, account) == once
    assert covered(run.balances, account) == {"delivered both": 5, "bounced both": 3, "complained both": 1}


def test_the_owners_own_mail_is_known_by_its_topics_alone(run: Run) -> None:
    assert counted(run.balances, OWNER) == {f"(none) {outcome}": n for outcome, n in OUTCOMES.items()}
    assert covered(run.balances, OWNER) == {
        "delivered owner_only": 5,
        "bounced owner_only": 3,
        "complained owner_only": 1,
    }


@pytest.mark.parametrize("account", [OWNER, COURIER, HARBOR])
def test_the_identitys_view_has_what_each_account_view_has(run: Run, account: str) -> None:
    assert counted(run.of_identity, account) == counted(run.balances, account)
    assert {hour["identity"] for hour in run.of_identity} == {IDENTITY}
