"""What an operator can set about journaling."""

from dataclasses import dataclass
from datetime import timedelta

from ses_reputation.environment import (
    Environment,
    read_accounts,
    read_list,
    read_names,
    read_number,
    read_parameter_path,
    read_text,
)
from ses_reputation.feedback.addresses import domain_label
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.tags import MOST_TAGS, is_name

_MOST_DAYS = 99_999


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """Settings of functions/journal_feedback.

    registry: whom the stack lists; accounts_path: where more accounts are in Parameter Store, else "".
    """

    ledger_table: str
    reputation_bucket: str
    registry: Registry
    own_domains: frozenset[str]
    entry_retention: timedelta
    tag_names: frozenset[str] = frozenset()
    accounts_path: str = ""

    @classmethod
    def from_environment(cls, environment: Environment) -> "JournalSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        owners, delegates = (
            read_accounts(environment, name) for name in ("OWNER_ACCOUNTS", "DELEGATE_ACCOUNTS")
        )
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_text(environment, "REPUTATION_BUCKET"),
            Registry(owners, delegates),
            frozenset(map(domain_label, read_list(environment, "OWN_DOMAINS"))),
            timedelta(days=read_number(environment, "ENTRY_RETENTION_DAYS", 0, _MOST_DAYS)),
            read_names(environment, "TAG_DIMENSIONS", is_name, MOST_TAGS - 1),
            read_parameter_path(environment, "ACCOUNTS_PATH"),
        )
