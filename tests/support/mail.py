"""Mail as two feeds report it: facts by feed, added up by the ledger's own set algebra."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance import tally
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.ledger.pages import FactRun
from ses_reputation.rollup.day_balance import DayBalance, day_balances_of

AGENCY, PRODUCT, OWNER = "444455556666", "777788889999", "111122223333"
REGION = "us-east-1"
NOTHING: tuple[str, ...] = ()
EVERYTHING = ("sent", "delivered", "bounced", "complained")
BOUNCES_AND_COMPLAINTS = ("bounced", "complained")
_OUTCOMES = {
    "sent": Outcome.SENT,
    "delivered": Outcome.DELIVERED_WITHIN_10S,
    "bounced": Outcome.BOUNCED_PERMANENT_GENERAL,
    "complained": Outcome.COMPLAINED_ABUSE,
}


@dataclass(frozen=True, slots=True)
class Mail:
    """Dispatches of one configuration set ("": none), and the kinds of facts that each feed reports of them.

    All are sent; `bounced` of them bounce, `open` have no outcome, the others are delivered, of which
    `complained` complain.
    """

    sent: int
    bounced: int = 0
    complained: int = 0
    open: int = 0
    name: str = "newsletter"
    sender: Collection[str] = EVERYTHING
    owner: Collection[str] = BOUNCES_AND_COMPLAINTS

    def numbers(self, kind: str) -> range:
        """The dispatches that a kind of fact is true of."""
        ranges = {
            "sent": range(self.sent),
            "bounced": range(self.bounced),
            "delivered": range(self.bounced, self.sent - self.open),
            "complained": range(self.bounced, self.bounced + self.complained),
        }
        return ranges[kind]


def hour_of(
    hour: str, *mails: Mail, account: str = AGENCY, identity: str = "example.com", region: str = REGION
) -> HourBalance:
    """Return the sender-hour that the ledger makes of mails."""
    runs = [
        FactRun(
            (_OUTCOMES[kind], Provider.GMAIL, name, is_owners), array("Q", _dispatches(place, mail, kind))
        )
        for place, mail in enumerate(mails)
        for kinds, name, is_owners in ((mail.sender, mail.name, False), (mail.owner, "", True))
        for kind in kinds
    ]
    figures = tally(runs)
    sender_hour = SenderHour(account, region, identity, hour)
    return HourBalance(sender_hour, 0, 1, figures.counts, figures.followed, figures.coverage)


def _dispatches(place: int, mail: Mail, kind: str) -> Iterable[int]:
    return [place * 1_000_000 + number for number in mail.numbers(kind)]


def hours_from(first: str, number: int) -> list[str]:
    """Return the names of so many hours in a row."""
    begin = datetime.fromisoformat(f"{first}:00")
    return [f"{begin + timedelta(hours=hour):%Y-%m-%dT%H}" for hour in range(number)]


def known_at(told: Iterable[HourBalance], now: datetime) -> tuple[list[HourBalance], Sequence[DayBalance]]:
    """Return what an assessment reads: the hours of today and yesterday, and all day balances."""
    told = [hour for hour in told if hour.sender_hour.send_hour <= f"{now:%Y-%m-%dT%H}"]
    yesterday = f"{now - timedelta(days=1):%Y-%m-%d}"
    return [hour for hour in told if hour.sender_hour.send_hour >= yesterday], day_balances_of(told)


def at(text: str) -> datetime:
    """Return a time of November 2026 in UTC: `22 10:05`."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)
