"""The window that SES seems to rate an account over, fitted to the mail that the ledger knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ses_reputation.environment import read_volumes
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rates.window_fit import FEWEST_POINTS, NoFit, WindowFit, fit_window
from ses_reputation.rollup.entities import EntityKind, ReputationEntity, SenderIdentity
from ses_reputation.rollup.rate_counts import EVERYTHING, NO_COUNTS
from ses_reputation.rollup.sender_mail import MailTable, read_mail
from ses_reputation.statistics.send_statistics import SendStatistics

# Four weeks of published rates with a month of mail before them, or the year that the ledger knows.
_DAYS_READ = (60, 366)
_ENOUGH_BEFORE = 200_000


class LedgerTable(MailTable, Protocol):
    """What is read of the ledger's table."""

    def senders(self) -> Iterable[SenderIdentity]:
        """Return who sends, and with which identity."""

    def read_statistics(self) -> list[SendStatistics]:
        """Return what SES counted, of each account and Region that was read."""


@dataclass(frozen=True, slots=True)
class AccountWindow:
    """The volume that an account is rated over, and what SES's own rate says of it."""

    volume: int
    fit: WindowFit | NoFit


def read_account_window(
    table: LedgerTable, entity: ReputationEntity, parameters: Mapping[str, str], now: datetime
) -> AccountWindow | None:
    """Return an account's window as of an aware time; None for an identity, which SES does not rate.

    parameters: those of the ledger's stack. Raises SettingsError where AccountVolumeWindows is malformed, and
    UnavailableError and StateError where the table cannot be read.
    """
    if entity.kind is not EntityKind.ACCOUNT:
        return None
    rules = StandingRules(
        volume=int(parameters.get("VolumeWindow", StandingRules().volume)),
        account_volumes=read_volumes(parameters, "AccountVolumeWindows"),
    )
    return AccountWindow(rules.of(entity).volume, _fit(table, entity, now))


def _fit(table: LedgerTable, entity: ReputationEntity, now: datetime) -> WindowFit | NoFit:
    place = (entity.name, entity.region)
    published = next((each.bounce_rates for each in table.read_statistics() if each.place == place), {})
    if len(published) < FEWEST_POINTS:
        return NoFit.FEW_RATES
    senders = [sender for sender in table.senders() if sender[:2] == place]
    first = min(published)
    for days in _DAYS_READ:
        mail = read_mail(table, senders, now, days)
        before = sum(day.totals.get(EVERYTHING, NO_COUNTS).sends for day in mail.days if day.day < first)
        if before >= _ENOUGH_BEFORE:
            break
    return fit_window(mail.days, published)
