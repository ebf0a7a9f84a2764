"""The SAM CLI as an operator uses it, against the AWS on this machine."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.local_aws.deployment import Stack, find_stack
from console.local_aws.emulator import LocalAws
from tests.e2e.support.built_once import build_once
from tests.support.runtime_python import MACHINES
from tests.support.stack_template import ROOT

_SAM = ROOT / ".venv-sam" / "bin" / "sam"
_NO_VARIABLES: Mapping[str, str] = {}
_STACK_OF_ROLE = {"identity-owner": "ses-reputation-owner", "delegate-sender": "ses-reputation-delegate"}


def build(factory: pytest.TempPathFactory, runtime_python: Path) -> Path:
    """Build template.yaml as it is, for this machine too, once a run; return the built template."""
    variables = {"RUNTIME_PYTHON": str(runtime_python), "MACHINES": MACHINES}
    folder = build_once(factory, "stack", lambda it: _run(["build", "--build-dir", str(it)], variables))
    return folder / "template.yaml"


def deploy(aws: LocalAws, built_template: Path, parameters: Mapping[str, str]) -> Stack:
    """Deploy with the settings of samconfig.toml's default environment, but for the parameters."""
    overrides = [f'{name}="{value}"' for name, value in parameters.items()]
    _run(
        ["deploy", "--template-file", str(built_template), "--parameter-overrides", *overrides],
        aws.environment(),
    )
    return find_stack(aws.clients())


def connect_account(
    aws: LocalAws, account: str, role: str, factory: pytest.TempPathFactory, parameters: Mapping[str, str]
) -> Stack:
    """Build accounts/ROLE.yaml and deploy it in an account, by the settings of the environment of that name.

    role: `identity-owner` or `delegate-sender`.
    """
    build = ["build", "--config-env", role, "--template-file", f"accounts/{role}.yaml", "--build-dir"]
    folder = build_once(factory, role, lambda it: _run([*build, str(it)]))
    overrides = [f'{name}="{value}"' for name, value in parameters.items()]
    built = ["--template-file", str(folder / "template.yaml"), "--no-confirm-changeset"]
    variables = {**aws.environment(), "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "local"}
    _run(["deploy", "--config-env", role, *built, "--parameter-overrides", *overrides], variables)
    return find_stack(aws.clients(account), _STACK_OF_ROLE[role])


def delete(aws: LocalAws) -> None:
    """Delete the stack that `deploy` made, whose bucket must be empty."""
    _run(["delete", "--no-prompts", "--region", aws.region], aws.environment())


def _run(arguments: list[str], variables: Mapping[str, str] = _NO_VARIABLES) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    answer = subprocess.run(  # noqa: S603
        # Beside a built template that lies elsewhere, the CLI would look for settings in vain.
        [str(_SAM), *arguments, "--config-file", str(ROOT / "samconfig.toml")],
        cwd=ROOT,
        env={**own, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
