"""The next state of an account by what SES has decided about it, and what changed on the way there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ses_reputation.standing.changes import AccountDecided, DecisionChange, TenantsDecided
from ses_reputation.standing.decision import SHUT_DOWN, is_changed
from ses_reputation.standing.state import DecisionState, EntityState
from ses_reputation.statistics.decisions import SesDecision, TenantDecision


def apply_decision(
    before: EntityState, read: SesDecision, now: datetime
) -> tuple[EntityState, list[DecisionChange]]:
    """Return an account's next state, and the changes to publish; pure.

    read: the latest reading. One that is not later than what is remembered changes nothing. What SES did not
    say, or could not be asked, stays as it was remembered. The changes' ids are added to `unpublished`; where
    there is none, the state is only refreshed.
    """
    known = before.decision
    if known and read.read_at <= known.latest.read_at:
        return before, []
    latest = _completed(known.latest if known else None, read)
    tenants = known.tenants if known else {}
    changes: list[DecisionChange] = []
    if is_changed(known.latest if known else None, latest):
        last, since = (known.latest, known.since) if known else (None, None)
        changes.append(AccountDecided(now, last, since, latest))
    of_tenants = _compare(tenants, read, now)
    since = latest.read_at if changes or not known else known.since
    if of_tenants:
        changes.append(of_tenants)
    decision = DecisionState(replace(latest, tenants=None), since, _remembered(tenants, read))
    state = replace(
        before,
        version=before.version + 1,
        decision=decision,
        unpublished=before.unpublished + tuple(each.id for each in changes),
    )
    return state, changes


def _completed(known: SesDecision | None, read: SesDecision) -> SesDecision:
    """Return a reading with what SES did not say, or what a shutdown hides, as it was known."""
    if known is None:
        return read
    if not read.enforcement_status:
        read = replace(read, enforcement_status=known.enforcement_status)
    if read.enforcement_status == SHUT_DOWN:
        read = replace(read, is_sending_enabled=known.is_sending_enabled)
    return read


def _compare(known: Mapping[str, TenantDecision], read: SesDecision, now: datetime) -> TenantsDecided | None:
    if read.tenants is None:
        return None
    worse = {name: each for name, each in read.tenants.items() if _is_worse(known.get(name), each)}
    stopped = {name: each for name, each in worse.items() if each.is_stopped}
    severe = {name: each for name, each in worse.items() if not each.is_stopped}
    over = {name: each for name, each in known.items() if _is_over(each, name, read)}
    eased = {name: each for name, each in read.tenants.items() if _is_eased(known.get(name), each)}
    return TenantsDecided(now, stopped, severe, eased, over) if worse or eased or over else None


def _is_worse(known: TenantDecision | None, read: TenantDecision) -> bool:
    if known is None or not known.is_severe:
        return read.is_severe
    return read.is_stopped and not known.is_stopped


def _is_eased(known: TenantDecision | None, read: TenantDecision) -> bool:
    return known is not None and known.is_severe and not known.is_stopped and not read.is_severe


def _is_over(known: TenantDecision, name: str, read: SesDecision) -> bool:
    """Return whether a tenant sends again, or has no severe problem any more.

    One that is not named where more are severe than are kept may be among those.
    """
    tenants = read.tenants or {}
    if name in tenants:
        return known.is_stopped and not tenants[name].is_stopped
    return known.is_severe and not read.tenants_left_out


def _remembered(known: Mapping[str, TenantDecision], read: SesDecision) -> Mapping[str, TenantDecision]:
    return known if read.tenants is None else read.tenants
