"""docs/security.md names every role of every template, and tests that exist."""

import re
from pathlib import Path

from console.local_aws.template import read_template
from tests.support.stack_template import ROOT, TEMPLATES

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROLES = PAGE.split("## What each role may do\n")[1].split("\n## ")[0]


def roles_of(path: Path) -> set[str]:
    resources = read_template(path)["Resources"]
    return {name for name, resource in resources.items() if resource["Type"] == "AWS::IAM::Role"}


def test_every_role_of_every_template_has_a_row_and_every_row_a_role() -> None:
    described = {
        role
        for line in ROLES.splitlines()
        if line.startswith("| `")
        for role in re.findall(r"`(\w+Role)`", line.split("|")[1])
    }

    assert described == set().union(*map(roles_of, TEMPLATES))


def test_the_tests_that_it_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)

    assert len(named) >= 40
    assert [path for path, _ in named if not (ROOT / path).is_file()] == []
    assert [name for path, name in named if f"def {name}" not in (ROOT / path).read_text("utf-8")] == []


def test_the_steps_of_the_acceptance_test_that_it_names_exist() -> None:
    steps = (ROOT / "tests" / "acceptance" / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"step \*(\w+)\* of `make acceptance`", PAGE)

    assert len(named) == 2
    assert [name for name in named if f"\n| {name} | " not in steps] == []
