"""A party's statement, and its JSON twin."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ses_reputation.hours import format_second
from ses_reputation.parties import PartyId
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.statement.view.entity import EntityLine, EntityView
from ses_reputation.statement.view.mail import Sparkline
from ses_reputation.statement.view.rates import RateView

VERSION = 1
"""Of the JSON twin. Fields may be added under the same version; docs/schemas/statement.v1.json."""


@dataclass(frozen=True, slots=True)
class StatementParty(PartyId):
    """Who a statement is for. display_name: as the stack's parameter AccountNames has it, else ""."""

    display_name: str

    @property
    def title(self) -> str:
        """Return `Agency North (444455556666)`, or the account alone."""
        return f"{self.display_name} ({self.account})" if self.display_name else self.account


@dataclass(frozen=True, slots=True)
class DomainGroup:
    """Identities of one domain: itself, its subdomains and addresses. sends, hard_bounces: of 30 days.

    standing: the worst of them.
    """

    domain: str
    standing: Standing | None
    sends: int
    hard_bounces: int
    entities: tuple[EntityLine, ...]


@dataclass(frozen=True, slots=True)
class DelegateView:
    """What one account sends with the identities of a domain: an owner sees no more of it.

    bounces, complaints: over the latest mail within 30 days. standing: where this mail would stand by itself.
    sends, hard_bounces, complaints_30_days, and share_of_hard_bounces (of the domain's): of the 30 days.
    identities: which of them it uses, shortened. is_owner: whether it is the owner's own account.
    """

    account: str
    display_name: str
    domain: str
    is_owner: bool
    standing: Standing | None
    sends: int
    hard_bounces: int
    complaints_30_days: int
    share_of_hard_bounces: float | None
    bounces: RateView
    complaints: RateView
    sparkline: Sparkline
    identities: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """What the feeds report of one account's mail with one identity, in plain words.

    is_well: whether nothing is known to be missing. words: a sentence for each of both feeds, and for mail
    of which no outcome was reported. sender_last, owner_last: the newest hour or day reported, "" without.
    """

    account: str
    region: str
    identity: str
    is_well: bool
    words: tuple[str, ...]
    sender_last: str
    owner_last: str


@dataclass(frozen=True, slots=True)
class ReconciledDayView:
    """Sends of a UTC day in the ledger, and as SES counted them.

    share: of what SES counted; None of none, and where no feed reports the account's sends.
    is_apart: whether so much is missing, or too much, that it is not how SES dates mail.
    """

    day: str
    ledger: int
    ses: int
    share: float | None
    is_apart: bool


@dataclass(frozen=True, slots=True)
class ReconciliationView:
    """An account's sends in the ledger beside SES's own count of the last two weeks.

    words: the same in a sentence, or why nothing is compared. read_at: when SES was asked, None if never.
    share: as of a day.
    days: oldest first; the first and last are compared in part.
    """

    account: str
    region: str
    words: str
    read_at: datetime | None
    ledger: int
    ses: int
    share: float | None
    days: tuple[ReconciledDayView, ...]
    command: str


@dataclass(frozen=True, slots=True)
class ListSize:
    """A suppression list as of the last snapshot of a week: addresses in all, and by SES's reason.

    added, removed: in that week, as far as its snapshots were compared; None where none was.
    """

    at: datetime
    total: int
    by_reason: Mapping[str, int]
    added: int | None
    removed: int | None


@dataclass(frozen=True, slots=True)
class SuppressionListView:
    """One suppression list of the party: its sizes by week, oldest first, and why it changed.

    tenant: "" for the account's own list. causes: changes of these weeks by cause in words, most first.
    """

    account: str
    region: str
    tenant: str
    title: str
    sizes: tuple[ListSize, ...]
    causes: Mapping[str, int]
    command: str


@dataclass(frozen=True, slots=True)
class DriftLine:
    """Recipients of whom a list and the ledger disagree, in a number and in words; none is named.

    kind: as `ses-reputation suppression drift` has it. account, region: whose list.
    """

    kind: str
    account: str
    region: str
    recipients: int
    words: str


@dataclass(frozen=True, slots=True)
class DriftView:
    """Where lists and the ledger disagree. counted_at: None where nobody has counted; command: counts it.

    compared: sentences that say which lists were compared with what, and which were not.
    """

    counted_at: datetime | None
    lines: tuple[DriftLine, ...]
    command: str
    compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """What changed, newest first. kind: as events have it, `standing_changed`. is_worse: None where neither.

    entity_id: of an EntityView or EntityLine. measure: None where it is about neither alone.
    """

    at: datetime
    kind: str
    entity_id: str
    entity_title: str
    title: str
    standing: Standing | None
    is_worse: bool | None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A party's statement as of a time, in the order in which people ask.

    assessed_at: when the figures were last assessed, None before the first time. complete_until: the time up
    to which all posted feedback is counted. headline: one sentence that says it all. incomplete: sentences
    that say why figures may be incomplete; none where nothing is known to be missing. standing: the worst of
    the entities. lead: id of the entity whose curve proves the headline; "" without any mail. groups: of
    identities, an owner's all, a delegate's those that it uses. entities: in full, those of most concern
    first; an owner's identities and its account's Regions, a delegate's account's Regions, and its own part
    of each identity. entities_left_out: those of which there is only a line. delegates: an owner's, worst
    first; delegates_left_out: how many more there are. feeds_left_out: how many more lines, of feeds that
    are well. reconciliations: of the party's own account, in each Region.
    """

    party: StatementParty
    stack_name: str
    made_at: datetime
    assessed_at: datetime | None
    complete_until: datetime | None
    headline: str
    incomplete: tuple[str, ...]
    standing: Standing | None
    lead: str
    accounts: tuple[EntityLine, ...]
    groups: tuple[DomainGroup, ...]
    delegates: tuple[DelegateView, ...]
    entities: tuple[EntityView, ...]
    entities_left_out: int
    feeds: tuple[FeedLine, ...]
    feeds_left_out: int
    suppression: tuple[SuppressionListView, ...]
    timeline: tuple[TimelineEvent, ...]
    assumptions: tuple[str, ...]
    delegates_left_out: int = 0
    reconciliations: tuple[ReconciliationView, ...] = ()
    drift: DriftView | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON twin: `version`, and every field by its name; times as `2026-11-22T10:05:00Z`."""
        return {"version": VERSION, **_plain(self)}

    def entity(self, entity_id: str) -> EntityView | None:
        """Return an entity that is shown in full."""
        return next((each for each in self.entities if each.id == entity_id), None)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, datetime):
        return format_second(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value
