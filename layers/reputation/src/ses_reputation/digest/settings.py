"""What an operator can set about digests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_reputation.environment import (
    Environment,
    read_account,
    read_optional_topic,
    read_optional_url,
    read_owners,
    read_text,
)
from ses_reputation.parties import Ownership


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """Settings of functions/send_digest.

    chat_topic_arn, statement_base_url: empty where the stack has no chat topic, and no place that serves its
    statements. identity_owners: as AssessmentSettings has them.
    """

    ledger_table: str
    bucket: str
    ledger_account: str
    stack_name: str
    alert_topic_arn: str
    chat_topic_arn: str = ""
    statement_base_url: str = ""
    identity_owners: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Environment) -> "DigestSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_text(environment, "REPUTATION_BUCKET"),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_text(environment, "STACK_NAME"),
            read_text(environment, "ALERT_TOPIC_ARN"),
            read_optional_topic(environment, "CHAT_TOPIC_ARN"),
            read_optional_url(environment, "STATEMENT_BASE_URL"),
            read_owners(environment, "IDENTITY_OWNERS"),
        )

    @property
    def ownership(self) -> Ownership:
        """Which account owns an identity."""
        return Ownership(self.ledger_account, self.identity_owners)
