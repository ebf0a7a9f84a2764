"""Linters that others wrote: what they look at, and which of their rules we set aside, with the reason."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

from console.local_aws.template import read_template
from tests.support.stack_template import ROOT, TEMPLATES

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
SETTINGS = ROOT / ".checkov.yaml"
# Opt-in Regions where botocore knows SES and CloudFormation has none of its resources, by AWS's own schemas,
# which cfn-lint brings: no configuration sets, event destinations or pools. Templates that name them fail.
WITHOUT_SES_RESOURCES = {
    "ap-east-2",
    "ap-southeast-4",
    "ap-southeast-6",
    "ap-southeast-7",
    "eu-south-2",
    "mx-central-1",
}


def regions_with_ses() -> set[str]:
    """Every Region of every partition where botocore has an endpoint of SES, but those of FIPS."""
    partitions = Loader().load_data("endpoints")["partitions"]
    known = {region for partition in partitions for region in partition["regions"]}
    endpoints = {
        name for each in partitions for name in each["services"].get("email", {}).get("endpoints", {})
    }
    return endpoints & known


def names(paths: tuple[Path, ...]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_the_templates_are_linted_for_every_region_with_ses_of_every_partition() -> None:
    settings = read_template(ROOT / ".cfnlintrc.yaml")

    assert settings["templates"] == names(TEMPLATES)
    assert set(settings["regions"]) == regions_with_ses() - WITHOUT_SES_RESOURCES
    assert {"us-east-1", "us-gov-west-1", "eusc-de-east-1", "af-south-1"} <= set(settings["regions"])


def test_each_rule_that_is_set_aside_has_its_reason_above_it() -> None:
    lines = [line.strip() for line in SETTINGS.read_text().partition("skip-check:")[2].splitlines()[1:]]
    rules = [place for place, line in enumerate(lines) if line.startswith("- ")]

    assert [lines[place].removeprefix("- ") for place in rules] == read_template(SETTINGS)["skip-check"]
    assert [lines[place] for place in rules if not lines[place - 1].startswith("# ")] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_queue_is_encrypted_with_a_key_that_checkov_does_not_look_for(path: Path) -> None:
    resources = read_template(path)["Resources"].values()
    queues = [each["Properties"] for each in resources if each["Type"] == "AWS::SQS::Queue"]

    assert queues
    assert [queue for queue in queues if queue.get("SqsManagedSseEnabled") is not True] == []


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What checkov says with nothing set aside."""
    if not CHECKOV.exists():
        pytest.skip("needs checkov in .venv-checkov: make check installs it")
    settings = read_template(SETTINGS) | {"skip-check": [], "output": ["json"]}
    # Where there is a file of settings, it would read that too.
    folder = tmp_path_factory.mktemp("checkov")
    (folder / "whole.yaml").write_text(json.dumps(settings | {"file": [str(path) for path in TEMPLATES]}))
    answer = subprocess.run(  # noqa: S603
        [str(CHECKOV), "--config-file", "whole.yaml"], cwd=folder, capture_output=True, text=True, check=False
    )
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


def test_checkov_reads_every_resource_of_every_template(report: dict[str, Any]) -> None:
    """A file that it cannot read it would leave out, and find nothing in."""
    resources = sum(len(read_template(path)["Resources"]) for path in TEMPLATES)

    assert read_template(SETTINGS)["file"] == names(TEMPLATES)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] == resources


def test_every_rule_that_is_set_aside_is_one_that_fails(report: dict[str, Any]) -> None:
    failed = {check["check_id"] for check in report["results"]["failed_checks"]}

    assert failed == set(read_template(SETTINGS)["skip-check"])
