"""One run: the account that it is in, the names that it gives, and the stack that it tries."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import boto3

from console.local_aws.clients import Clients
from console.local_aws.deployment import Stack
from console.stack.connection import Connection
from tests.acceptance.fence import Fence
from tests.acceptance.step import FailedError

Found = TypeVar("Found")
PREFIX = "acceptance-"
TAG = "ses-reputation-acceptance"


def new_name() -> str:
    """Return a name that no other run has: `acceptance-1a2b3c4d`.

    It is short, since CloudFormation shortens a stack's name where a physical id would get too long.
    """
    return f"{PREFIX}{secrets.token_hex(4)}"


def open_session(profile: str, region: str, fence: Fence) -> boto3.Session:
    """Open a session behind the fence; "" is the environment's credentials, or Region.

    Raises botocore's BotoCoreError where there is no such profile.
    """
    # boto3 alone among AWS's tools does not read AWS_REGION.
    session = boto3.Session(
        profile_name=profile or None, region_name=region or os.environ.get("AWS_REGION") or None
    )
    fence.surround(session)
    return session


@dataclass(frozen=True, slots=True)
class Account:
    """Where a run takes place, and as whom. clients: those of the profile, behind `fence`.

    other: clients of a second account, if one was given. is_local: it is the AWS on this machine.
    """

    account_id: str
    region: str
    partition: str
    clients: Clients
    fence: Fence
    profile: str = ""
    other: Clients | None = None
    is_local: bool = False

    def in_region(self, region: str) -> Clients:
        """Clients of the same profile in another Region."""
        return Clients(open_session(self.profile, region, self.fence), None)


@dataclass(slots=True)
class Run:
    """A run, and what it has made so far; `stack` is there once it is deployed.

    opt_in_region: an enabled one to try, or "". sender: a verified address or domain to mail from, or "".
    own_identity: an identity of the run's own that is never verified, or "".
    alarm_hours: for how long to wait for an alarm to ring, 0 for not at all.
    """

    name: str
    account: Account
    opt_in_region: str = ""
    sender: str = ""
    own_identity: str = ""
    alarm_hours: int = 0
    begun_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _stack: Stack | None = None

    @property
    def clients(self) -> Clients:
        """Clients of the profile, which change nothing but what is the run's."""
        return self.account.clients

    @property
    def stack(self) -> Stack:
        """The stack under test. Raises FailedError before it is deployed."""
        if self._stack is None:
            raise FailedError("the stack is not deployed")
        return self._stack

    @stack.setter
    def stack(self, stack: Stack) -> None:
        self.account.fence.admit(stack.resources.values())
        self._stack = stack

    @property
    def connection(self) -> Connection:
        """The stack, to be read as the command line reads it."""
        return Connection(self.clients, self.stack)

    @property
    def identity(self) -> str:
        """The identity that invented mail is sent from."""
        return f"{self.name}.example"

    @property
    def send_hour(self) -> str:
        """The UTC hour of invented mail."""
        return f"{self.begun_at:%Y-%m-%dT%H}"

    def await_that(self, what: str, look: Callable[[], Found | None], minutes: float = 15) -> Found:
        """Look until there is something, and return it. Raises FailedError after so many minutes."""
        until = time.monotonic() + 60 * minutes
        while not (found := look()):
            if time.monotonic() > until:
                raise FailedError(f"{what}: not within {minutes:g} minutes")
            time.sleep(0.2 if self.account.is_local else 5)
        return found

    def await_updated(self, function: str) -> None:
        """Wait until Lambda has taken over a function's new configuration."""

        def is_updated() -> bool:
            configuration = self.clients.functions.get_function_configuration(FunctionName=function)
            return configuration.get("LastUpdateStatus") != "InProgress"

        self.await_that(f"{function} has its new configuration", is_updated)
