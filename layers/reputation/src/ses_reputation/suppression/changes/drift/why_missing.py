"""Why SES did not put a recipient on a list: what the snapshot's settings say.

Settings are as SES answers them (`settings` in manifests): `account` is GetAccount's SuppressionAttributes,
`configuration_sets` has the SuppressionOptions of each set, null where the set has none.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

_REASONS, _SCOPE = "SuppressedReasons", "SuppressionScope"


class WhyMissing(StrEnum):
    """Why a list lacks a recipient."""

    REMOVED = "removed"
    SWITCHED_OFF = "reason switched off for the account"
    SWITCHED_OFF_FOR_SET = "reason switched off for the configuration set"
    TENANT_SCOPE = "the configuration set adds to tenants' lists"
    SETTINGS_UNKNOWN = "settings unknown"
    UNEXPLAINED = "unexplained"


def explain_missing(settings: Mapping[str, Any] | None, reason: str, configuration_set: str) -> WhyMissing:
    """Return what settings say of mail of a set, "" for none, whose bounce or complaint added nobody.

    A set's own reasons, also an empty list of them, override those of the account (developer guide, "Using
    configuration set-level suppression to override your account-level suppression list"). The settings are
    those of the snapshot's time: what was switched since is not known.
    """
    account = (settings or {}).get("account")
    sets = (settings or {}).get("configuration_sets")
    if account is None or (configuration_set and (sets is None or configuration_set not in sets)):
        return WhyMissing.SETTINGS_UNKNOWN
    override = (sets or {}).get(configuration_set) or {}
    if override.get(_SCOPE) == "TENANT":
        return WhyMissing.TENANT_SCOPE
    if _REASONS in override:
        is_added = reason in override[_REASONS]
        return WhyMissing.UNEXPLAINED if is_added else WhyMissing.SWITCHED_OFF_FOR_SET
    return WhyMissing.UNEXPLAINED if reason in account.get(_REASONS, ()) else WhyMissing.SWITCHED_OFF
