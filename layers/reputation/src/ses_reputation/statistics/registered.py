"""The accounts that are registered now, where the stack does not list all of them."""

from dataclasses import replace

from ses_reputation.feedback.provenance import Registry
from ses_reputation.registration.register import open_register
from ses_reputation.statistics.settings import StatisticsSettings


def with_registered(settings: StatisticsSettings) -> StatisticsSettings:
    """Return settings that have the accounts of Parameter Store too. Raises UnavailableError."""
    listed = Registry(settings.owner_accounts, settings.delegate_accounts)
    register = open_register(listed, settings.accounts_path)
    if register is None:
        return settings
    registered = register.registry_for(())
    return replace(settings, owner_accounts=registered.owners, delegate_accounts=registered.delegates)
