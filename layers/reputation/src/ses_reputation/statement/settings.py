"""What an operator can set about statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_reputation.assessment.settings import rules_from_environment
from ses_reputation.environment import Environment, read_account, read_account_names, read_owners, read_text
from ses_reputation.parties import Ownership
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.publishing import StatementPlan
from ses_reputation.statement.scopes import StatementParties


@dataclass(frozen=True, slots=True)
class StatementSettings:
    """Settings of functions/publish_statement.

    account_names: display names by account; an account that has one has a statement, mail or not.
    identity_owners: accounts by the domain or address that they own, of those that are not of the ledger's.
    """

    ledger_table: str
    bucket: str
    ledger_account: str
    stack_name: str
    rules: StandingRules
    account_names: Mapping[str, str] = field(default_factory=dict)
    identity_owners: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Environment) -> "StatementSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_text(environment, "REPUTATION_BUCKET"),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_text(environment, "STACK_NAME"),
            rules_from_environment(environment),
            read_account_names(environment, "ACCOUNT_NAMES"),
            read_owners(environment, "IDENTITY_OWNERS"),
        )

    @property
    def plan(self) -> StatementPlan:
        """Whose statements are made, and how."""
        ownership = Ownership(self.ledger_account, self.identity_owners)
        named = self.account_names.keys() - ownership.accounts
        parties = StatementParties(ownership, delegates=sorted(named))
        return StatementPlan(parties, self.rules, Naming(self.stack_name, self.account_names))
