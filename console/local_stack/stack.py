"""The project's stack on this machine: AWS, a stand-in for SES, and template.yaml deployed to them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from console.errors import ConsoleError
from console.local_aws.deployment import KEPT_STACK_NAME, Stack, deploy_template
from console.local_aws.emulator import LocalAws, Ministack, open_local_aws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from console.terminal.screen import Narrator
from ses_reputation.wording import count

_NOTHING: Mapping[str, str] = {}
NOBODY = "000000000000"
"""The stack's account where the user names no owner: AWS gives this number to nobody."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The accounts whose topics the stack believes (12-digit ids), and the user's own domains.

    names: what accounts are called in statements. tags: names of the message tags that are kept.
    """

    owners: tuple[str, ...] = ()
    delegates: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def ledger_account(self) -> str:
        """The account to deploy in. The stack registers it as an owner, whatever its parameters say."""
        return self.owners[0] if self.owners else NOBODY

    def parameters(self, stack_account: str) -> dict[str, str]:
        """The stack's parameters, with short windows and no waits: on this machine they spare nothing."""
        return {
            "OwnerAccounts": ",".join(owner for owner in self.owners if owner != stack_account),
            "DelegateAccounts": ",".join(self.delegates),
            "OwnDomains": ",".join(self.own_domains),
            "AccountNames": ",".join(f"{account}={name}" for account, name in self.names.items()),
            "TagDimensions": ",".join(self.tags),
            "JournalWindowSeconds": "1",
            "LongestWaitMinutes": "0",
            "LedgerDeletionProtection": "false",
            # The caller starts assessments when it is time; the schedule is as rare as the template allows.
            "AssessmentSchedule": "rate(15 minutes)",
        }


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A deployed stack, the AWS that it is on, and the SES that its functions ask."""

    aws: LocalAws
    stack: Stack
    ses: SesStandIn

    @property
    def farewell(self) -> str:
        """A sentence on what is left when it is stopped."""
        if isinstance(self.aws, Ministack):
            return "Nothing stays behind on this machine."
        return f"The stack {self.stack.name} stays on the emulator at {self.aws.endpoint_url}."


@contextmanager
def start_local_aws(
    account: str, environment: Mapping[str, str] = os.environ, ses_endpoint_url: str = ""
) -> Iterator[LocalAws]:
    """Start ministack acting for `account`, with this SES, or use the emulator that AWS_ENDPOINT_URL names.

    Raises ConsoleError where that is AWS itself, EmulatorError where nothing answers.
    """
    endpoint_url = environment.get("AWS_ENDPOINT_URL", "")
    if ".amazonaws.com" in endpoint_url:
        raise ConsoleError(
            f"AWS_ENDPOINT_URL is {endpoint_url}, which is AWS itself: unset it to use an emulator."
        )
    if endpoint_url:
        with open_local_aws(environment) as aws:
            yield aws
    else:
        with start_ministack(account_id=account, ses_endpoint_url=ses_endpoint_url) as aws:
            yield aws


@contextmanager
def run_local_stack(
    narrator: Narrator, ses: SesStandIn, parties: Parties, function_environment: Mapping[str, str] = _NOTHING
) -> Iterator[LocalStack]:
    """Start AWS and the stand-in, deploy template.yaml for these parties, and remove all when the block ends.

    `function_environment` is added to every function. Raises EmulatorError or DeploymentError.
    """
    with ExitStack() as running:
        with narrator.step("Start an emulator of AWS") as step:
            running.enter_context(ses)
            aws = running.enter_context(
                start_local_aws(parties.ledger_account, ses_endpoint_url=ses.endpoint_url)
            )
            ses.publish_through(aws)
            account = aws.account_id
            step.outcome = f"Start an emulator of AWS on this machine ({aws.endpoint_url})"
        with narrator.step("Deploy template.yaml to it") as step:
            variables = {
                "AWS_ENDPOINT_URL_SES": ses.endpoint_url,
                "AWS_ENDPOINT_URL_SESV2": ses.endpoint_url,
                **function_environment,
            }
            stack = deploy_template(
                aws,
                parties.parameters(account),
                stack_name=KEPT_STACK_NAME,
                function_environment=variables,
            )
            step.outcome = f"Deploy template.yaml to it: {count(len(stack.resources), 'resource')}"
        yield LocalStack(aws, stack, ses)
