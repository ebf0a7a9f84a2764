"""Asks SES what it has decided about accounts, several at a time, and keeps it."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.doctor.facts.sending import AccountState
from ses_reputation.doctor.reading.account_state import read_account_state
from ses_reputation.doctor.reading.asking import Asker, CallPace
from ses_reputation.doctor.reading.messaging import ConnectTo
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.decisions import (
    DISABLED,
    MOST_LETTERS,
    MOST_TENANTS,
    SesDecision,
    TenantDecision,
)
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.time_left import OUT_OF_TIME, HasTime

_AT_ONCE = 8


class DecisionStore(Protocol):
    """Where decisions are kept, the latest of each account and Region."""

    def put_decision(self, decision: SesDecision) -> None:
        """Keep a decision in place of the one before it. Raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class DecisionsOutcome:
    """How SES sees each account that was read and kept; the places that were not, and why; and every call
    that failed."""

    states: Mapping[tuple[str, str], AccountState]
    failed: Mapping[AccountRegion, str]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionReader:
    """Asks for decisions. connect: makes clients of any registered account; clock: what time it is (UTC).

    has_time: asked before each place. Two calls in a row are not paced, but for SES throttling them.
    """

    store: DecisionStore
    connect: ConnectTo
    has_time: HasTime
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def read(self, places: Iterable[AccountRegion]) -> DecisionsOutcome:
        """Ask about each place, and keep the answer at once: the sooner, the sooner people hear of it.

        A place that fails keeps its previous decision. Nothing raises UnavailableError.
        """
        chosen = list(places)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            read = list(threads.map(self._read, chosen))
        return DecisionsOutcome(
            {place: state for place, (state, _, _) in zip(chosen, read, strict=True) if state},
            {place: cause for place, (_, cause, _) in zip(chosen, read, strict=True) if cause},
            tuple(each for _, _, unread in read for each in unread),
        )

    def _read(self, place: AccountRegion) -> tuple[AccountState | None, str, list[Unread]]:
        if not self.has_time():
            return None, OUT_OF_TIME, []
        account, region = place
        asker, subject = Asker(f"the reading of {account}", CallPace(self.sleep, 0.0)), " in ".join(place)
        sesv2 = asker.ask("sts:AssumeRole", subject, lambda: self.connect(account, "sesv2", region))
        read_at = self.clock()
        state = read_account_state(asker, subject, sesv2) if sesv2 else None
        if sesv2 is None or state is None:
            return None, asker.unread[-1].error_code, asker.unread
        entities = asker.ask_for_all(
            "ses:ListReputationEntities", subject, sesv2.list_reputation_entities, "ReputationEntities"
        )
        try:
            self.store.put_decision(_decision(place, read_at, state, entities))
        except UnavailableError as error:
            return None, str(error), asker.unread
        return state, "", asker.unread


def _decision(
    place: AccountRegion, read_at: datetime, state: AccountState, entities: list[Any] | None
) -> SesDecision:
    tenants = None if entities is None else _severe_first(entities)
    kept = None if tenants is None else dict(tenants[:MOST_TENANTS])
    return SesDecision(
        *place,
        read_at=read_at,
        enforcement_status=state.enforcement_status,
        is_sending_enabled=state.is_sending_enabled,
        is_in_production=state.is_in_production,
        review_status=state.review_status,
        review_case=state.review_case,
        daily_quota=state.daily_quota,
        send_rate=state.send_rate,
        tenants=kept,
        tenants_left_out=sum(each.is_severe for _, each in (tenants or [])[MOST_TENANTS:]),
    )


def _severe_first(entities: Iterable[Mapping[str, Any]]) -> list[tuple[str, TenantDecision]]:
    """Return those that are stopped, then those with a severe problem, then with another, each by name."""
    tenants = ((_name_of(each["ReputationEntityReference"]), _tenant(each)) for each in entities)
    return sorted(
        ((name, each) for name, each in tenants if each.has_problem),
        key=lambda pair: (not pair[1].is_stopped, not pair[1].is_severe, pair[0]),
    )


def _name_of(reference: str) -> str:
    """Return the tenant's name in `arn:PARTITION:ses:us-east-1:444455556666:tenant/NAME/ID`."""
    resource = reference.split(":", 5)[-1]
    return resource.split("/")[1] if "/" in resource else resource


def _tenant(entity: Mapping[str, Any]) -> TenantDecision:
    by_ses, by_account = entity.get("AwsSesManagedStatus", {}), entity.get("CustomerManagedStatus", {})
    is_by_ses = by_ses.get("Status") == DISABLED
    record = by_ses if is_by_ses else by_account
    at = record.get("LastUpdatedTimestamp")
    return TenantDecision(
        entity.get("SendingStatusAggregate", ""),
        is_by_ses,
        record.get("Cause", "")[:MOST_LETTERS],
        at.astimezone(UTC) if at else None,
        entity.get("ReputationImpact", ""),
    )
