"""How configuration sets warm up at each mailbox provider: those that are new, or send through managed pools.

SES warms managed pools up by itself, for each provider (Amazon SES developer guide, "Dedicated IP addresses
(managed)"). Other sets have been warm for long.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from ses_reputation.delivery.warm_up import Stream, WarmUpDay, view_warm_up
from ses_reputation.hours import Day, day_of
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.facts.series import latest_days
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.mail import WarmUpRow
from ses_reputation.tallies import group_by
from ses_reputation.wording import provider_title

WARM_UP_DAYS = 14
MOST_STREAMS = 12
NEW_FOR = timedelta(days=45)
"""How long a set counts as new: SES warms standard addresses up within 45 days (Amazon SES developer guide,
"Warming up dedicated IP addresses")."""
MANAGED = "managed"


class SetKey(NamedTuple):
    """A configuration set of an account in a Region, as the ledger names it."""

    account: str
    region: str
    name: str


class _Warmth(NamedTuple):
    """What is known of how a set sends, in the words of WarmUpRow."""

    pool: str = ""
    pool_kind: str = ""
    first_day: str = ""

    @property
    def is_shown(self) -> bool:
        return self.pool_kind == MANAGED or bool(self.first_day)


def view_warm_up_rows(
    senders: Sequence[SenderIdentity], inputs: StatementInputs
) -> tuple[tuple[WarmUpRow, ...], int]:
    """Return two weeks of the twelve streams that send most, by set, then by provider; and other sets.

    Those are neither new nor on a managed pool: they are only counted.
    """
    days = latest_days(inputs.now, WARM_UP_DAYS)
    found = view_warm_up(day for day in inputs.days_of(senders) if day.day >= days[0])
    streams = group_by(found, lambda day: day.stream)
    set_of = {stream: SetKey(*stream[:3]) for stream in streams}
    warmth = {each: _warmth_of(each, senders, inputs) for each in set(set_of.values())}
    warming = [stream for stream in streams if warmth[set_of[stream]].is_shown]
    chosen = sorted(warming, key=lambda stream: -sum(day.sends for day in streams[stream]))[:MOST_STREAMS]
    rows = tuple(_row(stream, streams[stream], days, warmth[set_of[stream]]) for stream in sorted(chosen))
    return rows, sum(not each.is_shown for each in warmth.values())


def _warmth_of(each: SetKey, senders: Iterable[SenderIdentity], inputs: StatementInputs) -> _Warmth:
    first_day = inputs.first_day_of(senders, *each) or ""
    is_new = first_day > day_of(inputs.now - NEW_FOR)
    return _Warmth(*_pool_of(each, inputs), first_day if is_new else "")


def _pool_of(each: SetKey, inputs: StatementInputs) -> tuple[str, str]:
    """Return the pool of a set and its kind, as the doctor last read them."""
    for place in inputs.diagnoses:
        if place.place == each[:2] and each.name in place.set_pools:
            pool = place.set_pools[each.name]
            return shown(pool), place.pool_kinds.get(pool, "") if pool else "none"
    return "", ""


def _row(stream: Stream, found: Iterable[WarmUpDay], days: Sequence[Day], warmth: _Warmth) -> WarmUpRow:
    by_day: Mapping[str, WarmUpDay] = {each.day: each for each in found}
    name = "" if stream.configuration_set == NO_CONFIGURATION_SET else shown(stream.configuration_set)
    sends, delayed, bounced = (
        tuple(getattr(by_day[day], field) if day in by_day else 0 for day in days)
        for field in ("sends", "delayed", "bounced")
    )
    return WarmUpRow(
        account=stream.account,
        region=stream.region,
        configuration_set=name,
        title=f"{name or 'no configuration set'}, {stream.account} {stream.region}",
        provider=shown(stream.provider),
        provider_title=provider_title(stream.provider),
        days=tuple(days),
        sends=sends,
        delayed=delayed,
        bounced=bounced,
        pool=warmth.pool,
        pool_kind=warmth.pool_kind,
        first_day=warmth.first_day,
    )
