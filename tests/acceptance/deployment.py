"""The stack under test: deployed by the SAM CLI as an operator does it, with parameters made for a test."""

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from console.local_aws.deployment import describe_failures, find_stack
from tests.acceptance.run import TAG, Run
from tests.acceptance.step import FailedError

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
_STOPPING_SECONDS = 30
_LAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Deployment:
    """How the SAM CLI is called. profile: of the user's AWS files, "" for the environment's credentials."""

    built_template: Path
    profile: str

    def command(self, run: Run) -> list[str]:
        """The command that deploys; every name in it is the run's."""
        overrides = [f'{name}="{value}"' for name, value in parameters_of(run).items()]
        return [
            *(str(SAM), "deploy", "--template-file", str(self.built_template)),
            *("--stack-name", run.name, "--region", run.account.region),
            # A bucket of the run's own: --resolve-s3 would make one, or use one, that other stacks use too.
            *("--s3-bucket", artifacts_bucket(run.name), "--s3-prefix", run.name),
            *("--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
            *("--tags", f"{TAG}={run.name}"),
            *(("--profile", self.profile) if self.profile else ()),
            *("--parameter-overrides", *overrides),
        ]


def artifacts_bucket(run_name: str) -> str:
    """The bucket that the run's code is uploaded to."""
    return f"{run_name}-artifacts"


def parameters_of(run: Run) -> Mapping[str, str]:
    """Short windows, few mails to a standing, a bus of its own, so that production's rules hear nothing."""
    return {
        "Identities": run.own_identity,
        "ConfigurationSetName": run.name if run.own_identity or run.sender else "",
        "OptInRegions": run.opt_in_region,
        "EventBusName": run.name,
        "LedgerDeletionProtection": "false",
        "LogRetentionDays": "1",
        "LogLevel": "INFO",
        "JournalWindowSeconds": "1",
        "PostingWindowSeconds": "0",
        "LongestWaitMinutes": "0",
        "AssessmentSchedule": "rate(1 minute)",
        "VolumeWindow": "100",
    }


def make_ready(run: Run) -> None:
    """Make what the stack is given: its bus, a bucket for its code, and an identity where SES makes one."""
    region, options = run.account.region, {}
    if region != "us-east-1":
        options = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    run.clients.s3.create_bucket(Bucket=artifacts_bucket(run.name), **options)  # type: ignore[arg-type]
    run.clients.event_bridge.create_event_bus(Name=run.name, Tags=[{"Key": TAG, "Value": run.name}])
    # SES may be missing here, or not be allowed: then the steps that need it say so.
    with suppress(ClientError):
        tags = [{"Key": TAG, "Value": run.name}]
        run.clients.sesv2.create_email_identity(EmailIdentity=run.identity, Tags=tags)  # type: ignore[arg-type]
        run.own_identity = run.identity


def deploy_with(deployment: Deployment, run: Run) -> str:
    """Make ready and deploy. Raises FailedError with what CloudFormation says."""
    make_ready(run)
    status, printed = _call(deployment.command(run), deployment.built_template.parent)
    if status:
        with suppress(ClientError):
            printed = "\n".join(describe_failures(run.clients, run.name)) or _last_words(printed)
        raise FailedError(f"sam deploy ended with {status}:\n{printed}")
    run.stack = find_stack(run.clients, run.name)
    return f"{len(run.stack.resources)} resources in the stack {run.name}"


def _last_words(printed: str) -> str:
    return "\n".join(printed.splitlines()[-_LAST_LINES:])


def _call(command: list[str], folder: Path) -> tuple[int, str]:
    """Run the SAM CLI out of reach of Ctrl-C, which the run answers: it stops what it has started."""
    sam = subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = sam.communicate()
    except BaseException:
        sam.terminate()
        with suppress(subprocess.TimeoutExpired):
            sam.wait(_STOPPING_SECONDS)
        sam.kill()
        raise
    return sam.returncode, printed
