"""How mailbox providers take the mail."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ses_reputation.delivery.delays import RECENT_HOURS, DeliveryTime, ProviderView, view_providers
from ses_reputation.delivery.warm_up import view_warm_up
from ses_reputation.hours import hours_back
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import plain_value
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.mail import DeferralView, ProviderLine
from ses_reputation.tallies import total_by_key

MOST_PROVIDERS = 10
_WAITING, _BOUNCED_LATE = "sent_without_outcome", "delivered_then_bounced"


def view_provider_lines(
    hours: Sequence[HourBalance],
    days: Iterable[DayBalance],
    deferrals: Mapping[str, DeferralView],
    now: datetime,
) -> tuple[ProviderLine, ...]:
    """Return how the ten biggest providers took the mail of the last 24 hours, most first.

    hours: of today and yesterday; days: back to the eighth day before today; deferrals: by provider.
    """
    latest = set(hours_back(now, RECENT_HOURS))
    recent = [hour for hour in hours if hour.sender_hour.send_hour in latest]
    bounced = total_by_key(
        (each.stream.provider, each.bounced) for each in view_warm_up(day_balances_of(recent))
    )
    waiting, bounced_late = (_followed(recent, name) for name in (_WAITING, _BOUNCED_LATE))
    return tuple(
        _line(
            view,
            _Ends(
                sum(view.recent.deliveries.values()) - bounced_late.get(view.provider, 0),
                bounced.get(view.provider, 0),
                waiting.get(view.provider, 0),
            ),
            deferrals,
        )
        for view in view_providers(hours, days, now)[:MOST_PROVIDERS]
    )


def _followed(hours: Iterable[HourBalance], name: str) -> dict[str, int]:
    return total_by_key(
        (provider, figures.get(name, 0))
        for hour in hours
        for providers in hour.followed.values()
        for provider, figures in providers.items()
    )


class _Ends(NamedTuple):
    """What became of a provider's mail, each mail once: what bounced after its delivery is not delivered."""

    delivered: int
    bounced: int
    waiting: int


def _line(view: ProviderView, ends: _Ends, deferrals: Mapping[str, DeferralView]) -> ProviderLine:
    recent, usual = view.recent, view.usual
    # More outcomes than sends are known where a Send event was lost.
    sends = max(recent.sends, sum(ends))
    return ProviderLine(
        provider=shown(view.provider),
        title=view.title,
        sends=sends,
        delivered=ends.delivered,
        delayed=recent.delayed,
        bounced=ends.bounced,
        waiting=ends.waiting,
        delayed_share=round(recent.delayed / sends, 6) if sends else None,
        usual_sends=usual.sends,
        usual_delayed_share=plain_value(usual.share),
        within_50=_time_text(recent.delivery_time(50)),
        within_95=_time_text(recent.delivery_time(95)),
        deferral=deferrals.get(view.provider),
    )


def _time_text(time: DeliveryTime | None) -> str:
    return time.title if time else ""
