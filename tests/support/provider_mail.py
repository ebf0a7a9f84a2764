"""Hours and days of mail to mailbox providers, made from the few numbers that a test is about."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of

DELEGATE = "444455556666"
NOW = datetime(2026, 11, 22, 16, 35, tzinfo=UTC)


def mail_of(
    hour: str,
    outcomes: Mapping[str, int],
    followed: Mapping[str, int] | None = None,
    *,
    provider: str = "microsoft",
    configuration_set: str = "newsletter",
    account: str = DELEGATE,
    identity: str = "example.com",
) -> HourBalance:
    """One hour of mail of one configuration set to one provider."""
    sender_hour = SenderHour(account, "us-east-1", identity, hour)
    return HourBalance(
        sender_hour,
        pages=1,
        counts={configuration_set: {provider: dict(outcomes)}},
        followed={configuration_set: {provider: dict(followed)}} if followed else {},
    )


def delayed_mail(
    hour: str,
    sent: int,
    delayed: int = 0,
    *,
    delay_type: str = "ip_failure",
    provider: str = "microsoft",
    configuration_set: str = "newsletter",
    account: str = DELEGATE,
) -> HourBalance:
    """One hour of mail of which some is delayed, all in one way, and still open; the rest took 10 s."""
    outcomes = {"sent": sent, f"delayed_{delay_type}": delayed, "delivered_within_10s": sent - delayed}
    followed = {"delayed_still_open": delayed}
    return mail_of(
        hour,
        _above_0(outcomes),
        _above_0(followed),
        provider=provider,
        configuration_set=configuration_set,
        account=account,
    )


def days_of(hours: Iterable[HourBalance]) -> list[DayBalance]:
    """The day balances of hours."""
    return day_balances_of(hours)


def usual_week(sent: int, delayed: int = 0, provider: str = "microsoft") -> list[DayBalance]:
    """The seven days before yesterday (of NOW), each with the same mail."""
    return days_of(
        delayed_mail(f"2026-11-{day}T10", sent, delayed, provider=provider) for day in range(14, 21)
    )


def _above_0(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}
