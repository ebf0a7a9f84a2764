"""A stack of accounts/ on the local AWS, in the account and Region of its party."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from console.local_aws.clients import Clients, Credentials
from console.local_aws.deployment import PATIENCE, find_stack
from console.local_aws.emulator import REGION, LocalAws
from console.local_aws.template import (
    CodeStore,
    package_template,
    read_template,
    translate_template,
)
from tests.support.stack_template import ROOT

_CODE = "account-stacks-code"
_CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(slots=True)
class AccountStack:
    """A stack of an account's template, as somebody edited it.

    rename: gives logical ids others. added: further resources by logical id.
    """

    aws: LocalAws
    account: str
    template: str
    name: str = "connected"
    rename: dict[str, str] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)
    elsewhere: str = ""

    @property
    def region(self) -> str:
        """The stack's Region: that of the local AWS, unless it lies elsewhere."""
        return self.elsewhere or self.aws.region

    @property
    def clients(self) -> Clients:
        """Clients of the account, in the stack's Region."""
        if not self.elsewhere:
            return self.aws.clients(self.account)
        ses = self.aws.environment().get("AWS_ENDPOINT_URL_SESV2", "")
        credentials = Credentials.of_account(self.account)
        return Clients.at_endpoint(self.aws.endpoint_url, self.elsewhere, credentials, ses)

    @property
    def ses(self) -> Any:
        """The account's SES, by its newer API."""
        return self.clients.connect("sesv2")

    @property
    def old_ses(self) -> Any:
        """The account's SES, by its older API."""
        return self.clients.connect("ses")

    def create(self, **parameters: str) -> dict[str, str]:
        """Make the stack; return its outputs. Raises StackFailedError."""
        self.clients.cloudformation.create_stack(**self._request(parameters))
        return self._settled("stack_create_complete")

    def update(self, **parameters: str) -> dict[str, str]:
        """Change the stack; return its outputs. Raises StackFailedError."""
        self.clients.cloudformation.update_stack(**self._request(parameters))
        return self._settled("stack_update_complete")

    def delete(self) -> None:
        """Delete the stack. Raises StackFailedError."""
        self.clients.cloudformation.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def remove(self) -> None:
        """Delete the stack if it is there."""
        try:
            self.clients.cloudformation.describe_stacks(StackName=self.name)
        except ClientError:
            return
        self.delete()

    def attributes(self, identity: str) -> dict[str, Any]:
        """An identity's topics, headers and forwarding, as SES has them."""
        answer = self.old_ses.get_identity_notification_attributes(Identities=[identity])
        return dict(answer["NotificationAttributes"][identity])

    def policies(self, identity: str) -> dict[str, Any]:
        """An identity's policies by name."""
        answer = self.ses.get_email_identity_policies(EmailIdentity=identity)
        return {name: json.loads(text) for name, text in answer["Policies"].items()}

    def failures(self) -> list[str]:
        """Why resources failed, oldest first."""
        events = self.clients.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in reversed(events)
            if "FAILED" in event["ResourceStatus"]
        ]

    def _request(self, parameters: dict[str, str]) -> Any:
        path = ROOT / "accounts" / f"{self.template}.yaml"
        template = read_template(path)
        store = self._code_store()
        package_template(template, path.parent, store)
        translated = translate_template(template, parameters, self.region)
        for old, new in self.rename.items():
            translated["Resources"][new] = translated["Resources"].pop(old)
        translated["Resources"] |= self.added
        place = store.keep("templates", json.dumps(translated).encode(), ".json")
        return {
            "StackName": self.name,
            "TemplateURL": f"{self.aws.endpoint_url}/{place['Bucket']}/{place['Key']}",
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
            ],
            "Capabilities": _CAPABILITIES,
        }

    def _code_store(self) -> CodeStore:
        # Lambda takes code from a bucket in its own Region only; us-east-1 alone has no name there.
        s3, bucket = self.clients.s3, f"{_CODE}-{self.account}-{self.region}"
        place: Any = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=bucket, **(place if self.region != REGION else {}))

        def upload(key: str, content: bytes) -> None:
            s3.put_object(Bucket=bucket, Key=key, Body=content)

        return CodeStore(bucket, upload)

    def _settled(self, waiter: str) -> dict[str, str]:
        self._wait(waiter)
        return dict(find_stack(self.clients, self.name).outputs)

    def _wait(self, waiter: Any) -> None:
        try:
            self.clients.cloudformation.get_waiter(waiter).wait(StackName=self.name, WaiterConfig=PATIENCE)
        except WaiterError as error:
            raise StackFailedError("\n".join(self.failures())) from error


class StackFailedError(Exception):
    """CloudFormation could not do it; the text is its reasons."""
