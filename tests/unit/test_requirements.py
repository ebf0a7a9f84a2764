"""The pins: one set of versions for the tests and for the layer, and no conflict but those we know."""

import re
import subprocess
import sys

from tests.support.stack_template import ROOT

LAYER = ROOT / "layers" / "reputation" / "src" / "requirements.txt"
ENVIRONMENT = ROOT / "requirements" / "dev.txt"
# The packages of requirements/local-aws.txt, which are installed in spite of what they ask for.
KNOWN_CONFLICTS = {("ministack", "botocore"), ("aws-sam-translator", "pydantic")}
CONFLICT = re.compile(r"(\S+) \S+ has requirement ([\w-]+)\S*, but you have ")


def pins_in(lines: list[str]) -> dict[str, str]:
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in pins}


def test_the_tests_run_on_the_versions_that_the_layer_brings() -> None:
    layer, environment = (pins_in(path.read_text().splitlines()) for path in (LAYER, ENVIRONMENT))
    assert layer == {name: environment.get(name) for name in layer}


def test_only_the_local_aws_asks_for_other_versions_than_are_installed() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [CONFLICT.match(line) for line in answer.stdout.splitlines()]
    conflicts = {complaint.groups() if complaint else answer.stdout for complaint in complaints}
    assert conflicts == KNOWN_CONFLICTS, answer.stdout + answer.stderr
