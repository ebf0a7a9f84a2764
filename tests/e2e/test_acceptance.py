"""The acceptance test for real accounts, run against the AWS on this machine beside a stack of production."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.acceptance.plan import STEPS
from tests.e2e.support import sam
from tests.e2e.support.recording import RecordingProxy
from tests.e2e.support.run import list_physical_ids
from tests.e2e.support.runtime import prepare_runtime
from tests.support.aws.local_aws import PARAMETERS
from tests.support.aws.sending_parties import IDENTITY, LEDGER, profile_variables
from tests.support.runtime_python import MISSING_RUNTIME, find_runtime_python
from tests.support.stack_template import ROOT
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = [pytest.mark.local_aws, pytest.mark.sam]

# What no emulator can show, and what the run says of it.
ONLY_IN_A_REAL_ACCOUNT = {"metrics", "stopped stream"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that has a stack of production already, and a built template to try in it."""

    aws: LocalAws
    built_template: Path
    variables: Mapping[str, str]
    proxy: RecordingProxy

    def start(self, *options: str) -> "subprocess.Popen[str]":
        """Start the acceptance test as `make acceptance` does."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "tests.acceptance", "--template", str(self.built_template), *options],
            cwd=ROOT,
            env={**own, **self.variables, "AWS_ENDPOINT_URL": self.proxy.endpoint_url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # As a terminal has it, whose Ctrl-C all its processes hear.
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    python = find_runtime_python()
    if python is None:
        pytest.skip(MISSING_RUNTIME)
    built = sam.build(tmp_path_factory, python)
    with (
        SesStandIn(default_account=LEDGER) as ses,
        start_ministack(
            auth=True,
            interpreter=prepare_runtime(python),
            account_id=LEDGER,
            ses_endpoint_url=ses.endpoint_url,
        ) as aws,
    ):
        ses.publish_through(aws)
        aws.clients().sesv2.create_email_identity(EmailIdentity=IDENTITY)
        # As the SAM CLI builds it: the stack checks itself, and the bare runtime knows no library of ours.
        sam.deploy(aws, built, PARAMETERS)
        variables = profile_variables(aws, tmp_path_factory.mktemp("profiles"))
        with RecordingProxy(aws.endpoint_url) as proxy:
            yield Account(aws, built, variables, proxy)


def test_a_run_tries_all_that_this_machine_can_show_and_leaves_nothing(account: Account) -> None:
    before = list_physical_ids(account.aws)
    account.proxy.requests.clear()
    run = account.start("--yes", "--profile", "ledger", "--other-profile", "stranger")
    printed, _ = run.communicate(timeout=HANG_SECONDS)

    assert run.returncode == 0, printed
    assert (
        _ended(printed, "passed") == {"deployment", *(step.name for step in STEPS)} - ONLY_IN_A_REAL_ACCOUNT
    )
    assert _ended(printed, "skipped") == ONLY_IN_A_REAL_ACCOUNT
    assert "is left." in printed
    assert list_physical_ids(account.aws) == before
    changes = [request for request in account.proxy.requests if not request.is_reading]
    name = printed.split()[2]
    # The SAM CLI's calls are among them.
    assert {"CreateChangeSet", "CreateTopic", "DeleteStack", "SendMessage"} <= {
        each.action for each in changes
    }
    assert [each for each in changes if not each.names(name)] == []


@pytest.mark.parametrize("printed_first", ["It takes about", "passed   balances"])
def test_ctrl_c_leaves_nothing_whenever_it_comes(account: Account, printed_first: str) -> None:
    before = list_physical_ids(account.aws)
    run = account.start("--yes", "--profile", "ledger")
    assert run.stdout is not None
    name = next(run.stdout).split()[-1]
    assert any(line.startswith(printed_first) for line in run.stdout)
    await_that(lambda: _is_begun(account.aws, name), "the stack is being made")
    os.killpg(run.pid, signal.SIGINT)
    printed, _ = run.communicate(timeout=HANG_SECONDS)

    assert run.returncode == 130, printed
    assert f"stack {name}" in printed
    assert "is left." in printed
    assert list_physical_ids(account.aws) == before


def _is_begun(aws: LocalAws, stack_name: str) -> bool:
    pages = aws.clients().cloudformation.get_paginator("describe_stacks").paginate()
    return any(stack["StackName"] == stack_name for page in pages for stack in page["Stacks"])


def _ended(printed: str, how: str) -> set[str]:
    """The steps that ended so, of what a run printed."""
    return set(re.findall(rf"^{how} +(\S.*?) +\d+ s ", printed, re.MULTILINE))
