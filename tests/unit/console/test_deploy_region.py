"""`make deploy` knows its Region before it builds, or says how to choose one."""

from pathlib import Path

import pytest

from console.actions.registration.samconfig import SamConfig
from console.deploy_region import find_region
from console.errors import ConsoleError

CONFIG = """
[default.deploy.parameters]
capabilities = "CAPABILITY_IAM"
[prod.deploy.parameters]
region = "eu-west-1"
[staging.global.parameters]
region = "eu-central-1"
"""


@pytest.fixture(autouse=True)
def _profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[profile audit]\nregion = us-west-2\n[profile bare]\n")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def found(tmp_path: Path, environment: str, profile: str = "") -> str:
    path = tmp_path / "samconfig.toml"
    path.write_text(CONFIG)
    return find_region(SamConfig(path), environment, profile)


def test_the_region_is_the_files_then_the_environments_then_the_profiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(tmp_path, "default", "audit") == "us-west-2"
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    assert found(tmp_path, "default", "audit") == "ap-south-1"
    assert found(tmp_path, "prod") == "eu-west-1"
    assert found(tmp_path, "staging") == "eu-central-1"


def test_without_one_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match=r"so nothing was built: set AWS_REGION.*\[default\.deploy"):
        found(tmp_path, "default", "bare")
    with pytest.raises(
        ConsoleError, match=r"profile \(none\) could not be found: name another with PROFILE="
    ):
        found(tmp_path, "default", "none")


def test_what_is_no_environment_or_no_region_is_said_before_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConsoleError, match=r"no environment nosuch, so nothing was built. It has: default"):
        found(tmp_path, "nosuch", "audit")
    monkeypatch.setenv("AWS_REGION", "moon-1")
    with pytest.raises(ConsoleError, match=r"Nothing was built: 'moon-1' is no Region of AWS"):
        found(tmp_path, "default", "audit")
