"""What an operator can set about assessments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.environment import (
    Environment,
    read_account,
    read_choice,
    read_external_id,
    read_number,
    read_optional_topic,
    read_optional_url,
    read_owners,
    read_percentage,
    read_role_name,
    read_text,
    read_volumes,
)
from ses_reputation.errors import SettingsError
from ses_reputation.parties import Ownership
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds

_RATES: Mapping[Measure, str] = {Measure.BOUNCES: "BOUNCE_RATE", Measure.COMPLAINTS: "COMPLAINT_RATE"}
_MOST_MAILS = 999_999_999
_MOST_ENTITIES = 1_000


@dataclass(frozen=True, slots=True)
class AssessmentSettings:
    """Settings of functions/assess_reputation; protection_role_name is empty where no other account has one;
    external_id is what that role asks for.

    entities_with_metrics: how many have metrics of their own at most, those with most mail. chat_topic_arn,
    statement_base_url: empty where the stack has no chat topic, and no place that serves its statements.
    identity_owners: accounts by the domain or address that they own, of those that are not of the ledger's.
    """

    ledger_table: str
    ledger_account: str
    stack_name: str
    alert_topic_arn: str
    event_bus_name: str
    protection: ProtectionMode
    protection_role_name: str
    rules: StandingRules
    entities_with_metrics: int = 5
    external_id: str = ""
    chat_topic_arn: str = ""
    statement_base_url: str = ""
    identity_owners: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Environment) -> "AssessmentSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_text(environment, "STACK_NAME"),
            read_text(environment, "ALERT_TOPIC_ARN"),
            read_text(environment, "EVENT_BUS_NAME"),
            read_choice(environment, "PROTECTION", ProtectionMode),
            read_role_name(environment, "PROTECTION_ROLE_NAME"),
            rules_from_environment(environment),
            read_number(environment, "ENTITIES_WITH_METRICS", 0, _MOST_ENTITIES),
            read_external_id(environment, "EXTERNAL_ID"),
            read_optional_topic(environment, "CHAT_TOPIC_ARN"),
            read_optional_url(environment, "STATEMENT_BASE_URL"),
            read_owners(environment, "IDENTITY_OWNERS"),
        )

    @property
    def ownership(self) -> Ownership:
        """Which account owns an identity."""
        return Ownership(self.ledger_account, self.identity_owners)

    @property
    def role(self) -> CrossAccountRole:
        """The role that pauses sets in other accounts."""
        return CrossAccountRole(self.protection_role_name, self.external_id)


def rules_from_environment(environment: Environment) -> StandingRules:
    """Read the rules of standings; rates are in percent. Raises SettingsError like the settings."""
    return StandingRules(
        thresholds={measure: _thresholds(environment, name) for measure, name in _RATES.items()},
        volume=read_number(environment, "VOLUME_WINDOW", 1, _MOST_MAILS),
        account_volumes=read_volumes(environment, "ACCOUNT_VOLUME_WINDOWS"),
    )


def _thresholds(environment: Environment, rate: str) -> Thresholds:
    names = [f"{standing.upper()}_{rate}" for standing in Standing if standing is not Standing.HEALTHY]
    watch, review, pause = (read_percentage(environment, name) for name in names)
    if not 0 < watch < review < pause <= 1:
        raise SettingsError(f"{', '.join(names)} have to ascend, from above 0 to at most 100")
    return Thresholds(watch, review, pause)
