"""What an operator can set about exports."""

from dataclasses import dataclass

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.environment import (
    Environment,
    read_account,
    read_accounts,
    read_external_id,
    read_number,
    read_parameter_path,
    read_role_name,
    read_text,
)

NO_ROLE = CrossAccountRole("")


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """Where snapshots are kept, and how much one function call takes on.

    `page_size` is rows per request (SES gives at most 1,000); `pages_per_part` bounds the rows that one call
    holds in memory; `rows_per_part` bounds the parts of a finished snapshot; `chain_restarts` is how often
    expired tokens may send a run back to the first page; `margin_seconds` is what a call keeps to write its
    part.
    ledger_account is the stack's own; ledger_table says who sent from where. Other accounts, listed or below
    accounts_path in Parameter Store, are reached through `role`.
    `cause_lookups` and `cause_calls` bound what is asked about the changes of a list, in all calls of a run:
    questions to the ledger, and to SES (GetSuppressedDestination, which its programs need as well).
    `forgetting_key` names the parameter with the key of the hashes of people who were forgotten.
    `first_rate` is requests a second to SES at first; its answers then teach the rate.
    """

    bucket: str
    page_size: int = 1_000
    pages_per_part: int = 50
    rows_per_part: int = 100_000
    chain_restarts: int = 5
    margin_seconds: int = 30
    ledger_account: str = ""
    ledger_table: str = ""
    owner_accounts: frozenset[str] = frozenset()
    delegate_accounts: frozenset[str] = frozenset()
    role: CrossAccountRole = NO_ROLE
    accounts_path: str = ""
    cause_lookups: int = 5_000
    cause_calls: int = 100
    first_rate: int = 1
    forgetting_key: str = ""

    @classmethod
    def from_environment(cls, environment: Environment) -> "ExportSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""

        def limit(name: str, default: int, most: int = 1_000_000, least: int = 1) -> int:
            return read_number(environment, f"SUPPRESSION_{name}", least, most, default)

        return cls(
            read_text(environment, "REPUTATION_BUCKET"),
            limit("PAGE_SIZE", 1_000, most=1_000),
            limit("PAGES_PER_PART", 50),
            limit("ROWS_PER_PART", 100_000),
            limit("CHAIN_RESTARTS", 5),
            limit("MARGIN_SECONDS", 30),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_text(environment, "LEDGER_TABLE"),
            read_accounts(environment, "OWNER_ACCOUNTS"),
            read_accounts(environment, "DELEGATE_ACCOUNTS"),
            CrossAccountRole(
                read_role_name(environment, "READING_ROLE_NAME"), read_external_id(environment, "EXTERNAL_ID")
            ),
            read_parameter_path(environment, "ACCOUNTS_PATH"),
            limit("CAUSE_LOOKUPS", 5_000, least=0),
            limit("CAUSE_CALLS", 100, least=0),
            limit("FIRST_RATE", 1, most=50),
            read_parameter_path(environment, "FORGETTING_KEY_PARAMETER"),
        )
