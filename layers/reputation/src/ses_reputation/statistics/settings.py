"""What an operator can set about reading statistics."""

from dataclasses import dataclass

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.environment import (
    Environment,
    read_account,
    read_accounts,
    read_external_id,
    read_parameter_path,
    read_role_name,
    read_text,
)


@dataclass(frozen=True, slots=True)
class StatisticsSettings:
    """Settings of functions/read_ses_statistics.

    ledger_account is the stack's own, read with the function's own permissions; the others are read through a
    role of the name reading_role_name in each, with the external id, and are left out where that is empty.
    owner_accounts, delegate_accounts: the listed ones. accounts_path: where Parameter Store has more, or "".
    queue_arn, queue_url: of the ledger's queue.
    """

    ledger_table: str
    ledger_account: str
    stack_name: str
    owner_accounts: frozenset[str]
    delegate_accounts: frozenset[str]
    queue_arn: str
    queue_url: str
    reading_role_name: str = ""
    external_id: str = ""
    accounts_path: str = ""

    @classmethod
    def from_environment(cls, environment: Environment) -> "StatisticsSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_text(environment, "STACK_NAME"),
            read_accounts(environment, "OWNER_ACCOUNTS"),
            read_accounts(environment, "DELEGATE_ACCOUNTS"),
            read_text(environment, "FEEDBACK_QUEUE_ARN"),
            read_text(environment, "FEEDBACK_QUEUE_URL"),
            read_role_name(environment, "READING_ROLE_NAME"),
            read_external_id(environment, "EXTERNAL_ID"),
            read_parameter_path(environment, "ACCOUNTS_PATH"),
        )

    @property
    def role(self) -> CrossAccountRole:
        """The role that reads in other accounts."""
        return CrossAccountRole(self.reading_role_name, self.external_id)

    @property
    def queue_region(self) -> str:
        """The Region of the queue, which is the stack's."""
        return self.queue_arn.split(":")[3]
