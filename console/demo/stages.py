"""The demo's mail in stages: what arrives in the weeks, and then in each part of the day, is published,
journaled and posted, then all entities are assessed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from console.demo.traffic import InventedTraffic, Publication
from console.demo.traffic.ses_rates import bounce_rates
from console.errors import UnaccountedError
from console.local_aws.delivery import FeedbackTopics, TopicMessage
from console.local_aws.invocation import run_scheduled
from console.local_aws.ses_stand_in.statistics import SendTotals
from console.local_aws.subscriber import HeardAlert, HeardEvent, Hearing
from console.local_stack.accounting import await_accounts, describe_gap
from console.local_stack.await_idle import show_backlog
from console.local_stack.stack import LocalStack
from console.reports.message_tally import MessageTally
from console.terminal.screen import Narrator, Step
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.findings.reconciliation import reconcile
from ses_reputation.findings.ses_comparison import Reconciliation
from ses_reputation.hours import day_of
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.rollup.day_balance import day_balances_of
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.wording import count

_ENDS = (timedelta(hours=12), timedelta(hours=18), timedelta(hours=24))
_DAY = timedelta(days=1)
_SES_KEEPS = timedelta(days=14)
_MOST_TRANSITIONS = 1_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the time: what arrives in it, and when it ends (aware UTC), which is when it is assessed."""

    begins_at: datetime
    ends_at: datetime
    publications: tuple[Publication, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What an assessment at the end of a stage left and published; `tally` is of all messages so far."""

    stage: Stage
    states: Mapping[ReputationEntity, EntityState]
    alerts: Sequence[HeardAlert]
    events: Sequence[HeardEvent]
    tally: MessageTally


def divide(traffic: InventedTraffic, ends_at: datetime, days_before: int = 0) -> list[Stage]:
    """Cut a day that ends at an aware time, and the days before it, into stages.

    What arrives after its end belongs to the last. The days before are one stage, if there are any.
    """
    begins_at = ends_at - _DAY
    bounds = [begins_at, *(begins_at + end for end in _ENDS)]
    if days_before:
        bounds.insert(0, begins_at - days_before * _DAY)
    places = [0, *(len(traffic.arriving_by(bound)) for bound in bounds[1:-1]), len(traffic.publications)]
    return [
        Stage(*span, traffic.publications[first:last])
        for span, (first, last) in zip(pairwise(bounds), pairwise(places), strict=True)
    ]


class StagedRun:
    """Runs stages on a stack, one after the other, and receives its alerts and events."""

    def __init__(self, local: LocalStack, traffic: InventedTraffic) -> None:
        self._local = local
        self._traffic = traffic
        self._stages_run = 0
        self._meanwhile = ThreadPoolExecutor(1)
        self._published = 0
        self._topics = FeedbackTopics(local.aws, local.stack.outputs["FeedbackQueueArn"])
        self._hearing = Hearing.of_stack(local.aws, local.stack)
        self._table = AssessmentTable(local.aws.clients().dynamodb, local.stack.outputs["LedgerTableName"])

    def run(self, narrator: Narrator, stage: Stage) -> Assessed:
        """Publish what arrives in a stage, wait until it is posted, and assess all entities as of its end.

        Raises:
            UnaccountedError: not every message published so far is accounted for.
        """
        title = self._title(stage)
        with narrator.step(title, len(stage.publications)) as step:
            # It asks SES about a call a second, which is mostly waiting.
            read = self._meanwhile.submit(self._read_statistics, stage)
            tally = self._take_in(step, stage)
            read.result()
            assessed = self._assess(stage, tally)
            step.outcome = self._tell(title, assessed)
        self._stages_run += 1
        return assessed

    def reconciliations(self) -> list[Reconciliation]:
        """What the ledger holds of what SES counted, of each account whose statistics were read."""
        now = datetime.now(UTC)
        first, last = day_of(now - _SES_KEEPS - _DAY), day_of(now)
        accounts = {(sender.account, sender.region) for sender in self._table.senders()}
        hours = [each for account in accounts for each in self._table.read_hours(*account, first, last)]
        days = day_balances_of(gather_hours(hours))
        compared = (reconcile(statistics, days, now) for statistics in self._table.read_statistics())
        return [each for each in compared if each]

    def _title(self, stage: Stage) -> str:
        which = "Next" if self._stages_run else "First"
        return f"{which} {_duration(stage)}: {count(len(stage.publications), 'notification')}"

    def _tell(self, title: str, assessed: Assessed) -> str:
        alerts = count(len(assessed.alerts), "alert") if assessed.alerts else "no alert"
        if self._stages_run:
            return f"{title}; assessed again: {alerts}"
        return (
            f"{title} through SNS and one queue to\n"
            f"Lambda, which journals them, posts balances, and assesses: {alerts}"
        )

    def transitions(self, assessed: Assessed) -> list[Transition]:
        """All transitions that the stack has stored of the entities that were assessed."""
        return [
            transition
            for entity in assessed.states
            for transition in self._table.transitions(entity, _MOST_TRANSITIONS)
        ]

    def _take_in(self, step: Step, stage: Stage) -> MessageTally:
        notifications = (TopicMessage(each.topic_account, each.message) for each in stage.publications)
        self._published += self._topics.publish(notifications, step.advance_to)
        tally = await_accounts(
            self._local,
            self._published,
            lambda backlog: show_backlog(step, backlog, len(stage.publications)),
        )
        if not tally.is_conserved:
            raise UnaccountedError(describe_gap(tally))
        return tally

    def _assess(self, stage: Stage, tally: MessageTally) -> Assessed:
        name = self._local.stack.outputs["AssessReputationFunctionName"]
        run_scheduled(self._local.aws, name, stage.ends_at)
        alerts, events = self._hearing.take_alerts(), self._hearing.take_events()
        return Assessed(stage, self._table.read_states(), alerts, events, tally)

    def _read_statistics(self, stage: Stage) -> None:
        self._count_as_ses(stage.ends_at)
        self._publish_rates(stage)
        name = self._local.stack.outputs["ReadSesStatisticsFunctionName"]
        run_scheduled(self._local.aws, name, stage.ends_at)

    def _publish_rates(self, stage: Stage) -> None:
        """Publish the bounce rate of the stack's own account as SES does, at the end of each day or stage."""
        days = (stage.ends_at - stage.begins_at) // _DAY
        moments = [stage.ends_at - number * _DAY for number in range(max(1, days))]
        account = self._local.aws.account_id
        metrics = [
            {"MetricName": "Reputation.BounceRate", "Value": rate, "Timestamp": moment}
            for moment, rate in bounce_rates(self._traffic, account, moments).items()
        ]
        if metrics:
            cloudwatch = self._local.aws.clients().connect("cloudwatch")
            cloudwatch.put_metric_data(Namespace="AWS/SES", MetricData=metrics)

    def _count_as_ses(self, until: datetime) -> None:
        """Let the stand-in answer with what SES has counted by then, of the two weeks that it keeps."""
        counted: dict[str, dict[datetime, SendTotals]] = {}
        for (account, quarter), totals in self._traffic.counted_by_ses.items():
            if until - _SES_KEEPS <= quarter < until:
                counted.setdefault(account, {})[quarter] = SendTotals(*totals)
        for account, points in counted.items():
            self._local.ses.count(points, account, self._local.aws.region)


def _duration(stage: Stage) -> str:
    duration = stage.ends_at - stage.begins_at
    if duration > _DAY:
        return count(duration // _DAY, "day")
    return count(duration // timedelta(hours=1), "hour")
