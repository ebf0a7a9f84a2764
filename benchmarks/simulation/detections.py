"""Findings of simulated mail, by the product's own detectors: false ones, and how soon true ones come."""

from dataclasses import dataclass
from math import inf

import numpy as np

from benchmarks.ses_counts import Sending as SendingOfAccount
from benchmarks.ses_counts import measure
from benchmarks.simulation.compared import Spread, draws_of
from benchmarks.simulation.deferrals import Sender, Unevenness, false_findings, hours_until_found
from benchmarks.simulation.histories import SenderMail
from benchmarks.simulation.sending import DAY, WEEK, Sending, sends_by_hour
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState, FindingKind
from ses_reputation.findings.rate_spikes import detect
from ses_reputation.rates.thresholds import StandingRules

_SPIKE_SENDERS, _SPIKE_HOURS = 40, 72
_USUAL_DAYS = 32
_DEFERRAL_YEARS, _DEFERRED, _DEFERRAL_SENDERS = 2, 0.5, 30
_ACCOUNTS = 4
"""Of each way of sending; each is compared hourly for twelve days."""


@dataclass(frozen=True, slots=True)
class SpikeFound:
    """How many hours after bounces jump from 1 to 6 % the rise is found."""

    sending: Sending
    a_day: int
    hours: Spread


@dataclass(frozen=True, slots=True)
class FalseDeferrals:
    """Deferral findings a year of healthy mail to one provider, whose delays are uneven (1 +- 1.4 %)."""

    unevenness: Unevenness
    a_day: int
    a_year: Spread


@dataclass(frozen=True, slots=True)
class DeferralFound:
    """How many hours after a provider begins to defer half of all mail it is found."""

    a_day: int
    hours: Spread


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Accounts that lost nothing, hours in which they were compared with SES's counts, and false findings."""

    sending: SendingOfAccount
    accounts: int
    comparisons: int
    with_findings: int


def measure_spike(sending: Sending, a_day: int) -> SpikeFound:
    """Assess senders hourly, from the hour in which their bounces jump on."""
    draws = draws_of(f"spike {sending} {a_day}", _SPIKE_SENDERS)
    return SpikeFound(sending, a_day, Spread.of([_hours_until_spike(sending, a_day, draw) for draw in draws]))


def _hours_until_spike(sending: Sending, a_day: int, draw: np.random.Generator) -> float:
    change = _USUAL_DAYS * DAY + int(draw.integers(WEEK))
    sends = sends_by_hour(sending, a_day, change + _SPIKE_HOURS, draw)
    bounces = draw.binomial(sends, np.where(np.arange(len(sends)) < change, 0.01, 0.06))
    mail = SenderMail(sends.tolist(), bounces.tolist(), [0] * len(sends))
    for hour in range(change, len(sends)):
        found = detect(EntityMail(mail.history_at(hour), (), None, StandingRules()))
        if (FindingKind.BOUNCE_SPIKE, DetectionState.FIRING) in [(each.kind, each.state) for each in found]:
            return hour - change + 1
    return inf


def measure_false_deferrals(unevenness: Unevenness, a_day: int) -> FalseDeferrals:
    """Assess healthy senders hourly for a year each."""
    sender = Sender(a_day, unevenness)
    found = [false_findings(sender, 365, seed) for seed in range(_DEFERRAL_YEARS)]
    return FalseDeferrals(unevenness, a_day, Spread.of(found))


def measure_deferral(a_day: int) -> DeferralFound:
    """Assess senders of whose mail half is deferred from a random minute on."""
    found = [hours_until_found(Sender(a_day), _DEFERRED, seed) for seed in range(_DEFERRAL_SENDERS)]
    return DeferralFound(a_day, Spread.of([inf if each is None else each for each in found]))


def measure_reconciliation(sending: SendingOfAccount) -> Reconciled:
    """Compare accounts hourly with points that SES stamps at any minute, by their beginning or their end."""
    found = measure(sending, _ACCOUNTS, most_lost=0.0)
    return Reconciled(sending, found.accounts, found.comparisons, found.by_detector)
