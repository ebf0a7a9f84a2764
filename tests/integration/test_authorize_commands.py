"""`authorize` from draft to revocation, by the real clients: STS of the local AWS, SES of the stand-in."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn

pytestmark = pytest.mark.local_aws
OWNER, COURIER = "111111111111", "222222222222"
DOMAIN, REGION = "orchard.example", "eu-west-1"
ARN = f"arn:aws:ses:{REGION}:{OWNER}:identity/{DOMAIN}"


@pytest.fixture
def stand_in(ministack: Ministack, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesStandIn]:
    with SesStandIn(default_account=OWNER) as served:
        environment = {
            "AWS_ENDPOINT_URL": ministack.endpoint_url,
            "AWS_ENDPOINT_URL_SESV2": served.endpoint_url,
            "AWS_ACCESS_KEY_ID": OWNER,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        boto3.Session(region_name=REGION).client("sesv2").create_email_identity(EmailIdentity=DOMAIN)
        yield served


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["authorize", *arguments], env={"COLUMNS": "80"})


def test_a_delegate_is_drafted_applied_shown_checked_and_revoked(
    stand_in: SesStandIn, tmp_path: Path
) -> None:
    draft = run("draft", DOMAIN, "--delegate", COURIER, "--from", f"*@{DOMAIN}", "--out", str(tmp_path))
    (file,) = tmp_path.iterdir()
    applied = run("apply", DOMAIN, str(file), "--yes")
    again = run("apply", ARN, str(file))
    shown, checked = run("show", DOMAIN, "--json"), run("lint", DOMAIN)
    revoked = run("revoke", DOMAIN, "--delegate", COURIER, "--apply", "--yes")

    for result in (draft, applied, again, shown, checked, revoked):
        assert result.exit_code == 0, result.output
    assert applied.stdout.endswith("Written, read back, and the same.\n")
    assert again.stdout.endswith("SES stores them already.\n")
    assert json.loads(shown.stdout)["policies"][0]["document"] == json.loads(file.read_text())
    assert checked.stdout.endswith("Nothing found.\n")
    assert f"{COURIER} cannot send with {DOMAIN} any more." in revoked.stderr
    assert stand_in.open_account(OWNER, REGION).identities[DOMAIN].policies == {}


def test_credentials_of_a_delegate_do_not_reach_the_owners_policies(
    stand_in: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", COURIER)

    by_arn, by_name = run("show", ARN), run("show", DOMAIN)

    assert f"is of account {OWNER}, and your credentials are of {COURIER}" in by_arn.stderr
    assert f"{DOMAIN} of account {COURIER} in {REGION}: Email identity {DOMAIN} does not" in by_name.stderr
    assert (by_arn.exit_code, by_name.exit_code) == (1, 1)


def test_rights_that_are_missing_are_said(stand_in: SesStandIn, tmp_path: Path) -> None:
    stand_in.restrict(f"arn:aws:iam::{OWNER}:root")

    result = run("show", DOMAIN)

    assert result.exit_code == 1
    assert result.stderr == (
        "Error: AWS refused GetEmailIdentityPolicies (AccessDeniedException): User: "
        "arn:aws:iam::111111111111:root is not authorized to perform: ses:GetEmailIdentityPolicies on "
        "resource: arn:aws:ses:eu-west-1:111111111111:identity/orchard.example because no identity-based "
        "policy allows the ses:GetEmailIdentityPolicies action. Ask who manages the account for that "
        "permission; docs/command-line.md names what each command needs.\n"
    )
