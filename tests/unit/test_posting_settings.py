"""What posting takes from its environment, and what it refuses."""

from datetime import timedelta

import pytest

from ses_reputation.errors import SettingsError
from ses_reputation.posting_settings import PostingSettings

POSTING = {
    "LEDGER_TABLE": "ledger",
    "POSTPONED_HOURS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/postponed",
    "POSTING_WINDOW_SECONDS": "60",
    "LONGEST_WAIT_MINUTES": "120",
}


def test_posting_settings_are_read_from_the_environment() -> None:
    assert PostingSettings.from_environment(POSTING) == PostingSettings(
        "ledger", POSTING["POSTPONED_HOURS_QUEUE_URL"], timedelta(seconds=60), timedelta(hours=2)
    )


@pytest.mark.parametrize("name", POSTING)
def test_posting_names_what_it_misses(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^the environment variable {name} is not set"):
        PostingSettings.from_environment({key: value for key, value in POSTING.items() if key != name})


def test_no_waiting_is_a_window_too() -> None:
    settings = PostingSettings.from_environment(POSTING | {"POSTING_WINDOW_SECONDS": "0"})

    assert settings.posting_window == timedelta()
