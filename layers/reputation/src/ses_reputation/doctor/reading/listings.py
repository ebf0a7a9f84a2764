"""What an account has in a Region, by name, and one configuration set: the doctor and exports ask alike.

subject: `444455556666 in us-east-1`, or an ARN. sesv2: a client of that place.
"""

from collections.abc import Mapping
from typing import Any

from ses_reputation.doctor.reading.asking import Asker


def list_sets(asker: Asker, subject: str, sesv2: Any) -> list[str] | None:
    """Return the names of all configuration sets; None where that fails."""
    call = sesv2.list_configuration_sets
    return asker.ask_for_all("ses:ListConfigurationSets", subject, call, "ConfigurationSets")


def list_tenants(asker: Asker, subject: str, sesv2: Any) -> list[Mapping[str, Any]] | None:
    """Return what SES says of each tenant; None where that fails."""
    return asker.ask_for_all("ses:ListTenants", subject, sesv2.list_tenants, "Tenants")


def ask_set(asker: Asker, subject: str, sesv2: Any, name: str) -> Mapping[str, Any] | None:
    """Return GetConfigurationSet's answer; None where it fails."""
    return asker.ask(
        "ses:GetConfigurationSet", subject, lambda: sesv2.get_configuration_set(ConfigurationSetName=name)
    )
