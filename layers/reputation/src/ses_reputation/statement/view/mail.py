"""Mail over time and by provider, as a statement shows it: in columns, so that a year stays small."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateColumns:
    """A rate for each period: events of sends, fractions of 1 with their 95 % intervals, None without sends.

    sends: those that the rate is over, which for complaints are those to providers with feedback loops.
    """

    sends: tuple[int, ...]
    events: tuple[int, ...]
    values: tuple[float | None, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class MailSeries:
    """Mail by day or by hour: each column has a figure for each of `periods`, oldest first, without a gap.

    sends: eligible sends, which is the volume.
    """

    periods: tuple[str, ...]
    sends: tuple[int, ...]
    bounces: RateColumns
    complaints: RateColumns


@dataclass(frozen=True, slots=True)
class Sparkline:
    """30 days at a glance, oldest first: eligible sends, hard bounces and complaints of each."""

    days: tuple[str, ...]
    sends: tuple[int, ...]
    hard_bounces: tuple[int, ...]
    complaints: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeferralView:
    """A provider that defers more than usual: since which hour, and SES's types of delay, most first."""

    since: str
    headline: str
    delay_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """How a mailbox provider took the mail of the last 24 hours.

    delivered, bounced (hard or soft, at once or after its delivery) and waiting (no outcome yet) are at most
    all sends together. delayed: at least once, and delivered since or not. delayed_of: what delayed_share is
    of, the sends that a sender's feed reported, for it alone reports delays; 0, and None, without any.
    usual_delayed_share: of the 7 whole days before yesterday; None where nothing was sent then. within_50,
    within_95: how long half, and 95 %, of the deliveries took at most, in words; "" without any.
    """

    provider: str
    title: str
    sends: int
    delivered: int
    delayed: int
    bounced: int
    waiting: int
    delayed_of: int
    delayed_share: float | None
    usual_sends: int
    usual_delayed_share: float | None
    within_50: str
    within_95: str
    deferral: DeferralView | None


@dataclass(frozen=True, slots=True)
class WarmUpRow:
    """A configuration set's mail to a provider by day, in columns: `days` are all days of the period.

    configuration_set: "" for mail without one. pool: that it sends through, "" where it names none, or that
    is not known. pool_kind: `managed`, `standard` or `shared`; `none` where the set names no pool; "" where
    it is not known. first_day: of the set's mail, of a set that is new; else "".
    """

    account: str
    region: str
    configuration_set: str
    title: str
    provider: str
    provider_title: str
    days: tuple[str, ...]
    sends: tuple[int, ...]
    delayed: tuple[int, ...]
    bounced: tuple[int, ...]
    pool: str = ""
    pool_kind: str = ""
    first_day: str = ""
