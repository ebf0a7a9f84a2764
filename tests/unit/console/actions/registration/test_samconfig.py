"""samconfig.toml is changed value by value: what a person wrote around it stays."""

import tomllib
from pathlib import Path

import pytest

from console.actions.registration.samconfig import SamConfig
from console.errors import ConsoleError

TEXT = """# Ours, by hand.
version = 0.1

[default.global.parameters]
stack_name = "ledger"

[default.deploy.parameters]
capabilities = "CAPABILITY_IAM" # a remark
# Why it is so.
parameter_overrides = 'LogLevel="DEBUG" LogRetentionDays="7"'

[prod.deploy.parameters]
capabilities = "CAPABILITY_IAM"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "samconfig.toml"
    path.write_text(TEXT)
    return path


def test_a_value_is_replaced_and_all_else_stays(path: Path) -> None:
    config = SamConfig(path)
    config.set_overrides("default", {**config.overrides("default"), "OwnerAccounts": "111111111111"})
    config.save()

    before = """'LogLevel="DEBUG" LogRetentionDays="7"'"""
    after = """'LogLevel="DEBUG" LogRetentionDays="7" OwnerAccounts="111111111111"'"""
    assert path.read_text() == TEXT.replace(before, after)


def test_a_section_without_the_value_gets_it(path: Path) -> None:
    config = SamConfig(path)
    config.set_overrides("prod", {"A": "1"})
    config.save()

    assert tomllib.loads(path.read_text())["prod"]["deploy"]["parameters"] == {
        "parameter_overrides": 'A="1"',
        "capabilities": "CAPABILITY_IAM",
    }


def test_an_environment_is_added_at_the_end(path: Path) -> None:
    config = SamConfig(path)
    sections: dict[str, dict[str, str | bool]] = {
        "global": {"stack_name": "s"},
        "deploy": {"resolve_s3": True, "tags": 'a="b"'},
    }
    config.add_environment("owner-111111111111", "why", sections)
    config.save()

    assert path.read_text().startswith(TEXT)
    assert tomllib.loads(path.read_text())["owner-111111111111"] == {
        "global": {"parameters": {"stack_name": "s"}},
        "deploy": {"parameters": {"resolve_s3": True, "tags": 'a="b"'}},
    }


@pytest.mark.parametrize(
    "unusual",
    [
        TEXT.replace('\'LogLevel="DEBUG" LogRetentionDays="7"\'', "'''\nLogLevel=\"DEBUG\"\n'''"),
        "[default.deploy]\nparameters = { parameter_overrides = 'A=\"1\"' }\n",
    ],
)
def test_a_file_that_is_written_otherwise_is_refused_and_not_spoilt(path: Path, unusual: str) -> None:
    path.write_text(unusual)
    config = SamConfig(path)

    with pytest.raises(ConsoleError):
        config.set_overrides("default", {"A": "2"})
    config.save()
    assert path.read_text() == unusual


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="There is no"):
        SamConfig(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= 1")
    with pytest.raises(ConsoleError, match="cannot be read"):
        SamConfig(tmp_path / "bad.toml")
