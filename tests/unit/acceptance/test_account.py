"""Before a run begins: whether it can, and whether it should."""

from pathlib import Path

import pytest

from tests.acceptance import account
from tests.acceptance.__main__ import main
from tests.acceptance.account import Possibilities, UnfitError, open_account, require_quiet
from tests.unit.acceptance.runs import NAME


def possibilities(mails: float | None) -> Possibilities:
    return Possibilities("", "", mails, 10)


def test_an_account_that_mails_much_is_not_tried_unasked() -> None:
    with pytest.raises(UnfitError, match=r"10,001 mails in the last 24 hours\. Choose a quieter one"):
        require_quiet(possibilities(10_001))


@pytest.mark.parametrize("mails", [None, 0, 10_000])
def test_a_quiet_account_is(mails: float | None) -> None:
    require_quiet(possibilities(mails))


def test_without_the_sam_cli_a_run_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(account, "SAM", tmp_path / "sam")
    with pytest.raises(UnfitError, match=r"sam is not there: make \.venv-sam/\.ready"):
        open_account(NAME, "", "", tmp_path)


def test_a_profile_that_nobody_has_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(account, "SAM", tmp_path)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert main(["--profile", "nobody", "--template", str(tmp_path)]) == 2
    assert "profile (nobody) could not be found" in capsys.readouterr().err


def test_without_a_region_a_run_does_not_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(account, "SAM", tmp_path)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with pytest.raises(UnfitError, match="No Region is set: give REGION="):
        open_account(NAME, "", "", tmp_path)


def test_only_names_of_runs_are_removed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--remove", "ses-reputation-prod"])
    assert "a run's name begins with acceptance-" in capsys.readouterr().err
