"""What an operator can set about reading statistics, read from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import ASCII
from re import compile as pattern

from ses_reputation.environment import check_account, read_text
from ses_reputation.errors import SettingsError

# The characters that IAM allows in a role's name, or nothing.
_is_role_name = pattern(r"[\w+=,.@-]{0,64}", ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class StatisticsSettings:
    """Settings of functions/read_ses_statistics.

    ledger_account is the stack's own, read with the function's own permissions; the others are read through a
    role of the name reading_role_name in each, and are left out where that is empty.
    """

    ledger_table: str
    ledger_account: str
    reading_role_name: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "StatisticsSettings":
        """Read `LEDGER_TABLE`, `LEDGER_ACCOUNT`, and `READING_ROLE_NAME` if set; raises SettingsError."""
        table = read_text(environment, "LEDGER_TABLE")
        account = check_account(environment.get("LEDGER_ACCOUNT", "").strip(), "LEDGER_ACCOUNT")
        role_name = environment.get("READING_ROLE_NAME", "").strip()
        if not _is_role_name(role_name):
            raise SettingsError(
                f"READING_ROLE_NAME is {role_name!r}: it takes the name of an IAM role, without its path"
            )
        return cls(table, account, role_name)
