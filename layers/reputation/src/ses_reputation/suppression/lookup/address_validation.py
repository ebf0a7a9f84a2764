"""Whether SES may hold mail back that no list names: its address validation, as a snapshot recorded it.

Amazon SES v2 API: `ValidationAttributes` of GetAccount's SuppressionAttributes, `ValidationOptions` of a
configuration set's SuppressionOptions, each with ConditionThreshold.ConditionThresholdEnabled. What it holds
back bounces as EmailValidationSuppressed, and is on no list (SES developer guide, "Auto Validation").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AddressValidation:
    """Where address validation is on: for the account, and in which configuration sets that override it.

    is_on_for_account: None where the account's settings were not read.
    """

    is_on_for_account: bool | None
    sets: tuple[str, ...] = ()

    @property
    def may_hold_mail_back(self) -> bool:
        """Whether it is on anywhere, as far as is known."""
        return bool(self.is_on_for_account or self.sets)


def validation_of(settings: Mapping[str, Any] | None) -> AddressValidation:
    """Read where validation is on from the settings that a manifest has."""
    settings = settings or {}
    account = settings.get("account")
    sets = settings.get("configuration_sets") or {}
    return AddressValidation(
        None if account is None else _is_on(account.get("ValidationAttributes")),
        tuple(
            sorted(name for name, options in sets.items() if _is_on((options or {}).get("ValidationOptions")))
        ),
    )


def _is_on(validation: Mapping[str, Any] | None) -> bool:
    threshold = (validation or {}).get("ConditionThreshold") or {}
    return threshold.get("ConditionThresholdEnabled") == "ENABLED"
