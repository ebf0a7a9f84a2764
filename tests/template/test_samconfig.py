"""The environments of samconfig.toml: three of the ledger, and one for each kind of other account."""

import re
import shlex
import tomllib
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.stack_template import ROOT, read_source

SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ("default", "staging", "prod")
ACCOUNTS = ("identity-owner", "delegate-sender")


def overrides(environment: str) -> dict[str, str]:
    text = SETTINGS[environment]["deploy"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in shlex.split(text))


def test_the_ledger_has_three_environments_and_each_account_template_one() -> None:
    assert tuple(name for name in SETTINGS if name != "version") == (*ENVIRONMENTS, *ACCOUNTS)


@pytest.mark.parametrize("environment", ACCOUNTS)
def test_an_accounts_environment_builds_and_deploys_its_template_with_values_that_it_takes(
    environment: str,
) -> None:
    settings = {name: section["parameters"] for name, section in SETTINGS[environment].items()}
    path = f"accounts/{environment}.yaml"
    parameters = read_template(ROOT / path)["Parameters"]

    assert settings["build"]["template_file"] == settings["validate"]["template_file"] == path
    assert settings["deploy"]["template_file"] == f"{settings['build']['build_dir']}/template.yaml"
    for name, value in overrides(environment).items():
        assert re.fullmatch(parameters[name]["AllowedPattern"], value)


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
