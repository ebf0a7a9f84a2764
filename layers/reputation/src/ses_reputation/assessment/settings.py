"""The settings of functions/assess_reputation, read from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from re import ASCII
from re import compile as pattern

from ses_reputation.environment import read_account, read_text
from ses_reputation.errors import SettingsError
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds

_RATES: Mapping[Measure, str] = {Measure.BOUNCES: "BOUNCE_RATE", Measure.COMPLAINTS: "COMPLAINT_RATE"}
_percent = pattern(r"\d{1,3}(\.\d{1,6})?", ASCII).fullmatch
_whole = pattern(r"[1-9]\d{0,8}", ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class AssessmentSettings:
    """Settings of functions/assess_reputation; protection_role_name is empty where no other account has
    one."""

    ledger_table: str
    ledger_account: str
    stack_name: str
    alert_topic_arn: str
    event_bus_name: str
    protection: ProtectionMode
    protection_role_name: str
    rules: StandingRules

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "AssessmentSettings":
        """Read the settings. Raises SettingsError naming the variable that is missing or malformed."""
        return cls(
            read_text(environment, "LEDGER_TABLE"),
            read_account(environment, "LEDGER_ACCOUNT"),
            read_text(environment, "STACK_NAME"),
            read_text(environment, "ALERT_TOPIC_ARN"),
            read_text(environment, "EVENT_BUS_NAME"),
            _protection(environment),
            environment.get("PROTECTION_ROLE_NAME", "").strip(),
            rules_from_environment(environment),
        )


def rules_from_environment(environment: Mapping[str, str]) -> StandingRules:
    """Read the rules of standings; rates are in percent. Raises SettingsError like the settings."""
    rules = StandingRules(
        thresholds={measure: _thresholds(environment, name) for measure, name in _RATES.items()},
        volume=_number(environment, "VOLUME_WINDOW"),
        minimum_volume=_number(environment, "MINIMUM_VOLUME"),
    )
    if rules.minimum_volume > rules.volume:
        raise SettingsError(
            f"MINIMUM_VOLUME is {rules.minimum_volume}: it may not be above VOLUME_WINDOW, {rules.volume}"
        )
    return rules


def _thresholds(environment: Mapping[str, str], rate: str) -> Thresholds:
    names = [f"{standing.upper()}_{rate}" for standing in Standing if standing is not Standing.HEALTHY]
    watch, review, pause = (_fraction(environment, name) for name in names)
    if not 0 < watch < review < pause <= 1:
        raise SettingsError(f"{', '.join(names)} have to ascend, from above 0 to at most 100")
    return Thresholds(watch, review, pause)


def _fraction(environment: Mapping[str, str], name: str) -> Fraction:
    value = read_text(environment, name)
    if not _percent(value):
        raise SettingsError(f"{name} is {value!r}: it takes a percentage such as 5 or 0.05")
    return Fraction(value) / 100


def _number(environment: Mapping[str, str], name: str) -> int:
    value = read_text(environment, name)
    if not _whole(value):
        raise SettingsError(f"{name} is {value!r}: it takes a whole number from 1 to 999999999")
    return int(value)


def _protection(environment: Mapping[str, str]) -> ProtectionMode:
    value = read_text(environment, "PROTECTION")
    if value not in list(ProtectionMode):
        raise SettingsError(f"PROTECTION is {value!r}: it takes one of {', '.join(ProtectionMode)}")
    return ProtectionMode(value)
