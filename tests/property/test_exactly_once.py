"""Whatever is repeated, reordered, regrouped or cut off: balances equal those of the distinct facts."""

import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Ignored, SubscriptionRequest
from ses_reputation.journaling import Journaling, Rules
from ses_reputation.ledger.keys import segment_of_balance, segment_of_key
from ses_reputation.ledger.posting import PostingRequest, post_requested
from ses_reputation.ledger.rows import balance_of_row
from ses_reputation.ledger.store import BalanceTable, JournalTable
from ses_reputation.quarantine.record import QuarantineRecord
from tests.support.in_memory.dynamodb import InMemoryDynamoDB, client_error
from tests.support.notifications import (
    ARN,
    DELEGATE,
    FOREIGN,
    OWNER,
    SECOND_DELEGATE,
    envelope,
    notified,
    published,
    record,
)

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "150"))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NO_PLAN: Mapping[int, str] = {}
SENDERS = (OWNER, DELEGATE, SECOND_DELEGATE)
RECIPIENTS = ("a@gmail.com", "b@outlook.com", "c@example.net", "d@simulator.amazonses.com")
PROVIDERS = ("gmail", "microsoft", "other", "simulator")
HOURS = ("2026-11-22T10", "2026-11-22T11", "2026-11-02T09")
SETS = ("newsletter", "receipts", None)

# How an outcome is reported: event type, block, and whether the owner's feed reports it too.
REPORTED: Mapping[str, tuple[str, dict[str, Any], bool]] = {
    "sent": ("Send", {}, False),
    "delivered_within_10s": ("Delivery", {"processingTimeMillis": 900}, True),
    "delivered_within_1h": ("Delivery", {"processingTimeMillis": 900_000}, True),
    "bounced_permanent_no_email": ("Bounce", {"bounceType": "Permanent", "bounceSubType": "NoEmail"}, True),
    "bounced_transient_general": ("Bounce", {"bounceType": "Transient", "bounceSubType": "General"}, True),
    "complained_abuse": ("Complaint", {"complaintFeedbackType": "abuse"}, True),
    "delayed_ip_failure": ("DeliveryDelay", {"delayType": "IPFailure"}, False),
    "delayed_spam_detected": ("DeliveryDelay", {"delayType": "SpamDetected"}, False),
    "rejected": ("Reject", {"reason": "Bad content"}, False),
}
OUTCOMES = tuple(REPORTED)
REQUEST = envelope("You have chosen to subscribe", OWNER, Type="SubscriptionConfirmation")


