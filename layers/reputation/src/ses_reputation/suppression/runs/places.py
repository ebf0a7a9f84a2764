"""Which accounts and Regions a run exports."""

from collections.abc import Iterable

from ses_reputation.doctor.reading.scope import places_to_read
from ses_reputation.feedback.provenance import Registry
from ses_reputation.regions import is_opt_in
from ses_reputation.registration.register import open_register
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.settings import ExportSettings


def find_places(
    settings: ExportSettings, own: AccountRegion, known: Iterable[AccountRegion]
) -> list[AccountRegion]:
    """Return each account and Region whose lists are exported, the ledger's own first.

    As the hourly checks have it: every registered account in the ledger's Region and in each that mail came
    from; without a role that leads into the others, the own account only. In an opt-in Region, an account
    that never sent from there is left out: it may not have enabled the Region, and has got no feedback
    there that would suppress anybody. known: who sent from where, by the ledger's registry.
    Raises UnavailableError where Parameter Store has some of the accounts and fails.
    """
    sent = set(known)
    accounts = (own.account, *(sorted(_registered(settings) - {own.account}) if settings.role.name else ()))
    every = map(AccountRegion._make, places_to_read(accounts, own.region, {each.region for each in sent}))
    return [each for each in every if each.region == own.region or each in sent or not is_opt_in(each.region)]


def _registered(settings: ExportSettings) -> frozenset[str]:
    listed = Registry(settings.owner_accounts, settings.delegate_accounts)
    register = open_register(listed, settings.accounts_path)
    registry = listed if register is None else register.registry_for(())
    return registry.owners | registry.delegates
