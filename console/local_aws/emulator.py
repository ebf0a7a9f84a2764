"""What the rest of this package needs of AWS: from an emulator, or from a real account."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.request import urlopen

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from console.local_aws.clients import Clients, Credentials
from console.local_aws.errors import AccountUnreachableError, EmulatorError
from console.local_aws.ministack.consumed_record import ConsumedMessage
from console.local_aws.ministack.envelopes.signer import ENVELOPE_SIGNER_PATH, EnvelopeSigner
from console.local_aws.ministack.process import MinistackProcess, NotReadyError

LEDGER_ACCOUNT = "111122223333"
REGION = "us-east-1"
_READ_SECONDS = 60


class LocalAws(Protocol):
    """AWS as this package needs it: somewhere to call, and a way to be any account."""

    @property
    def endpoint_url(self) -> str:
        """Base URL of every service."""

    @property
    def account_id(self) -> str:
        """The account that the stack is deployed in."""

    @property
    def region(self) -> str:
        """The Region that the stack is deployed in."""

    def clients(self, account_id: str | None = None) -> Clients:
        """Clients that act as `account_id` (as the stack's account when None)."""

    def environment(self) -> dict[str, str]:
        """Variables that make another process (the SAM CLI, a script) call this AWS as its account."""

    def count_unread_stream_records(self) -> int | None:
        """Records of tables' streams that no function has finished with yet; None where that is unknown."""

    def read_consumed_messages(self, queue_arn: str) -> Iterator[ConsumedMessage] | None:
        """The messages of a queue that functions are done with, each once; None where nobody keeps them."""

    def envelope_signer(self) -> EnvelopeSigner:
        """What signs envelopes so that functions here believe them. Raises EmulatorError if nothing does."""

    def log_tail(self, lines: int = 40) -> str:
        """The end of the emulator's own log, "" where there is none to read."""


class Ministack:
    """ministack as a child process of this one; `start_ministack` starts and stops it."""

    def __init__(
        self, process: MinistackProcess, account_id: str, region: str, ses_endpoint_url: str = ""
    ) -> None:
        self.account_id = account_id
        self.region = region
        self._process = process
        self._ses_endpoint_url = ses_endpoint_url
        self._clients: dict[str, Clients] = {}

    @property
    def endpoint_url(self) -> str:
        """Base URL of every service."""
        return f"http://127.0.0.1:{self._process.port}"

    @property
    def process_id(self) -> int:
        """Id of the emulator's process, which leads a process group of its own."""
        return self._process.process_id

    def clients(self, account_id: str | None = None) -> Clients:
        """Clients that act as root of `account_id`."""
        account = account_id or self.account_id
        if account not in self._clients:
            credentials = Credentials.of_account(account)
            self._clients[account] = Clients.at_endpoint(
                self.endpoint_url, self.region, credentials, self._ses_endpoint_url
            )
        return self._clients[account]

    def environment(self) -> dict[str, str]:
        """Variables that make another process call this emulator, whatever profile the user has."""
        credentials = Credentials.of_account(self.account_id)
        names = ("AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL_SESV2") if self._ses_endpoint_url else ()
        return dict.fromkeys(names, self._ses_endpoint_url) | {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def count_unread_stream_records(self) -> int:
        """Records of tables' streams that no function has finished with yet."""
        return self._process.count_unread_stream_records()

    def read_consumed_messages(self, queue_arn: str) -> Iterator[ConsumedMessage]:
        """The messages of a queue that functions are done with, each once."""
        return self._process.read_consumed_messages(queue_arn)

    def envelope_signer(self) -> EnvelopeSigner:
        """What signs as the emulator's SNS does."""
        return read_envelope_signer(self.endpoint_url)

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of ministack's log, which holds the functions' output too."""
        return self._process.log_tail(lines)


class ExternalAws:
    """Whatever AWS_ENDPOINT_URL names, with the user's own credentials; it is neither started nor stopped."""

    def __init__(self, endpoint_url: str, region: str) -> None:
        self.endpoint_url = endpoint_url
        self.region = region
        self._own = Clients(boto3.Session(region_name=region), endpoint_url)
        self._others: dict[str, Clients] = {}

    @cached_property
    def account_id(self) -> str:
        """The account of the environment's credentials.

        Raises:
            EmulatorError: the endpoint does not answer, or does not know the credentials.
        """
        try:
            return self._own.sts.get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise EmulatorError(f"AWS_ENDPOINT_URL={self.endpoint_url} does not answer: {error}") from error

    def clients(self, account_id: str | None = None) -> Clients:
        """Clients of the user's account, or of another one where a 12-digit key id means an account.

        Raises:
            AccountUnreachableError: a real account was asked to act as another one.
        """
        if account_id is None or account_id == self.account_id:
            return self._own
        if _is_real_aws(self.endpoint_url):
            raise AccountUnreachableError(
                f"{self.endpoint_url} is AWS itself: only account {account_id} can make its topics there. "
                "Unset AWS_ENDPOINT_URL to use the emulator on this machine."
            )
        if account_id not in self._others:
            credentials = Credentials.of_account(account_id)
            self._others[account_id] = Clients.at_endpoint(self.endpoint_url, self.region, credentials)
        return self._others[account_id]

    def environment(self) -> dict[str, str]:
        """Only what the user's environment does not hold already."""
        return {"AWS_ENDPOINT_URL": self.endpoint_url, "AWS_DEFAULT_REGION": self.region}

    def count_unread_stream_records(self) -> int | None:
        """None: AWS says how old the last record was, not how many wait."""
        return None

    def read_consumed_messages(self, queue_arn: str) -> None:
        """Nobody keeps them: a message that was consumed is gone."""

    def envelope_signer(self) -> EnvelopeSigner:
        """What signs there, if another run of this program started it.

        Raises:
            EmulatorError: it is AWS itself, or an emulator whose SNS does not sign.
        """
        return read_envelope_signer(self.endpoint_url)

    def log_tail(self, lines: int = 40) -> str:  # noqa: ARG002
        """Empty: its log is elsewhere."""
        return ""


@contextmanager
def start_ministack(
    *,
    auth: bool = False,
    interpreter: Path | None = None,
    folder: Path | None = None,
    account_id: str = LEDGER_ACCOUNT,
    region: str = REGION,
    ses_endpoint_url: str = "",
) -> Iterator[Ministack]:
    """Run ministack on a free port of 127.0.0.1 until the block ends, also by an error.

    With `auth`, IAM and queue policies are enforced. `interpreter` is the Python that runs ministack, and so
    the functions (default: this one). `folder` keeps the log (`ministack.log`) after the end; without it,
    everything is in a temporary folder that is removed. `ses_endpoint_url` is the stand-in for SES: clients,
    functions and CloudFormation call it in place of ministack's own SES.

    Raises:
        EmulatorError: it was not ready in time; carries the end of its log.
    """
    process = MinistackProcess(
        account_id=account_id,
        region=region,
        auth=auth,
        interpreter=interpreter,
        folder=folder,
        ses_endpoint_url=ses_endpoint_url,
    )
    with ExitStack() as running:
        try:
            running.enter_context(process)
        except NotReadyError as error:
            raise EmulatorError(str(error)) from error
        yield Ministack(process, account_id, region, ses_endpoint_url)


@contextmanager
def open_local_aws(
    environment: Mapping[str, str] = os.environ, *, auth: bool = False, folder: Path | None = None
) -> Iterator[LocalAws]:
    """AWS for this run: what AWS_ENDPOINT_URL names if it is set, else ministack on this machine.

    Raises:
        EmulatorError: neither could be reached.
    """
    endpoint_url = environment.get("AWS_ENDPOINT_URL")
    if endpoint_url:
        region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or REGION
        yield ExternalAws(endpoint_url, region)
        return
    with start_ministack(auth=auth, folder=folder) as ministack:
        yield ministack


def read_envelope_signer(endpoint_url: str) -> EnvelopeSigner:
    """What signs envelopes at an endpoint that runs the corrected ministack.

    Raises:
        EmulatorError: the endpoint runs something else.
    """
    try:
        with urlopen(f"{endpoint_url}{ENVELOPE_SIGNER_PATH}", timeout=_READ_SECONDS) as answer:  # noqa: S310
            return EnvelopeSigner.from_json(json.load(answer))
    except (OSError, ValueError, KeyError) as error:
        raise EmulatorError(
            f"{endpoint_url} does not sign what SNS publishes, so the stack there takes every message for "
            "forged: unset AWS_ENDPOINT_URL to use the emulator on this machine."
        ) from error


def _is_real_aws(endpoint_url: str) -> bool:
    return ".amazonaws.com" in endpoint_url