class CrashError(Exception):
    """The function was cut off."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: everything about it follows from its number."""

    number: int

    @property
    def sender(self) -> str:
        return SENDERS[self.number % 3]

    @property
    def identity(self) -> str:
        return ("example.com", "example.org")[self.number % 2]

    @property
    def hour(self) -> str:
        return HOURS[self.number // 2 % 3]

    @property
    def configuration_set(self) -> str | None:
        return SETS[self.number // 3 % 3]


@dataclass(frozen=True, slots=True)
class Report:
    """One feed reports one fact: an outcome of a mail to a recipient."""

    mail: Mail
    recipient: int
    outcome: str
    by_owner: bool

    def body(self) -> str:
        event_type, block, is_reported_to_owner = REPORTED[self.outcome]
        address = RECIPIENTS[self.recipient]
        key = {
            "Delivery": "recipients",
            "Bounce": "bouncedRecipients",
            "Complaint": "complainedRecipients",
            "DeliveryDelay": "delayedRecipients",
        }.get(event_type, "")
        named = [address.upper()] if event_type == "Delivery" else [{"emailAddress": address}]
        block = block | ({key: named} if key else {}) | {"timestamp": f"{self.mail.hour}:20:00.000Z"}
        fields = {
            "timestamp": f"{self.mail.hour}:05:00.000Z",
            "messageId": f"message-{self.mail.number}",
            "sourceArn": ARN.format(owner=OWNER, identity=self.mail.identity),
            "sendingAccountId": self.mail.sender,
            "destination": [address],
        }
        if self.by_owner and is_reported_to_owner:
            return envelope(json.dumps(notified(event_type, fields, **block)), OWNER)
        event = published(event_type, self.mail.configuration_set, fields, **block)
        return envelope(json.dumps(event), self.mail.sender)

    @property
    def feed(self) -> str:
        return "owner" if self.by_owner and REPORTED[self.outcome][2] else "sender"


def oracle(reports: Iterable[Report]) -> dict[tuple[str, ...], Any]:
    """Count distinct facts one dispatch at a time, knowing nothing of pages, runs or sets of fingerprints."""
    dispatches: dict[tuple[Mail, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for report in reports:
        dispatches[report.mail, report.recipient][report.outcome].add(report.feed)
    expected: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for (mail, recipient), outcomes in dispatches.items():
        figures = expected[mail.sender, mail.identity, mail.hour]
        named = mail.configuration_set and any("sender" in feeds for feeds in outcomes.values())
        cell = (mail.configuration_set or "" if named else "(none)", PROVIDERS[recipient])
        for figure in [*outcomes, *_what_followed(set(outcomes))]:
            figures[(*cell, figure)] += 1
        for outcome in outcomes:
            kind = outcome.partition("_")[0]
            if kind in ("delivered", "bounced", "complained"):
                by_kind = {
                    feed for name, feeds in outcomes.items() if name.startswith(kind) for feed in feeds
                }
                teller = "both" if len(by_kind) == 2 else f"{min(by_kind)}_only"
                first = min(name for name in outcomes if name.startswith(kind))
                figures[cell[0], kind, teller] += outcome == first
    return {key: +figures for key, figures in expected.items()}


def _what_followed(outcomes: set[str]) -> Iterator[str]:
    kinds = {outcome.partition("_")[0] for outcome in outcomes}
    ended = kinds & {"delivered", "bounced", "complained", "rejected"}
    if "delayed" in kinds:
        yield from ("delayed_then_delivered",) * ("delivered" in kinds)
        yield from ("delayed_then_bounced",) * ("bounced" in kinds)
        yield from ("delayed_still_open",) * (not ended)
    yield from ("delivered_then_bounced",) * ({"delivered", "bounced"} <= kinds)
    yield from ("sent_without_outcome",) * ("sent" in kinds and not ended)


class CrashingDynamoDB(InMemoryDynamoDB):
    """Cuts a call off before or after it does its work, or throttles it, as a plan of call numbers says."""

    def __init__(self, plan: Mapping[int, str] = NO_PLAN, refusals: frozenset[int] = frozenset()) -> None:
        # Read units of 16 bytes make these hours big enough to be postponed.
        super().__init__(refusals.__contains__, lambda: self.now, read_unit_bytes=16)
        self.plan = plan
        self.calls = 0
        self.now = NOW

    def call(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Do the work of one AWS call, this table's or another service's, unless the plan cuts it off."""
        self.calls += 1
        match self.plan.get(self.calls):
            case "before":
                raise CrashError
            case "throttled":
                raise client_error("ProvisionedThroughputExceededException", "Any")
            case "after":
                work(*args, **named)
                raise CrashError
        return work(*args, **named)

    def batch_write_item(self, **named: Any) -> Any:
        return self.call(super().batch_write_item, **named)

    def get_item(self, **named: Any) -> Any:
        return self.call(super().get_item, **named)

    def put_item(self, **named: Any) -> Any:
        return self.call(super().put_item, **named)

    def paginate(self, **named: Any) -> Any:
        return self.call(super().paginate, **named)


class Pipeline:
    """Queue, functions, table and stream: what is cut off comes again whole, as SQS and Lambda do it."""

    def __init__(self, table: CrashingDynamoDB, order: random.Random) -> None:
        self.table = table
        self.order = order
        self.quarantined: set[str] = set()
        self.confirmed: set[str] = set()
        self.postponements = 0
        client: Any = table
        self.journaling = Journaling(
            Rules(Registry(frozenset({OWNER}), frozenset({DELEGATE, SECOND_DELEGATE}))),
            JournalTable(client, "ledger", sleep=lambda _: None),
            self,
            self,
        )
        self.balances = BalanceTable(client, "ledger")
        self.postponed: list[PostingRequest] = []

    def keep(self, kept: QuarantineRecord) -> None:
        self.ask(self.quarantined.add, kept.key)

    def confirm(self, request: SubscriptionRequest) -> Ignored:
        self.ask(self.confirmed.add, request.topic_arn)
        return Ignored("subscription_confirmation")

    def put_off(self, segment: Any, changed_at: datetime, wait: timedelta) -> None:
        assert wait > timedelta()
        self.postponements += 1
        self.ask(self.postponed.append, PostingRequest(segment, changed_at, "postponed"))

    def ask(self, work: Callable[..., Any], *args: Any) -> None:
        """Ask S3, SNS or SQS, as their stores do."""
        try:
            self.table.call(work, *args)
        except ClientError as error:
            raise UnavailableError(error.response["Error"]["Code"]) from error

    def receive(self, bodies: list[str]) -> dict[str, int]:
        """Deliver every body until it has gone somewhere; return how many messages ended where."""
        queue = [record(body, f"queue-message-{number}") for number, body in enumerate(bodies)]
        journaled = ignored = 0
        while queue:
            self.order.shuffle(queue)
            size = self.order.randint(1, max(1, len(queue)))
            batch, queue = queue[:size], queue[size:]
            try:
                outcome = self.journaling.journal_batch(batch, self.table.now)
            except CrashError:
                queue += batch
                continue
            journaled += outcome.journaled
            ignored += outcome.ignored.total()
            queue += [each for each in batch if each["messageId"] in outcome.failed]
            self.post_some()
        while self.table.stream or self.postponed:
            self.post_some()
        return {"journaled": journaled, "ignored": ignored, "quarantined": len(self.quarantined)}

    def post_some(self) -> None:
        """Post what a period of the stream names; what fails or is cut off comes again."""
        period = self.table.stream[: self.order.randint(1, 20)]
        requests = [
            PostingRequest(segment_of_key(pk), written_at, str(number))
            for number, ((pk, _), written_at) in enumerate(period)
            if pk.startswith("JOURNAL#")
        ]
        requests, self.postponed = requests + self.postponed, []
        self.table.now += timedelta(seconds=self.order.choice([1, 20, 300]))
        try:
            outcome = post_requested(
                self.balances, self, requests, timedelta(seconds=60), lambda: self.table.now
            )
        except CrashError:
            self.postponed += requests
        else:
            self.postponed += [request for request in requests if request.record in outcome.failed]
        del self.table.stream[: len(period)]

    def figures(self) -> dict[tuple[str, ...], Any]:
        """All balances, late segments added to their hour's."""
        found: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
        for (pk, _), row in self.table.items.items():
            if pk.startswith("BALANCE#"):
                balance = balance_of_row(row)
                sender_hour = balance.segment.sender_hour
                figures = found[sender_hour.sending_account, sender_hour.identity, sender_hour.send_hour]
                for part in (balance.figures.counts, balance.figures.followed, balance.figures.coverage):
                    for first, cells in part.items():
                        for second, counts in cells.items():
                            figures.update({(first, second, third): count for third, count in counts.items()})
        return dict(found)


def run(
    reports: Iterable[Report],
    seed: int = 0,
    plan: Mapping[int, str] = NO_PLAN,
    refusals: frozenset[int] = frozenset(),
) -> Pipeline:
    """Send all reports through the pipeline, with two messages that are not counted and one request."""
    pipeline = Pipeline(CrashingDynamoDB(plan, refusals), random.Random(seed))
    bodies = [report.body() for report in reports]
    ended = pipeline.receive([*bodies, "not json at all", envelope("hello", FOREIGN), REQUEST])
    assert ended == {"journaled": len(bodies), "ignored": 1, "quarantined": 2}
    assert len(pipeline.confirmed) == 1
    return pipeline


mails = st.integers(0, 17).map(Mail)
reports = st.builds(Report, mails, st.integers(0, 3), st.sampled_from(OUTCOMES), st.booleans())
plans = st.dictionaries(st.integers(1, 60), st.sampled_from(["before", "after", "throttled"]), max_size=12)


def test_balances_equal_those_of_the_distinct_facts() -> None:
    events = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    @given(
        st.lists(reports, min_size=25, max_size=60),
        st.integers(0, 5),
        st.integers(0, 2**32),
        plans,
        st.frozensets(st.integers(1, 200), max_size=40),
    )
    def holds(
        distinct: list[Report], repeats: int, seed: int, plan: dict[int, str], refusals: frozenset[int]
    ) -> None:
        nonlocal events
        reported = distinct * (1 + repeats)
        events += len(reported)
        assert run(reported, seed, plan, refusals).figures() == oracle(reported)

    holds()
    assert events >= 10_000 * EXAMPLES // 150


def some_reports(count: int, seed: int) -> list[Report]:
    draw = random.Random(seed)
    return [
        Report(Mail(draw.randrange(18)), draw.randrange(4), draw.choice(OUTCOMES), draw.random() < 0.5)
        for _ in range(count)
    ]


def run_in_pieces(reported: list[Report], plan: Mapping[int, str] = NO_PLAN) -> Pipeline:
    """Send reports piece by piece, so that posting of hours is requested again and again."""
    pipeline = Pipeline(CrashingDynamoDB(plan), random.Random(17))
    for start in range(0, len(reported), 15):
        pipeline.receive([each.body() for each in reported[start : start + 15]])
    return pipeline


@pytest.mark.parametrize("moment", ["before", "after", "throttled"])
def test_a_crash_at_any_call_changes_nothing(moment: str) -> None:
    reported = some_reports(60, seed=7)
    calls = run(reported, seed=3).table.calls
    assert calls > 30

    for call in range(1, calls + 1):
        assert run(reported, 3, {call: moment}).figures() == oracle(reported), f"cut off {moment} call {call}"


@pytest.mark.parametrize("moment", ["before", "after", "throttled"])
def test_a_crash_while_hours_are_postponed_changes_nothing(moment: str) -> None:
    reported = some_reports(45, seed=17)
    pipeline = run_in_pieces(reported)
    assert pipeline.postponements
    assert pipeline.figures() == oracle(reported)

    for call in range(1, pipeline.table.calls + 1):
        cut_off = run_in_pieces(reported, {call: moment})
        assert cut_off.figures() == oracle(reported), f"cut off {moment} call {call}"


def test_facts_of_any_age_add_to_what_is_known() -> None:
    reported = some_reports(200, seed=11)
    distinct = list({(each.mail, each.recipient, each.outcome): each for each in reported}.values())
    pipeline = Pipeline(CrashingDynamoDB(), random.Random(5))

    for arrived_after, report in enumerate(distinct):
        pipeline.table.now = NOW + timedelta(days=3 * arrived_after)
        pipeline.table.expire(pipeline.table.now.timestamp())
        # Reported twice, up to 80 days apart: the second time changes nothing.
        pipeline.receive([report.body()])
        pipeline.receive([each.body() for each in distinct[max(0, arrived_after - 26) : arrived_after]])

    assert _outcomes(pipeline.figures()) == _outcomes(oracle(distinct))
    late = [segment_of_balance(*key).number for key in pipeline.table.items if key[0].startswith("BALANCE#")]
    assert max(late) >= 3


def _outcomes(figures: Mapping[tuple[str, ...], Counter[tuple[str, ...]]]) -> Counter[tuple[str, ...]]:
    """Facts by account, identity, hour, provider and outcome: late facts may have lost their configuration
    set."""
    return Counter(
        {
            (*key, provider, outcome): sum(
                n for (_, *rest), n in counts.items() if rest == [provider, outcome]
            )
            for key, counts in figures.items()
            for _, provider, outcome in counts
            if outcome in OUTCOMES
        }
    )


def test_every_message_ends_in_one_place() -> None:
    facts = some_reports(300, seed=13)
    strange = [
        *("not json at all", "", "[]", '{"Type":"Notification"}'),
        *(envelope(facts[0].body(), FOREIGN), json.dumps(published("Send")), envelope("hello")),
        *(envelope(json.dumps(published("Bounce")), FOREIGN), envelope(json.dumps(published("Newest")))),
    ]
    ignored = [
        envelope("Successfully validated SNS topic for Amazon SES event publishing."),
        envelope(json.dumps(published("Open"))),
    ]
    pipeline = Pipeline(
        CrashingDynamoDB(plan={3: "before", 5: "after", 8: "throttled"}, refusals=frozenset(range(4, 40, 3))),
        random.Random(1),
    )

    ended = pipeline.receive([*(report.body() for report in facts), *strange, *ignored, *strange[:2]])

    assert ended == {"journaled": 300, "ignored": 2, "quarantined": len(strange) + 2}
    assert pipeline.figures() == oracle(facts)
