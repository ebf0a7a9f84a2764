"""Policies drafted, applied and revoked by the real client, and whom the SES stand-in then lets send.

The stand-in evaluates policies by an evaluator that is not ours.
"""

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.authorization import send_examples
from ses_reputation.authorization.applying import plan_writes, write_policies
from ses_reputation.authorization.draft import (
    BULK_ACTIONS,
    TEMPLATED_ACTIONS,
    USUAL_ACTIONS,
    SendingConditions,
    SendingGrant,
    draft_grant,
)
from ses_reputation.authorization.errors import (
    IdentityUnknownError,
    PolicyConflictError,
    PolicyRefusedError,
    TooManyPoliciesError,
)
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.lint import lint_policies
from ses_reputation.authorization.revocation import PolicyChange, draft_revocation, still_allowed
from ses_reputation.authorization.send_examples import make_example
from ses_reputation.authorization.store import IdentityPolicies

REGION, OWNER, COURIER, HARBOR = "eu-west-1", "111111111111", "222222222222", "333333333333"
IDENTITY = IdentityArn("aws", REGION, OWNER, "orchard.example")
ADDRESS = replace(IDENTITY, name="news@orchard.example")
GRANT = SendingGrant(IDENTITY, (COURIER,))
SIMULATOR = "success@simulator.amazonses.com"


class World:
    """The stand-in with an owner of a domain, and clients of each account."""

    def __init__(self, stand_in: SesStandIn) -> None:
        self.stand_in = stand_in
        self.client("sesv2", OWNER).create_email_identity(EmailIdentity=IDENTITY.name)
        for account in (OWNER, COURIER, HARBOR):
            stand_in.open_account(account, REGION).attributes["ProductionAccessEnabled"] = True
            self.client("sesv2", account).create_configuration_set(ConfigurationSetName="news")
        self.store = IdentityPolicies(self.connect, IDENTITY)

    def client(self, service: str, account: str) -> Any:
        keys: dict[str, Any] = {"aws_access_key_id": account, "aws_secret_access_key": "local"}
        retries = Config(retries={"total_max_attempts": 1})
        url = self.stand_in.endpoint_url
        return boto3.client(service, region_name=REGION, endpoint_url=url, config=retries, **keys)

    def connect(self, service: str, region_name: str) -> Any:
        assert region_name == REGION
        return self.client(service, OWNER)

    def apply(self, wanted: Any, wait: Callable[[float], None] = lambda _: None) -> None:
        write_policies(self.store, plan_writes(self.store.read(), wanted), wait, lambda *_: None)

    def allow(self, grant: SendingGrant) -> None:
        self.apply(draft_grant(grant).policies)

    def send(self, account: str, identity: IdentityArn = IDENTITY, **changes: str) -> str:
        """Send simple mail by the v2 API as `send-example` says; return the error's code, or nothing."""
        return self.ask(account, "sesv2", "send_email", send_examples.v2_simple(example(identity, **changes)))

    def ask(self, account: str, service: str, operation: str, request: dict[str, Any]) -> str:
        try:
            getattr(self.client(service, account), operation)(**request)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return ""


def example(identity: IdentityArn = IDENTITY, **changes: str) -> send_examples.SendExample:
    fields = {"recipient": SIMULATOR, "configuration_set": "news", **changes}
    return make_example(identity, **fields)


@pytest.fixture
def world() -> Iterator[World]:
    with SesStandIn(default_account=OWNER) as stand_in:
        yield World(stand_in)


def test_a_delegate_sends_in_every_way_once_the_draft_is_applied(world: World) -> None:
    """A01, A02: simple and raw mail, by both APIs."""
    refused, asked = "AccessDeniedException", example()
    assert world.send(COURIER) == refused

    world.allow(GRANT)

    ways = (
        ("sesv2", "send_email", send_examples.v2_simple(asked)),
        ("sesv2", "send_email", send_examples.v2_raw(asked)),
        ("ses", "send_email", send_examples.v1_simple(asked)),
        ("ses", "send_raw_email", send_examples.v1_raw(asked)),
    )
    assert [world.ask(COURIER, *way) for way in ways] == ["", "", "", ""]
    assert world.send(HARBOR) == refused


