"""Whatever is repeated, reordered, regrouped or cut off: balances equal those of the distinct facts."""

import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_reputation import journaling
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.set_aside import Ignored, SubscriptionRequest
from ses_reputation.journaling import Journaling, Rules
from ses_reputation.ledger import journal, pieces
from ses_reputation.ledger.keys import shard_of_balance, shard_of_key
from ses_reputation.ledger.pages import is_urgent, touched_digits
from ses_reputation.ledger.posting import PostingRun, post_requested
from ses_reputation.ledger.posting_requests import PostingRequest
from ses_reputation.ledger.rows import balances_of_rows
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
from tests.support.signing import signing_certificates

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


@pytest.fixture(autouse=True)
def _small_pages_and_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only big hours do is done by these: shards of one and two digits, and balances of pieces."""
    monkeypatch.setattr(journal, "OWN_PAGE_BYTES", 90)
    monkeypatch.setattr(journaling, "rate_of", lambda records: (0, 50, 5_000)[len(records) % 3])
    monkeypatch.setattr(pieces, "PIECE_BYTES", 150)


class CrashError(Exception):
    """The function was cut off."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: everything about it follows from its number."""

    number: int

    @property
    def sender(self) -> str:
        return SENDERS[self.number // 9 % 3]

    @property
    def identity(self) -> str:
        return ("example.com", "example.org", "news@example.net")[self.number % 3]

    @property
    def from_domain(self) -> str:
        return ("mail.example.com", "example.org", "example.net")[self.number % 3]

    @property
    def hour(self) -> str:
        return HOURS[self.number // 2 % 3]

    @property
    def configuration_set(self) -> str | None:
        return SETS[self.number // 3 % 3]

    @property
    def campaign(self) -> str | None:
        return ("spring", None, "autumn")[self.number // 4 % 3]


@dataclass(frozen=True, slots=True)
class Report:
    """One feed reports one fact: an outcome of a mail to a recipient.

    The owner's feed always names the ARN, and no configuration set and no tag; the sender's may lack any.
    members: where the mailed address is a list, how many of its members bounce, or are named as complainers,
    in this notification. Those of another are others or the same.
    """

    mail: Mail
    recipient: int
    outcome: str
    by_owner: bool
    names_arn: bool = True
    names_set: bool = True
    names_tags: bool = True
    members: int = 0

    def body(self) -> str:
        event_type, block, _ = REPORTED[self.outcome]
        address = RECIPIENTS[self.recipient]
        members = [f"member{number}@list{number % 2}.example" for number in range(self.members)]
        key = {
            "Delivery": "recipients",
            "Bounce": "bouncedRecipients",
            "Complaint": "complainedRecipients",
            "DeliveryDelay": "delayedRecipients",
        }.get(event_type, "")
        listed = members if members and event_type in ("Bounce", "Complaint") else [address]
        named = [address.upper()] if event_type == "Delivery" else [{"emailAddress": each} for each in listed]
        block = block | ({key: named} if key else {}) | {"timestamp": f"{self.mail.hour}:20:00.000Z"}
        fields = {
            "timestamp": f"{self.mail.hour}:05:00.000Z",
            "messageId": f"message-{self.mail.number}",
            "source": f"News <news@{self.mail.from_domain}>",
            "sourceArn": ARN.format(owner=OWNER, identity=self.mail.identity) if self.has_arn else None,
            "sendingAccountId": self.mail.sender,
            "destination": [address],
        }
        if self.feed == "owner":
            return envelope(json.dumps(notified(event_type, fields, **block)), OWNER)
        event = published(event_type, self.configuration_set, fields, **block)
        event["mail"]["tags"] |= {"campaign": [self.campaign]} if self.campaign else {}
        return envelope(json.dumps(event), self.mail.sender)

    @property
    def feed(self) -> str:
        return "owner" if self.by_owner and REPORTED[self.outcome][2] else "sender"

    @property
    def has_arn(self) -> bool:
        return self.names_arn or self.feed == "owner"

    @property
    def configuration_set(self) -> str | None:
        return self.mail.configuration_set if self.names_set and self.feed == "sender" else None

    @property
    def campaign(self) -> str | None:
        return self.mail.campaign if self.names_tags and self.feed == "sender" else None


def oracle(reports: Iterable[Report]) -> dict[tuple[str, ...], Any]:
    """Count distinct facts one dispatch at a time, knowing nothing of pages, runs or sets of fingerprints."""
    dispatches: dict[tuple[Mail, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    named: dict[tuple[Mail, int], set[str | None]] = defaultdict(set)
    for report in reports:
        dispatches[report.mail, report.recipient][report.outcome].add(report.feed)
        told = {report.mail.identity if report.has_arn else None, report.configuration_set, report.campaign}
        named[report.mail, report.recipient] |= told
    expected: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for (mail, recipient), outcomes in dispatches.items():
        told = named[mail, recipient]
        identity = mail.identity if mail.identity in told else mail.from_domain
        figures = expected[mail.sender, identity, mail.hour]
        cell = (mail.configuration_set or "" if told & set(SETS) - {None} else "(none)", PROVIDERS[recipient])
        for figure in [*_counted(set(outcomes)), *_what_followed(set(outcomes))]:
            figures[(*cell, figure)] += 1
        if mail.campaign in told - {None}:
            tag = (f"campaign={mail.campaign}", PROVIDERS[recipient])
            figures.update((*tag, figure) for figure in _counted(set(outcomes)))
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


def _counted(outcomes: set[str]) -> Iterator[str]:
    """A dispatch bounces once: permanently, if it is reported so."""
    bounces = sorted(outcome for outcome in outcomes if outcome.startswith("bounced_"))
    yield from outcomes.difference(bounces[1:])


def _what_followed(outcomes: set[str]) -> Iterator[str]:
    kinds = {outcome.partition("_")[0] for outcome in outcomes}
    ended = kinds & {"delivered", "bounced", "complained", "rejected"}
    if "delayed" in kinds:
        yield from ("delayed_then_delivered",) * ("delivered" in kinds)
        yield from ("delayed_then_bounced",) * ("bounced" in kinds)
        yield from ("delayed_still_open",) * (not ended)
    given_up = any(each.startswith("bounced_") and "_transient_" not in each for each in outcomes)
    yield from ("delivered_then_bounced",) * ("delivered" in kinds and given_up)
    yield from ("sent_without_outcome",) * ("sent" in kinds and not ended)
    yield from ("outcome_without_send",) * bool("sent" not in kinds and ended - {"rejected"})


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

    def update_item(self, **named: Any) -> Any:
        return self.call(super().update_item, **named)

    def transact_write_items(self, **named: Any) -> Any:
        return self.call(super().transact_write_items, **named)

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
            Rules(
                Registry(frozenset({OWNER}), frozenset({DELEGATE, SECOND_DELEGATE})),
                tag_names=frozenset({"campaign"}),
            ),
            signing_certificates(),
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

    def put_off(self, shard: Any, due_at: datetime, now: datetime) -> None:
        assert due_at > now
        self.postponements += 1
        request = PostingRequest(shard, due_at, f"postponed {self.postponements}", is_waiting=True)
        self.ask(self.postponed.append, request)

    def hide(self, message: PostingRequest, now: datetime) -> None:
        """Leave a message in the queue: whoever takes a batch puts back what is waiting."""
        assert message.changed_at > now

    def make_up(self, missed: Sequence[PostingRequest]) -> frozenset[Any]:
        """Take one message for each shard that failed, unless SQS fails."""
        refused = set()
        for request in missed:
            self.postponements += 1
            message = replace(request, record=f"missed {self.postponements}", is_missed=True)
            try:
                self.ask(self.postponed.append, message)
            except UnavailableError:
                refused.add(request.shard)
        return frozenset(refused)

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
            if not self.table.stream:
                self.table.now = max(self.table.now, min(each.changed_at for each in self.postponed))
            self.post_some()
        return {"journaled": journaled, "ignored": ignored, "quarantined": len(self.quarantined)}

    def post_some(self) -> None:
        """Post what a period of the stream names; what fails or is cut off comes again."""
        period = self.table.stream[: self.order.randint(1, 20)]
        requests = [
            PostingRequest(shard_of_key(pk), written_at, str(number), touched_digits(sk), is_urgent(sk))
            for number, ((pk, sk), written_at) in enumerate(period)
            if pk.startswith("JOURNAL#")
        ]
        requests, self.postponed = requests + self.postponed, []
        self.table.now += timedelta(seconds=self.order.choice([1, 20, 300]))
        try:
            run = PostingRun(lambda: self.table.now, timedelta(seconds=60))
            outcome = post_requested(self.balances, self, requests, run)
        except CrashError:
            self.postponed += requests
        else:
            self.postponed += [request for request in requests if request.record in outcome.undone]
        del self.table.stream[: len(period)]

    def figures(self) -> dict[tuple[str, ...], Any]:
        """All balances, late segments added to their hour's."""
        found: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
        rows = [row for key, row in sorted(self.table.items.items()) if key[0].startswith("BALANCE#")]
        for balance in balances_of_rows(rows):
            account, _, hour = balance.shard.segment.account_hour
            for identity, of_identity in balance.figures.items():
                figures = found[account, identity, hour]
                parts = (of_identity.counts, of_identity.followed, of_identity.coverage, of_identity.tags)
                for part in parts:
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


mails = st.integers(0, 26).map(Mail)
reports = st.builds(
    Report,
    mails,
    st.integers(0, 3),
    st.sampled_from(OUTCOMES),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
)
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
    some = [
        Report(
            Mail(draw.randrange(27)),
            draw.randrange(4),
            draw.choice(OUTCOMES),
            *(draw.random() < 0.5 for _ in range(4)),
        )
        for _ in range(count)
    ]
    return [replace(each, members=number % 4) for number, each in enumerate(some)]


def run_in_pieces(reported: list[Report], plan: Mapping[int, str] = NO_PLAN) -> Pipeline:
    """Send reports piece by piece, so that posting of hours is requested again and again."""
    pipeline = Pipeline(CrashingDynamoDB(plan), random.Random(17))
    for start in range(0, len(reported), 15):
        pipeline.receive([each.body() for each in reported[start : start + 15]])
    return pipeline


@pytest.mark.parametrize("moment", ["before", "after", "throttled"])
def test_a_crash_at_any_call_changes_nothing(moment: str) -> None:
    reported = some_reports(36, seed=7)
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


def test_facts_of_half_a_year_add_to_what_is_known() -> None:
    # Which bounce of several counts is decided within a segment and the one before: here each has one.
    reported = [each for each in some_reports(220, seed=11) if each.outcome != "bounced_transient_general"]
    distinct = list({(each.mail, each.recipient, each.outcome): each for each in reported}.values())
    pipeline = Pipeline(CrashingDynamoDB(), random.Random(5))

    for arrived_after, report in enumerate(distinct):
        # The oldest hour is 20 days old when the first arrives, and 177 when the last does.
        pipeline.table.now = NOW + timedelta(days=arrived_after * 157 / len(distinct))
        pipeline.table.expire(pipeline.table.now.timestamp())
        # Reported again up to 80 days later: that changes nothing.
        pipeline.receive([report.body()])
        pipeline.receive([each.body() for each in distinct[max(0, arrived_after - 75) : arrived_after : 4]])

    assert _outcomes(pipeline.figures()) == _outcomes(oracle(distinct))
    balances = [key for key in pipeline.table.items if key[0].startswith("BALANCE#")]
    assert {shard_of_balance(*key)[0].segment.number for key in balances} == {0, 1}


arrivals = st.lists(st.lists(reports, max_size=25), min_size=3, max_size=5)


def test_no_fact_counts_twice_however_far_apart_its_reports_come() -> None:
    """Each list arrives 90 days after the one before; SES may report a mail's bounce in several of them."""

    @settings(
        max_examples=EXAMPLES // 3,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    @given(arrivals, st.integers(0, 2**32), plans)
    def holds(segments: list[list[Report]], seed: int, plan: dict[int, str]) -> None:
        pipeline = Pipeline(CrashingDynamoDB(plan), random.Random(seed))
        for number, arrived in enumerate(segments):
            pipeline.table.now = NOW + timedelta(days=90 * number)
            pipeline.table.expire(pipeline.table.now.timestamp())
            pipeline.receive([report.body() for report in arrived])

        counted = _outcomes(pipeline.figures())
        assert counted == oracle_of_segments(segments)
        _assert_once(counted, [report for arrived in segments for report in arrived])

    holds()


def oracle_of_segments(segments: list[list[Report]]) -> Counter[tuple[str, ...]]:
    """Count one dispatch at a time by docs/adr/0023: what the segment before reports, or an hour counted
    earlier still, is not counted again.
    """
    expected: Counter[tuple[str, ...]] = Counter()
    reported: list[set[tuple[Mail, int, str]]] = []
    counted: list[set[tuple[str, str, str]]] = []
    for number, arrived in enumerate(segments):
        outcomes: dict[tuple[Mail, int, str], str] = {}
        for report in arrived:
            kind = "bounced" if report.outcome.startswith("bounced") else report.outcome
            fact = report.mail, report.recipient, kind
            # A permanent bounce sorts before a transient one.
            outcomes[fact] = min(report.outcome, outcomes.get(fact, report.outcome))
        reported.append(set(outcomes))
        counted.append(set())
        for (mail, recipient, kind), outcome in outcomes.items():
            of_hour = mail.sender, mail.hour, kind
            is_known = number > 0 and (mail, recipient, kind) in reported[number - 1]
            if not is_known and not any(of_hour in kinds for kinds in counted[: max(0, number - 1)]):
                expected[mail.sender, mail.hour, PROVIDERS[recipient], outcome] += 1
                counted[number].add(of_hour)
    return expected


def _assert_once(counted: Counter[tuple[str, ...]], reported: Iterable[Report]) -> None:
    """No more bounces, complaints and sends count than there are dispatches that have them."""
    known = {
        (each.mail.sender, each.mail.hour, each.mail, each.recipient, each.outcome.partition("_")[0])
        for each in reported
    }
    for kind in ("sent", "bounced", "complained"):
        for sender, hour in {(each[0], each[1]) for each in counted}:
            figures = sum(
                number
                for (account, at, _, outcome), number in counted.items()
                if (account, at) == (sender, hour) and outcome.startswith(kind)
            )
            facts = [fact for fact in known if (*fact[:2], fact[-1]) == (sender, hour, kind)]
            assert figures <= len(facts)


def _outcomes(figures: Mapping[tuple[str, ...], Counter[tuple[str, ...]]]) -> Counter[tuple[str, ...]]:
    """Facts by account, hour, provider and outcome: what named a late fact's identity, set or tag may have
    expired.
    """
    outcomes: Counter[tuple[str, ...]] = Counter()
    for (account, _, hour), counts in figures.items():
        for (name, provider, outcome), number in counts.items():
            if outcome in OUTCOMES and "=" not in name:
                outcomes[account, hour, provider, outcome] += number
    return outcomes


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
