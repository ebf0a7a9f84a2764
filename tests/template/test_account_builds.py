"""What `sam build` makes of the account templates: a function that needs no layer, and runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack_template import ROOT
from tests.template.test_layer_build import SAM, run

TEMPLATES = ("identity-owner", "delegate-sender")
# A runtime of Lambda has botocore and what that needs. What the layer brings on top must not be missed.
WITHOUT_LAYER = """
import sys
class NotInTheRuntime:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"aws_lambda_powertools", "pydantic", "jinja2", "cryptography", "boto3"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NotInTheRuntime())
sys.path.insert(0, sys.argv[1])
import app
import ses_reputation
print(ses_reputation.__file__)
class Context:
    @staticmethod
    def get_remaining_time_in_millis():
        return 420_000
event = {"RequestType": "Create", "ResponseURL": "ftp://nowhere", "StackId": "none", "RequestId": "1",
         "LogicalResourceId": "Topics", "ResourceType": "Custom::IdentityFeedback"}
try:
    app.lambda_handler(event, Context)
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.sam
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_template_is_valid_and_lints_clean(template: str) -> None:
    answer = run([str(SAM), "validate", "--lint", "--template-file", f"accounts/{template}.yaml"])
    assert "is a valid SAM Template" in answer.stdout + answer.stderr


@pytest.mark.sam
@pytest.mark.parametrize("template", TEMPLATES)
def test_its_function_brings_the_library_and_runs_without_the_layer(template: str, tmp_path: Path) -> None:
    build = tmp_path / "build"
    run([str(SAM), "build", "--config-env", template, "--build-dir", str(build)])
    function = build / "ManageIdentityTopicsFunction"

    assert not list(function.rglob("*.so"))
    assert sum(path.stat().st_size for path in function.rglob("*") if path.is_file()) < 2_000_000
    started = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WITHOUT_LAYER, str(function)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    library, logged, ended = started.stdout.splitlines()
    assert library.startswith(str(function))
    assert '"level": "ERROR"' in logged
    assert ended == "UnavailableError"