def test_raw_mail_that_names_source_arn_alone_is_refused(world: World) -> None:
    """A01: why examples of raw mail name all three."""
    world.allow(GRANT)
    request = send_examples.v1_raw(example())
    for name in ("FromArn", "ReturnPathArn"):
        del request[name]

    assert world.ask(COURIER, "ses", "send_raw_email", request) == "MessageRejected"


def test_the_headers_for_smtp_name_the_identity_of_raw_mail(world: World) -> None:
    world.allow(GRANT)
    message = "\r\n".join([*send_examples.smtp_headers(example()), "", "Hello"])
    request = {"Source": "news@orchard.example", "Destinations": [SIMULATOR]}

    assert world.ask(
        COURIER, "ses", "send_raw_email", {**request, "RawMessage": {"Data": message.encode()}}
    ) == ("")


def test_the_command_of_the_aws_cli_says_the_same_as_the_request(world: World) -> None:
    world.allow(GRANT)
    words = shlex.split("\n".join(send_examples.aws_cli(example())).replace("\\\n", " "))
    options = dict(zip(words[3::2], words[4::2], strict=True))
    request = {
        "FromEmailAddress": options["--from-email-address"],
        "FromEmailAddressIdentityArn": options["--from-email-address-identity-arn"],
        "FeedbackForwardingEmailAddress": options["--feedback-forwarding-email-address"],
        "FeedbackForwardingEmailAddressIdentityArn": options[
            "--feedback-forwarding-email-address-identity-arn"
        ],
        "ConfigurationSetName": options["--configuration-set-name"],
        "Destination": json.loads(options["--destination"]),
        "Content": json.loads(options["--content"]),
    }

    assert world.ask(COURIER, "sesv2", "send_email", request) == ""


def test_an_arn_with_every_region_is_taken(world: World) -> None:
    """F21."""
    world.allow(GRANT)

    assert world.send(COURIER, IDENTITY.in_every_region(), region=REGION) == ""


def test_the_domain_is_named_for_its_addresses_and_an_unknown_address_is_refused(world: World) -> None:
    """A06."""
    world.allow(GRANT)

    assert world.send(COURIER, ADDRESS) == "MessageRejected"
    assert world.send(COURIER, from_address="news@orchard.example") == ""


@pytest.mark.parametrize(
    ("conditions", "accepted", "refused"),
    [
        (
            SendingConditions(from_addresses=("news*@orchard.example",)),
            {"from_address": "news+1@orchard.example"},
            {"from_address": "offers@orchard.example"},
        ),
        (
            SendingConditions(recipients=("*@simulator.amazonses.com",)),
            {},
            {"recipient": "reader@harbor.example"},
        ),
        (
            SendingConditions(feedback_addresses=("bounces@orchard.example",)),
            {"feedback_address": "bounces@orchard.example"},
            {"feedback_address": "news@orchard.example"},
        ),
    ],
)
def test_a_condition_lets_through_what_meets_it_alone(
    world: World, conditions: SendingConditions, accepted: dict[str, str], refused: dict[str, str]
) -> None:
    world.allow(replace(GRANT, conditions=conditions))

    answers = [world.send(COURIER, IDENTITY, **changes) for changes in (accepted, refused)]
    assert answers == ["", "AccessDeniedException"]


@pytest.mark.parametrize(
    ("conditions", "answer"),
    [
        (SendingConditions(source_ips=("127.0.0.0/8",)), ""),
        (SendingConditions(source_ips=("203.0.113.0/24",)), "AccessDeniedException"),
        (SendingConditions(not_after=datetime.now(UTC) + timedelta(days=1)), ""),
        (SendingConditions(not_after=datetime.now(UTC) - timedelta(days=1)), "AccessDeniedException"),
        (SendingConditions(not_before=datetime.now(UTC) + timedelta(days=1)), "AccessDeniedException"),
        (SendingConditions(not_before=datetime.now(UTC) - timedelta(days=1)), ""),
    ],
)
def test_callers_and_dates_are_conditions_too(
    world: World, conditions: SendingConditions, answer: str
) -> None:
    world.allow(replace(GRANT, conditions=conditions))

    assert world.send(COURIER) == answer


def test_an_organization_lets_its_accounts_send_and_no_others(world: World) -> None:
    """A11."""
    world.stand_in.join_organization("o-exampleorgid", COURIER)
    world.allow(SendingGrant(IDENTITY, organization="o-exampleorgid"))

    assert (world.send(COURIER), world.send(HARBOR)) == ("", "AccessDeniedException")


