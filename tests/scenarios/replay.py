"""A ledger that fills hour by hour, assessed as the function does it, and the alerts that come of it.

Nothing is left out but AWS: hours are posted as balances, rolled up, evaluated, stored and published by
the library's own code, over a table in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ses_reputation.assessment.assessment import AssessmentRun, assess_reputation
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.ledger.hour_balance import HourBalance, add_counts
from ses_reputation.notifications.channel import Channel
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.standing.state import Transition, TransitionKind
from tests.support.in_memory.assessment_table import InMemoryAssessments
from tests.support.mail import balance_of

OWNER, DELEGATE = "111122223333", "444455556666"
REGION, IDENTITY = "us-east-1", "example.com"
SETTINGS = AssessmentSettings(
    "LedgerTable",
    OWNER,
    "ses-reputation",
    f"arn:aws:sns:{REGION}:{OWNER}:ses-reputation-AlertTopic",
    "default",
    ProtectionMode.REPORT,
    "",
    StandingRules(),
)
HOUR = timedelta(hours=1)
AFTER_THE_HOUR = timedelta(minutes=5)
"""When an hour's mail is posted, and the next assessment comes."""


class Mail(NamedTuple):
    """What an account sent in an hour with one configuration set to one provider, and what became of it.

    bounced: at once, for want of the mailbox. delayed: for the IP address, and delivered within the hour.
    is_reported_by_sender: whether the sender's feed reports it; the owner's reports bounces and complaints.
    """

    account: str
    configuration_set: str
    provider: str
    sends: int
    bounced: int = 0
    complained: int = 0
    delayed: int = 0
    is_reported_by_sender: bool = True


Traffic = Callable[[datetime], Iterable[Mail]]
"""All mail of the hour that begins at a time."""


def post_hour(table: InMemoryAssessments, hour: datetime, mails: Iterable[Mail]) -> None:
    """Post the balances of an hour's mail when it is over."""
    posted: dict[str, HourBalance] = {}
    for mail in mails:
        sender_hour = SenderHour(mail.account, REGION, IDENTITY, f"{hour:%Y-%m-%dT%H}")
        into = posted.setdefault(mail.account, HourBalance(sender_hour, pages=1))
        _report_by_sender(into, mail) if mail.is_reported_by_sender else _report_by_owner(into, mail)
    for balance in posted.values():
        table.post(balance_of(balance, hour + HOUR))


def _report_by_sender(into: HourBalance, mail: Mail) -> None:
    delivered = mail.sends - mail.bounced
    outcomes = {
        "sent": mail.sends,
        "delivered_within_10s": delivered - mail.delayed,
        "delivered_within_1h": mail.delayed,
        "delayed_ip_failure": mail.delayed,
        "bounced_permanent_no_email": mail.bounced,
        "complained_abuse": mail.complained,
    }
    name = mail.configuration_set
    add_counts(into.counts, {name: {mail.provider: _above_0(outcomes)}})
    add_counts(into.followed, {name: {mail.provider: _above_0({"delayed_then_delivered": mail.delayed})}})
    facts = {
        "delivered": {"sender_only": delivered},
        "bounced": {"both": mail.bounced},
        "complained": {"both": mail.complained},
    }
    add_counts(into.coverage, {name: {kind: _above_0(feeds) for kind, feeds in facts.items()}})


def _report_by_owner(into: HourBalance, mail: Mail) -> None:
    name, bounced, complained = NO_CONFIGURATION_SET, mail.bounced, mail.complained
    outcomes = {"bounced_permanent_no_email": bounced, "complained_abuse": complained}
    add_counts(into.counts, {name: {mail.provider: _above_0(outcomes)}})
    facts = {"bounced": {"owner_only": bounced}, "complained": {"owner_only": complained}}
    add_counts(into.coverage, {name: {kind: _above_0(feeds) for kind, feeds in facts.items()}})


def _above_0(numbers: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}


@dataclass
class Replay:
    """A ledger and who hears of it: `alerts` are those that SNS was given, in order."""

    table: InMemoryAssessments = field(default_factory=InMemoryAssessments)
    alerts: list[Transition] = field(default_factory=list)
    memory: HistoryMemory = field(default_factory=HistoryMemory)
    channels = tuple(Channel)

    def publish(self, transition: Transition, channel: Channel) -> None:
        if channel is Channel.ALERT:
            self.alerts.append(transition)

    def pause(self, account: str, region: str, configuration_set: str) -> None:
        raise AssertionError("protection that only reports pauses nothing")

    def assess(self, now: datetime) -> None:
        """Assess all entities, as the schedule does."""
        run = AssessmentRun(now, lambda: now, readers=1)
        outcome = assess_reputation(self.table, self, self, SETTINGS, run, self.memory)
        assert outcome.failed == {}
        assert outcome.is_caught_up


def replay(traffic: Traffic, first: datetime, watched: datetime, last: datetime) -> list[Transition]:
    """Return the alerts of an incident.

    Mail is posted from `first` on; from `watched` to `last` it is assessed after each hour.
    """
    played = Replay()
    for hour in hours_between(first, last):
        post_hour(played.table, hour, traffic(hour))
        if hour >= watched:
            played.assess(hour + HOUR + AFTER_THE_HOUR)
    return played.alerts


def hours_between(first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the hours from `first` to before `last`."""
    while first < last:
        yield first
        first += HOUR


def at(day: int, hour: int = 0) -> datetime:
    """Return a time in November 2026, the month of all incidents."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def timeline(alerts: Sequence[Transition]) -> list[str]:
    """Return which alert each entity had at what time, shortly."""
    return [f"{alert.at:%d %H:%M} {alert.entity.name} {_what(alert)}" for alert in alerts]


def _what(alert: Transition) -> str:
    change = f" {alert.detail['to']}" if alert.kind is TransitionKind.STANDING_CHANGED else ""
    return f"{alert.kind} {alert.name}{change}"


def expected_text(name: str) -> str:
    """Return the alerts of an incident as they were read and agreed on."""
    return (Path(__file__).parent / "expected" / f"{name}.txt").read_text()


def written(alerts: Sequence[Transition]) -> str:
    """Return alerts as an operator finds them in the mailbox, oldest first."""
    return "\n".join(
        f"{'=' * 78}\nAt {alert.at:%Y-%m-%d %H:%M} UTC\nSubject: {alert.subject}\n\n{alert.text}"
        for alert in alerts
    )
