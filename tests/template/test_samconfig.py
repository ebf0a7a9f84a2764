"""The three environments of samconfig.toml."""

import re
import shlex
import tomllib
from typing import Any

import pytest

from tests.support.stack_template import ROOT, read_source

SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ("default", "staging", "prod")


def overrides(environment: str) -> dict[str, str]:
    text = SETTINGS[environment]["deploy"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in shlex.split(text))


def test_there_are_three_environments() -> None:
    assert tuple(name for name in SETTINGS if name != "version") == ENVIRONMENTS


def test_each_environment_is_a_stack_of_its_own() -> None:
    names = [SETTINGS[environment]["global"]["parameters"]["stack_name"] for environment in ENVIRONMENTS]
    assert len(set(names)) == len(ENVIRONMENTS)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_overrides_are_parameters_with_values_that_the_template_accepts(environment: str) -> None:
    parameters = read_source()["Parameters"]
    assert overrides(environment)
    for name, value in overrides(environment).items():
        assert re.fullmatch(parameters[name].get("AllowedPattern", ".*"), value)
        assert value in [str(allowed) for allowed in parameters[name].get("AllowedValues", [value])]
        if parameters[name]["Type"] == "Number":
            assert int(value) >= parameters[name].get("MinValue", 0)


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_a_stack_that_matters_shows_its_changes_first_and_protects_its_ledger(environment: str) -> None:
    assert SETTINGS[environment]["deploy"]["parameters"]["confirm_changeset"] is True
    assert overrides(environment).get("LedgerDeletionProtection", "true") == "true"
