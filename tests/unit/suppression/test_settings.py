"""Settings of the export, and errors that say what a variable should hold."""

import pytest

from ses_reputation.errors import SettingsError
from ses_reputation.suppression.settings import ExportSettings


def test_only_the_bucket_has_to_be_set() -> None:
    assert ExportSettings.from_environment({"REPUTATION_BUCKET": "b"}) == ExportSettings("b")


def test_every_limit_can_be_set() -> None:
    environment = {
        "REPUTATION_BUCKET": "b",
        "SUPPRESSION_PAGE_SIZE": "100",
        "SUPPRESSION_PAGES_PER_PART": "7",
        "SUPPRESSION_ROWS_PER_PART": "900",
        "SUPPRESSION_CHAIN_RESTARTS": "2",
        "SUPPRESSION_MARGIN_SECONDS": "15",
    }
    assert ExportSettings.from_environment(environment) == ExportSettings("b", 100, 7, 900, 2, 15)


@pytest.mark.parametrize("environment", [{}, {"REPUTATION_BUCKET": ""}])
def test_a_missing_bucket_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="REPUTATION_BUCKET"):
        ExportSettings.from_environment(environment)


@pytest.mark.parametrize("text", ["0", "-1", "1001", "many", "1.5", "²"])
def test_a_limit_that_is_no_sensible_number_is_named_with_its_bounds(text: str) -> None:
    with pytest.raises(SettingsError, match=r"SUPPRESSION_PAGE_SIZE is .* from 1 to 1000"):
        ExportSettings.from_environment({"REPUTATION_BUCKET": "b", "SUPPRESSION_PAGE_SIZE": text})
