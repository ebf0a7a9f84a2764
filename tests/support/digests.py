"""Entities as a digest reads them, and a ledger that remembers digests in memory."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ses_reputation.digest.facts import DigestFigures, KeptRate, compose
from ses_reputation.digest.list_sizes import ListTotal
from ses_reputation.digest.party import OWNERS, DigestParty
from ses_reputation.digest.text import alert_of_digest
from ses_reputation.errors import UnavailableError
from ses_reputation.findings.finding import Detection, FindingKind
from ses_reputation.notifications.channel import Channel
from ses_reputation.notifications.chat import ChatNotification
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import ReputationEntity, account_entity
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import DecisionState, EntityState
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from tests.support.evaluated import ACCOUNT, NOW, OWNERSHIP, assess, bounces, firing, seen

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WEEK = "2026-W48"
"""Monday 2026-11-23 begins it: `date -d 2026-11-23 +%G-W%V`."""
OTHER_ACCOUNT = account_entity("777788889999", "eu-west-1")


def state_of(
    *evaluations: Evaluation, entity: ReputationEntity = ACCOUNT, detections: tuple[Detection, ...] = ()
) -> EntityState:
    """What an assessment leaves of an entity, of its view what digests read."""
    measures = {
        str(each.measure): {
            "rate": each.rate.to_json() if each.rate else None,
            "headroom": [headroom.to_json() for headroom in each.headroom],
        }
        for each in evaluations
    }
    found = seen(*evaluations, detections=detections, entity=entity, view={"measures": measures})
    return assess(None, found, NOW)[0]


def worded_digests() -> Iterator[str]:
    """Digests with every sentence that one can have."""
    rated, many = bounces(Standing.REVIEW), [state_of(bounces(each)) for each in Standing]
    reviewed = SesDecision(ACCOUNT.name, ACCOUNT.region, NOW, "PROBATION", True, True)
    decided = [
        replace(state_of(bounces(Standing.HEALTHY), entity=entity), decision=DecisionState(reviewed, NOW))
        for entity in (ACCOUNT, *(account_entity(f"{number:012}", "us-east-1") for number in range(4)))
    ]
    off = DecisionState(
        replace(reviewed, enforcement_status="HEALTHY", is_sending_enabled=False),
        NOW,
        {"acme": TenantDecision("DISABLED", True, "", None, "")},
    )
    stopped = replace(state_of(bounces(Standing.HEALTHY)), decision=off)
    others = [state_of(rated, entity=account_entity(f"{number:012}", "us-east-1")) for number in range(9)]
    lists = [size_of(number, f"{number:012}") for number in (1, 2, 3, 4)]
    findings = tuple(firing(kind) for kind in FindingKind)
    before = DigestFigures(NOW, {ACCOUNT.key: {"bounces": KeptRate(1, 10)}}, {lists[0].place: 9})
    for states in ([], [state_of()], decided[:1], decided, [stopped], others, *([each] for each in many)):
        for party in (OWNERS, DigestParty(ACCOUNT.name)):
            for last in (None, before):
                shown = OWNERSHIP.party_of_account(party.account or OWNERSHIP.ledger_account)
                digest = compose(party, states, lists, MONDAY, last)
                alert = alert_of_digest(digest, shown, "prod", "https://statements.example.com")
                yield f"{alert.subject}\n{alert.text}"
    gaps = state_of(rated, detections=findings)
    shown = OWNERSHIP.party_of_account(OWNERSHIP.ledger_account)
    yield alert_of_digest(compose(OWNERS, [gaps], lists[:1], MONDAY, before), shown, "prod", "").text


def size_of(total: int, account: str = "444455556666", region: str = "us-east-1") -> ListTotal:
    """A suppression list as its newest snapshot says it."""
    return ListTotal(account, region, total, datetime(2026, 11, 23, 3, 0, tzinfo=UTC))


@dataclass
class InMemoryDigests:
    """What digests ask of the ledger's table; tests/contract/test_digest_table.py holds it to that."""

    states: Mapping[ReputationEntity, EntityState] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)

    def read_states(self) -> dict[ReputationEntity, EntityState]:
        return dict(self.states)

    def claim_digest(
        self, party: DigestParty, week: str, at: datetime, lease: timedelta
    ) -> Collection[Channel] | None:
        row = self.rows.setdefault((party.key, week), {"until": at, "channels": set()})
        if "figures" in row or at < row["until"]:  # type: ignore[operator]
            return None
        row["until"] = at + lease
        return set(row["channels"])  # type: ignore[call-overload, no-any-return]

    def is_digest_sent(self, party: DigestParty, week: str) -> bool:
        return "figures" in self.rows.get((party.key, week), {})

    def mark_sent_to(self, party: DigestParty, week: str, channel: Channel, at: datetime) -> None:
        self.rows[party.key, week]["channels"].add(channel)  # type: ignore[attr-defined]

    def finish_digest(self, party: DigestParty, week: str, figures: DigestFigures, at: datetime) -> None:
        self.rows[party.key, week]["figures"] = figures

    def figures_before(self, party: DigestParty, week: str) -> DigestFigures | None:
        found = [
            row["figures"]
            for (key, of_week), row in sorted(self.rows.items())
            if key == party.key and of_week < week and "figures" in row
        ]
        return found[-1] if found else None  # type: ignore[return-value]


@dataclass
class HeardDigests:
    """Who heard what: alerts as subject, text and attributes, and notifications for a chat."""

    has_chat: bool = True
    deaf: Collection[Channel] = ()
    alerts: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    chats: list[ChatNotification] = field(default_factory=list)

    def publish_alert(self, subject: str, text: str, attributes: Mapping[str, str]) -> None:
        if Channel.ALERT in self.deaf:
            raise UnavailableError("Throttled")
        self.alerts.append((subject, text, attributes))

    def publish_chat(self, notification: ChatNotification) -> None:
        if Channel.CHAT in self.deaf:
            raise UnavailableError("Throttled")
        self.chats.append(notification)
