"""What an operator can set about reading statistics."""

from dataclasses import dataclass

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.environment import Environment, read_account, read_external_id, read_role_name, read_text


@dataclass(frozen=True, slots=True)
class StatisticsSettings:
    """Settings of functions/read_ses_statistics.

    ledger_account is the stack's own, read with the function's own permissions; the others are read through a
    role of the name reading_role_name in each, with the external id, and are left out where that is empty.
    """

    ledger_table: str
    ledger_account: str
    reading_role_name: str = ""
    external_id: str = ""

    @classmethod
    def from_environment(cls, environment: Environment) -> "StatisticsSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_role_name(environment, "READING_ROLE_NAME"),
            read_external_id(environment, "EXTERNAL_ID"),
        )

    @property
    def role(self) -> CrossAccountRole:
        """The role that reads in other accounts."""
        return CrossAccountRole(self.reading_role_name, self.external_id)