def test_a_principal_made_just_now_is_taken_on_a_later_try(world: World) -> None:
    """A08, A09."""
    role = f"arn:aws:iam::{COURIER}:role/mailer"
    waited: list[float] = []
    world.stand_in.forget_principal(role, refusals=2)
    policies = draft_grant(replace(GRANT, delegates=(role,))).policies

    world.apply(policies, waited.append)
    assert waited == [2, 4]

    world.apply(dict.fromkeys(policies))
    world.stand_in.forget_principal(role)
    with pytest.raises(PolicyRefusedError, match="invalid principal"):
        world.apply(policies, waited.append)
    assert sum(waited[2:]) == 60


def test_refusals_of_ses_are_ours_by_name(world: World) -> None:
    """F7."""
    store, text = world.store, json.dumps(draft_grant(GRANT).policies["Send-222222222222"])
    with pytest.raises(PolicyConflictError, match=r"Policy <Courier> does not exist"):
        store.update("Courier", text)
    with pytest.raises(PolicyConflictError):
        store.delete("Courier")
    for number in range(20):
        store.create(f"Courier-{number}", text)
    with pytest.raises(PolicyConflictError, match="already exists"):
        store.create("Courier-1", text)
    with pytest.raises(TooManyPoliciesError, match="exceeds max allowed number of policies"):
        store.create("Courier", text)
    with pytest.raises(PolicyRefusedError, match="maximum allowed size"):
        store.update("Courier-1", text.replace("AllowSending", "x" * 4096))
    with pytest.raises(IdentityUnknownError, match=r"harvest\.example does not exist"):
        store.read_of("harvest.example")
    with pytest.raises(IdentityUnknownError):
        IdentityPolicies(world.connect, replace(IDENTITY, name="harvest.example")).create("Courier", text)


def test_identities_of_the_account_are_listed(world: World) -> None:
    world.client("sesv2", OWNER).create_email_identity(EmailIdentity=ADDRESS.name)

    assert sorted(world.store.names_of_identities()) == [ADDRESS.name, IDENTITY.name]


@pytest.mark.parametrize(
    "changes",
    [
        {"Condition": {"StringEquals": {"AWS:SourceAccount": COURIER}}},
        {"Resource": f"arn:aws:ses:us-east-1:{OWNER}:identity/orchard.example"},
        {"Resource": f"arn:aws:ses:{REGION}:{COURIER}:identity/orchard.example"},
        {"Resource": [str(IDENTITY), str(ADDRESS)]},
        {"Principal": None},
        {"Effect": "Maybe"},
        {"Sid": "x" * 4096},
    ],
)
def test_what_ses_refuses_is_an_error_of_lint(world: World, changes: dict[str, Any]) -> None:
    (policy,) = draft_grant(GRANT).policies.values()
    statement = {k: v for k, v in {**policy["Statement"][0], **changes}.items() if v is not None}
    refused = {**policy, "Statement": [statement]}

    with pytest.raises(PolicyRefusedError):
        world.store.create("Courier", json.dumps(refused))
    findings = lint_policies(IDENTITY, {"Courier": refused}, datetime.now(UTC))
    assert "error" in {finding.severity for finding in findings}


def test_a_revoked_delegate_cannot_send_in_any_way_and_others_still_can(world: World) -> None:
    actions = (*USUAL_ACTIONS, *TEMPLATED_ACTIONS, *BULK_ACTIONS)
    world.allow(SendingGrant(IDENTITY, (COURIER, HARBOR), actions=actions))
    (everybody,) = draft_grant(SendingGrant(IDENTITY, organization="o-exampleorgid")).policies.values()
    world.stand_in.join_organization("o-exampleorgid", COURIER, HARBOR)
    world.apply({"Everybody": everybody})
    assert (world.send(COURIER), world.send(HARBOR)) == ("", "")

    revocation = draft_revocation(world.store.read(), str(IDENTITY), COURIER)
    world.apply(
        {
            each.name: each.document
            for each in revocation.policies
            if each.change is not PolicyChange.UNCHANGED
        }
    )

    assert (world.send(COURIER), world.send(HARBOR)) == ("AccessDeniedException", "")
    assert still_allowed(world.store.read(), str(IDENTITY), COURIER) == ()
