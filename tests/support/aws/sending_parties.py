"""An owner and its delegates on the local AWS, connected by hand: identity, topics, sets, policies."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.stack_template import ROOT
from tests.support.waiting import HANG_SECONDS

OWNER, COURIER, HARBOR, LEDGER = "111111111111", "222222222222", "333333333333", "444444444444"
PROFILES = {
    "owner": OWNER,
    "courier": COURIER,
    "harbor": HARBOR,
    "ledger": LEDGER,
    "stranger": "555555555555",
}
IDENTITY = "orchard.example"
TYPES = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE"]


@dataclass(frozen=True, slots=True)
class SendingParties:
    """The accounts around one ledger. folder: for AWS profiles.

    elsewhere: a Region that they send in; without it, that of the local AWS and the ledger.
    """

    aws: LocalAws
    ses: SesStandIn
    stack: Stack
    folder: Path
    elsewhere: str = ""

    @property
    def region(self) -> str:
        """The Region of identities, sets and topics."""
        return self.elsewhere or self.aws.region

    def client(self, service: str, account: str) -> Any:
        """A client of an account's root, in the Region that is sent in."""
        return self.aws.clients(account).connect(service, region_name=self.region)

    def connect_owner(self, *delegates: str) -> None:
        """Verify the identity, report its feedback to a topic, and let delegates send."""
        self.verify_identity(OWNER, IDENTITY)
        topic, v1 = self.make_topic(OWNER, f"identity/{IDENTITY}"), self.client("ses", OWNER)
        for kind in ("Bounce", "Complaint", "Delivery"):
            v1.set_identity_notification_topic(Identity=IDENTITY, NotificationType=kind, SnsTopic=topic)
        v1.set_identity_feedback_forwarding_enabled(Identity=IDENTITY, ForwardingEnabled=False)
        for delegate in delegates:
            self.authorize(delegate)

    def authorize(self, delegate: str, *actions: str) -> None:
        """Let a delegate send with the identity, both kinds of mail unless actions are named."""
        statement = {
            "Sid": f"Delegate{delegate}",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{delegate}:root"},
            "Action": list(actions) or ["ses:SendEmail", "ses:SendRawEmail"],
            "Resource": self.identity_arn,
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        self.client("ses", OWNER).put_identity_policy(
            Identity=IDENTITY, PolicyName=f"delegate-{delegate}", Policy=json.dumps(policy)
        )

    def connect_sender(self, account: str, name: str) -> str:
        """Make a configuration set that publishes everything to a topic; return the topic."""
        v2 = self.client("sesv2", account)
        topic = self.make_topic(account, f"configuration-set/{name}")
        v2.create_configuration_set(ConfigurationSetName=name)
        v2.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName="ses-reputation",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": TYPES,
                "SnsDestination": {"TopicArn": topic},
            },
        )
        return topic

    @property
    def identity_arn(self) -> str:
        """The ARN of the owner's identity."""
        return f"arn:aws:ses:{self.region}:{OWNER}:identity/{IDENTITY}"

    def verify_identity(self, account: str, identity: str) -> None:
        """Make an identity, verified at once."""
        self.client("sesv2", account).create_email_identity(EmailIdentity=identity)

    def make_topic(self, account: str, source: str) -> str:
        """Make a topic that SES may publish to for a source, and subscribe the ledger's queue to it."""
        sns = self.client("sns", account)
        topic = str(
            sns.create_topic(Name=f"feedback-{source.rpartition('/')[2].replace('.', '-')}")["TopicArn"]
        )
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": f"arn:aws:ses:{self.region}:{account}:{source}"},
            },
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.stack.outputs["FeedbackQueueArn"])
        return topic

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line on the ledger's stack, with a profile of each account."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        command, *rest = arguments
        return subprocess.run(  # noqa: S603
            [sys.executable, "-m", "console.main", command, "--stack", self.stack.name, *rest],
            cwd=ROOT,
            env=own | profile_variables(self.aws, self.folder),
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )


def profile_variables(aws: LocalAws, folder: Path) -> dict[str, str]:
    """Variables by which tools find the local AWS, and profiles of all accounts; `ledger` is the default.

    folder: for the files of AWS profiles.
    """
    profiles = [
        f"[{name}]\naws_access_key_id = {account}\naws_secret_access_key = local\n"
        for name, account in PROFILES.items()
    ]
    credentials, config = folder / "credentials", folder / "config"
    credentials.write_text("\n".join(profiles), encoding="utf-8")
    config.write_text("".join(f"[profile {name}]\n" for name in PROFILES), encoding="utf-8")
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    own = {name: value for name, value in aws.environment().items() if name not in keys}
    return {
        **own,
        "AWS_REGION": aws.region,
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_PROFILE": "ledger",
    }
