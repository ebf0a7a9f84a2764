"""How mailbox providers take the mail."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ses_reputation.delivery.delays import DeliveryTime, ProviderView, view_providers
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.rates import plain_value
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.mail import DeferralView, ProviderLine

MOST_PROVIDERS = 10


def view_provider_lines(
    hours: Sequence[HourBalance],
    days: Iterable[DayBalance],
    deferrals: Mapping[str, DeferralView],
    now: datetime,
) -> tuple[ProviderLine, ...]:
    """Return how the ten biggest providers took the mail of the last 24 hours, most first.

    hours: of today and yesterday; days: back to the eighth day before today; deferrals: by provider.
    """
    views = view_providers(hours, days, now)[:MOST_PROVIDERS]
    return tuple(_line(view, deferrals.get(view.provider)) for view in views)


def _line(view: ProviderView, deferral: DeferralView | None) -> ProviderLine:
    recent, usual = view.recent, view.usual
    return ProviderLine(
        provider=shown(view.provider),
        title=view.title,
        sends=view.sends,
        delivered=view.ends.delivered,
        delayed=recent.delayed,
        bounced=view.ends.bounced,
        waiting=view.ends.waiting,
        delayed_of=recent.share.denominator if recent.share else 0,
        delayed_share=plain_value(recent.share),
        usual_sends=usual.sends,
        usual_delayed_share=plain_value(usual.share),
        within_50=_time_text(recent.delivery_time(50)),
        within_95=_time_text(recent.delivery_time(95)),
        deferral=deferral,
    )


def _time_text(time: DeliveryTime | None) -> str:
    return time.title if time else ""
