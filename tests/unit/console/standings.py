"""Entities for the tests of the console, assessed by the real rules from mail that is made up here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ses_reputation.assessment.evaluate_entity import EntityEvaluation, entity_to_json
from ses_reputation.assessment.official_rates import with_official_rates
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.findings.detectors import detect_all
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.ledger.balance import Counts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import AccountDayBalance, day_balances_of
from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    entities_of,
    identity_entity,
)
from ses_reputation.standing.evaluation import evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.statistics.send_statistics import SendStatistics
from tests.support.balances import posted_balance
from tests.support.evaluated import assess
from tests.support.mail import account_days_of, unreadable_within

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
AGENCY = SenderIdentity("444455556666", "us-east-1", "example.com")
OWN = SenderIdentity("111122223333", "us-east-1", "example.com")
SMALL = SenderIdentity("777788889999", "eu-west-1", "tiny.example.org")
AGENCY_ENTITY, OWN_ENTITY = account_entity(*AGENCY[:2]), account_entity(*OWN[:2])
SMALL_ENTITY = account_entity(*SMALL[:2])
IDENTITY_ENTITY = identity_entity("example.com")
OPEN = {"delayed": 80, "without_outcome": 1_200}
SES_RATES = {"bounce_rate": 0.049, "complaint_rate": 0.0003, "rates_at": "2026-11-22T09:00:00+00:00"}


def make_balances(now: datetime = NOW) -> list[Balance]:
    """Mail of ten days: the agency's bounces rise on the last, and Microsoft defers; little of the third."""
    return list(_agency(now)) + list(_own(now)) + list(_small(now))


def _agency(now: datetime) -> Iterator[Balance]:
    for back in range(240):
        is_bad = back < 20
        bounces = 8 if is_bad else 1
        microsoft = {"sent": 20, "delivered_within_10s": 19}
        if is_bad:
            microsoft |= {"delivered_within_10s": 11, "delivered_within_1h": 4, "delayed_ip_failure": 8}
        counts: Counts = {
            "newsletter": {
                "gmail": {"sent": 60, "delivered_within_10s": 52, "bounced_permanent_no_email": bounces},
                "microsoft": microsoft,
            },
            "receipts": {"yahoo": {"sent": 10, "delivered_within_1m": 10}},
        }
        if back == 30:
            counts["receipts"]["yahoo"]["complained_abuse"] = 1
        ends = {"delayed_then_delivered": 4, "delayed_still_open": 4}
        followed: Counts = {"newsletter": {"microsoft": ends}} if is_bad else {}
        yield posted_balance(SenderHour(*AGENCY, hour_back(now, back)), counts=counts, followed=followed)


def _own(now: datetime) -> Iterator[Balance]:
    for back in range(240):
        counts: Counts = {"transactional": {"gmail": {"sent": 50, "delivered_within_10s": 50}}}
        yield posted_balance(SenderHour(*OWN, hour_back(now, back)), counts=counts)


def _small(now: datetime) -> Iterator[Balance]:
    counts: Counts = {"welcome": {"yahoo": {"sent": 300, "bounced_permanent_general": 30}}}
    yield posted_balance(SenderHour(*SMALL, hour_back(now, 5)), counts=counts)


def hour_back(now: datetime, back: int) -> str:
    return f"{now - timedelta(hours=back):%Y-%m-%dT%H}"


class Ledger:
    """The part of the ledger's table that commands read, assessed at `now`."""

    def __init__(
        self,
        now: datetime = NOW,
        balances: list[Balance] | None = None,
        statistics: Iterable[SendStatistics] = (),
    ) -> None:
        self.balances = make_balances(now) if balances is None else balances
        self.days = day_balances_of(gather_hours(self.balances))
        self.statistics = list(statistics)
        self.saved: list[tuple[EntityState, list[Transition]]] = []
        self.states: dict[ReputationEntity, EntityState] = {}
        self.stored_transitions: dict[ReputationEntity, list[Transition]] = {}
        for entity, senders in entities_of(self.senders()).items():
            self.states[entity], self.stored_transitions[entity] = self._assess(entity, senders, now)

    def senders(self) -> list[SenderIdentity]:
        return sorted({day.sender for day in self.days})

    def read_statistics(self) -> list[SendStatistics]:
        return self.statistics

    def read_watermark(self) -> datetime | None:
        return None

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        return dict(self.states)

    def transitions(self, entity: ReputationEntity, limit: int) -> list[Transition]:
        return self.stored_transitions[entity][:limit]

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        return [
            balance
            for balance in self.balances
            if balance.shard.segment.account_hour[:2] == (account, region)
            and first_day <= balance.shard.segment.account_hour.send_hour[:10] <= last_day
        ]

    def read_days(self, account: str, region: str, first_day: str, last_day: str) -> list[AccountDayBalance]:
        stored = account_days_of(gather_hours(self.balances))
        return [
            each
            for each in stored
            if each.account_day[:2] == (account, region) and first_day <= each.account_day.day <= last_day
        ]

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> list[AccountDayBalance]:
        found = self.read_days(account, region, first_day, last_day)
        return [replace(each, days=unreadable_within(each.days, set())) for each in found]

    def save(self, state: EntityState, transitions: list[Transition]) -> bool:
        stored = self.states.get(state.entity)
        if state.version != (stored.version if stored else 0) + 1:
            return False
        self.states[state.entity] = state
        self.saved.append((state, transitions))
        return True

    def _assess(
        self, entity: ReputationEntity, senders: list[SenderIdentity], now: datetime
    ) -> tuple[EntityState, list[Transition]]:
        rules, days = StandingRules(), [day for day in self.days if day.sender in senders]
        history = History(entity, days, now)
        own = [each for each in self.statistics if each.place == (entity.name, entity.region)]
        reading = own[0] if own else None
        evaluations = with_official_rates(evaluate_standing(history, {}, rules), reading, {}, rules, now)
        hours = [
            hour for hour in gather_hours(self.balances) if SenderIdentity(*hour.sender_hour[:3]) in senders
        ]
        detections = detect_all(EntityMail(history, hours, reading, rules))
        ses: dict[str, Any] = {"ses": SES_RATES} if entity == AGENCY_ENTITY else {}
        if reading:
            ses = {"ses": entity_to_json(evaluations, history, reading, hours)["ses"]}
        view = {"measures": evaluation_to_json(evaluations, history), "open": OPEN, **ses}
        return assess(None, EntityEvaluation(entity, evaluations, detections, view), now, "prod")
