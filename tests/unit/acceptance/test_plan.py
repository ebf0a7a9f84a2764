"""What a run does, and what its README says of it."""

import re
from pathlib import Path

import pytest

from tests.acceptance.deployment import Deployment, parameters_of
from tests.acceptance.plan import STEPS, deployment_step
from tests.acceptance.run import new_name
from tests.acceptance.steps import logs, recursion, stopped_stream
from tests.support.stack_template import ROOT, read_source
from tests.unit.acceptance.runs import NAME, make_run

README = (ROOT / "tests" / "acceptance" / "README.md").read_text(encoding="utf-8")
DEPLOYMENT = Deployment(Path("built/template.yaml"), "trial")
ROW = re.compile(r"^\| ([\w -]+) \| .+ \| .+ \|$", re.MULTILINE)


def test_the_readme_says_of_each_step_what_it_proves_and_costs() -> None:
    named = [deployment_step(DEPLOYMENT).name, *(step.name for step in STEPS)]
    assert [row for row in ROW.findall(README) if row != "Step"] == named


def test_pytest_collects_none_of_it() -> None:
    assert not list((ROOT / "tests" / "acceptance").rglob("test_*.py"))


def test_no_two_runs_have_a_name_in_common() -> None:
    names = {new_name() for _ in range(100)}
    assert len(names) == 100
    # As prefix of a bucket's name, with 24 characters of CloudFormation's own behind it: 63 at most.
    assert all(re.fullmatch("acceptance-[0-9a-f]{8}", name) for name in names)


def test_every_name_that_the_sam_cli_is_given_is_the_runs() -> None:
    command = DEPLOYMENT.command(make_run())
    named = {command[place]: command[place + 1] for place in range(1, len(command) - 1)}
    for option in ("--stack-name", "--s3-bucket", "--s3-prefix", "--tags"):
        assert NAME in named[option]
    # A bucket that --resolve-s3 makes is every stack's.
    assert not {"--resolve-s3", "--role-arn", "--notification-arns"} & set(command)


@pytest.mark.parametrize("identity", ["", f"{NAME}.example"])
def test_the_stack_is_given_parameters_that_it_has(identity: str) -> None:
    given = parameters_of(make_run(own_identity=identity, opt_in_region="af-south-1"))
    declared = read_source()["Parameters"]
    assert set(given) <= set(declared)
    for name, value in given.items():
        assert re.fullmatch(declared[name].get("AllowedPattern", ".*"), value), name
        assert value in map(str, declared[name].get("AllowedValues", [value])), name


def test_nothing_of_production_is_named_in_parameters() -> None:
    given = parameters_of(make_run(own_identity=f"{NAME}.example", sender="example.com"))
    assert given["Identities"] == f"{NAME}.example"
    assert given["ConfigurationSetName"] == given["EventBusName"] == NAME


def test_steps_name_resources_that_the_template_has() -> None:
    resources = read_source()["Resources"]
    named = {recursion.FUNCTION, recursion.QUEUE, logs.JOURNALING, logs.EXPORTING, stopped_stream.ALARM}
    assert named <= set(resources)
    ids = {metric["Id"] for metric in resources[stopped_stream.ALARM]["Properties"]["Metrics"]}
    assert {stopped_stream.UNPOSTED, stopped_stream.BATCHES} <= ids
