"""What an operator can set about posting."""

from dataclasses import dataclass
from datetime import timedelta

from ses_reputation.environment import Environment, read_number, read_text

_MOST_SECONDS = 99_999
_MOST_MINUTES = 99_999


@dataclass(frozen=True, slots=True)
class PostingSettings:
    """Settings of functions/post_balances."""

    ledger_table: str
    postponed_hours_queue_url: str
    posting_window: timedelta
    longest_wait: timedelta

    @classmethod
    def from_environment(cls, environment: Environment) -> "PostingSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_text(environment, "POSTPONED_HOURS_QUEUE_URL"),
            timedelta(seconds=read_number(environment, "POSTING_WINDOW_SECONDS", 0, _MOST_SECONDS)),
            timedelta(minutes=read_number(environment, "LONGEST_WAIT_MINUTES", 0, _MOST_MINUTES)),
        )
