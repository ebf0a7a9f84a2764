"""What the functions are told by their environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ses_reputation.environment import read_text
from ses_reputation.errors import SettingsError
from ses_reputation.feedback.addresses import domain_label
from ses_reputation.feedback.provenance import Registry, is_account

# Days and seconds of more digits leave the calendar.
_MOST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """Settings of functions/journal_feedback."""

    ledger_table: str
    reputation_bucket: str
    registry: Registry
    own_domains: frozenset[str]
    entry_retention: timedelta

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "JournalSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_text(environment, "REPUTATION_BUCKET"),
            Registry(_accounts(environment, "OWNER_ACCOUNTS"), _accounts(environment, "DELEGATE_ACCOUNTS")),
            frozenset(domain_label(domain) for domain in _listed(environment, "OWN_DOMAINS")),
            timedelta(days=_number(environment, "ENTRY_RETENTION_DAYS")),
        )


@dataclass(frozen=True, slots=True)
class PostingSettings:
    """Settings of functions/post_balances."""

    ledger_table: str
    postponed_hours_queue_url: str
    posting_window: timedelta

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "PostingSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_text(environment, "POSTPONED_HOURS_QUEUE_URL"),
            timedelta(seconds=_number(environment, "POSTING_WINDOW_SECONDS")),
        )


def _number(environment: Mapping[str, str], name: str) -> int:
    value = read_text(environment, name)
    if not (value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS):
        raise SettingsError(f"{name} is {value!r}: it takes a whole number of up to {_MOST_DIGITS} digits")
    return int(value)


def _listed(environment: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in environment.get(name, "").split(",") if each.strip()]


def _accounts(environment: Mapping[str, str], name: str) -> frozenset[str]:
    accounts = _listed(environment, name)
    for account in accounts:
        if not is_account(account):
            raise SettingsError(
                f"{name} holds {account!r}: it takes 12-digit account ids, separated by commas"
            )
    return frozenset(accounts)
