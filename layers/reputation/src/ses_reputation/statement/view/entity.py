"""One account in one Region, or one identity, as a statement shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.statement.view.mail import MailSeries, ProviderLine, WarmUpRow
from ses_reputation.statement.view.rates import MeasureView, RateView, SliceView


@dataclass(frozen=True, slots=True)
class AdvicePart:
    """A piece of a step: words, or a command to copy."""

    text: str
    is_command: bool


@dataclass(frozen=True, slots=True)
class AdviceStep:
    """One thing to do, in the imperative."""

    parts: tuple[AdvicePart, ...]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A figure in words beside what it is of."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A problem that is open. since: the hour or day in which it began, "" where that is not known.

    opened_at: when it was found; None of a part of an identity, which is looked through for the statement.
    is_of_feeds: whether it says that figures are incomplete, rather than that mail is bad.
    """

    kind: str
    headline: str
    since: str
    opened_at: datetime | None
    is_of_feeds: bool
    figures: tuple[LabelledText, ...]
    advice: tuple[AdviceStep, ...]
    command: str


@dataclass(frozen=True, slots=True)
class SesView:
    """What SES itself says of an account, as last read; not an estimate.

    status: `healthy`, `under_review`, `paused`, `switched_off`, `other` or `unknown`. words: the same in a
    sentence. troubles: sentences about what SES does not let pass, tenants too; none where all is well.
    recommendations: what SES advises for the account's identities, as last read.
    bounce_rate, complaint_rate: as CloudWatch has them, fractions of 1.
    """

    status: str
    words: str
    troubles: tuple[str, ...]
    since: datetime | None
    read_at: datetime | None
    is_in_production: bool
    bounce_rate: float | None
    bounce_rate_at: datetime | None
    complaint_rate: float | None
    complaint_rate_at: datetime | None
    recommendations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityView:
    """An entity in full.

    id: names it within the statement, and holds no address: for anchors. name: an account, or an identity, an
    address shortened. is_part: whether it is only what the statement's party sends with an identity. since:
    of the worst standing; of a part the beginning of the day that first ended with it. delayed,
    without_outcome: mail of today and yesterday whose end is not known. days: at most 90; hours: the last 48.
    advice: what to do about what SES decided, and about the standing. protection: what the stack did about
    configuration sets, in words. commands: that show what is behind the figures, by `days`, `providers`,
    `warm_up`, `feeds`, `reasons`, and by `day`, in which DAY stands for a day or an hour. reasons: kinds of
    bounces and complaints of the last 30 days, each with its `events` of `events_of_all`, bounces first.
    warm_sets: sets that sent in the days of `warm_up` and are not there: neither new nor on a managed pool.
    """

    id: str
    kind: EntityKind
    name: str
    region: str
    title: str
    is_part: bool
    headline: str
    standing: Standing | None
    since: datetime | None
    bounces: MeasureView
    complaints: MeasureView
    ses: SesView | None
    delayed: int
    without_outcome: int
    days: MailSeries
    hours: MailSeries
    providers: tuple[ProviderLine, ...]
    warm_up: tuple[WarmUpRow, ...]
    findings: tuple[FindingView, ...]
    advice: tuple[AdviceStep, ...]
    protection: tuple[str, ...]
    commands: Mapping[str, str]
    reasons: tuple[SliceView, ...] = ()
    warm_sets: int = 0


@dataclass(frozen=True, slots=True)
class EntityLine:
    """An entity in one line, which stands for those too that are not shown in full.

    bounces, complaints: over the latest mail, as in full. sends, hard_bounces: of 30 days.
    open_findings: None of a part that is not shown in full: nobody looked for any.
    has_detail: whether the statement has an EntityView of this id.
    """

    id: str
    kind: EntityKind
    name: str
    region: str
    standing: Standing | None
    since: datetime | None
    sends: int
    hard_bounces: int
    bounces: RateView
    complaints: RateView
    open_findings: int | None
    has_detail: bool
