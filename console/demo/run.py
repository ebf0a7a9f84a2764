"""What the demo does, step by step: each step prints what it did, and returns what the next one needs."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.actions.statement.write_statements import INDEX_FILE, StatementFolder, write_statements
from console.demo.stages import Assessed, Stage, StagedRun, divide
from console.demo.traffic import (
    DELEGATES,
    NAMES,
    OWN_DOMAINS,
    OWNER,
    TAGS,
    InventedTraffic,
    generate_traffic,
)
from console.demo.traffic.suppressed import Suppressed, suppressed_until
from console.local_aws.schedules import run_suppression_export
from console.local_aws.ses_stand_in.connection import SignedRequest
from console.local_aws.ses_stand_in.limits import RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour, SuppressedAddress
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.ledger_contents import LedgerContents, read_contents
from console.local_stack.stack import LocalStack, Parties, run_local_stack
from console.stack.connection import Connection
from console.stack.statements import FUNCTION, read_statement_settings
from console.terminal.screen import Narrator
from ses_reputation.findings.ses_comparison import Reconciliation
from ses_reputation.standing.state import Transition
from ses_reputation.suppression.changes.comparison import NEVER_COMPARED, SnapshotChanges
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target
from ses_reputation.wording import count

PARTIES = Parties((OWNER,), DELEGATES, OWN_DOMAINS, NAMES, TAGS)
SUPPRESSED_BEFORE = 6_000
_WEEK, _WEEKS_BACK = timedelta(weeks=1), (2, 1)
_EXPORT_LIMITS = {
    "SUPPRESSION_PAGE_SIZE": "500",
    "SUPPRESSION_FIRST_RATE": "10",
    "SUPPRESSION_PAGES_PER_PART": "4",
    "SUPPRESSION_ROWS_PER_PART": "2500",
}
_ARBITRARY = ListBehaviour(order_seed=7, repeated_fraction=0.02)
_BUSY = RequestLimits(throttled_fraction=0.25, seed=7)
_FORGETS_AFTER_PAGES = 7


class ForgetfulSes(SesStandIn):
    """A stand-in that, once it is busy, forgets the tokens that it gave in the middle of a list."""

    _pages_left = -1

    def limit(self, limits: RequestLimits) -> None:
        """Limit requests from now on, and forget all tokens once, some pages later."""
        super().limit(limits)
        self._pages_left = _FORGETS_AFTER_PAGES

    def answer_rest(self, request: SignedRequest) -> bytes:
        """Answer one request of v2; raises RefusedRequestError."""
        answer = super().answer_rest(request)
        # The hourly checks ask SES too; only pages of the export count, which have a size of their own.
        if f"PageSize={_EXPORT_LIMITS['SUPPRESSION_PAGE_SIZE']}" in request.target:
            self._pages_left -= 1
            if not self._pages_left:
                self.expire_tokens()
        return answer


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A finished snapshot, its addresses, and what it took: how often SES throttled the export.

    listed: the addresses that were on the list when it was exported.
    """

    manifest: Manifest
    addresses: list[str]
    listed: list[str]
    throttled: int

    @property
    def changes(self) -> SnapshotChanges:
        """What changed since the snapshot before; `not_compared` where there is none."""
        return SnapshotChanges.from_json(self.manifest.changes or {"not_compared": NEVER_COMPARED})


@dataclass(frozen=True, slots=True)
class DemoRun:
    """Mail that went through the stack: its stages, all transitions, the ledger, and the ledger compared with
    what SES counted."""

    traffic: InventedTraffic
    assessed: Sequence[Assessed]
    transitions: Sequence[Transition]
    contents: LedgerContents
    reconciliations: Sequence[Reconciliation]


def open_demo(narrator: Narrator) -> AbstractContextManager[LocalStack]:
    """The project's stack on this machine, and a suppression list of old addresses."""
    ses = ForgetfulSes(OWNER, _ARBITRARY)
    ses.seed(SUPPRESSED_BEFORE, OWNER)
    return run_local_stack(narrator, ses, PARTIES, _EXPORT_LIMITS)


def invent_traffic(
    narrator: Narrator, seed: int, mails: int, days: int
) -> tuple[InventedTraffic, list[Stage]]:
    """Invent the day that ends with the last full hour, and the days before it; cut all into stages."""
    what = f"{count(days, 'day')} of mail, and one more" if days else "a day of mail"
    with narrator.step(f"Invent {what}") as step:
        ends_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        traffic = generate_traffic(seed, ends_at, mails, days)
        published, lost = len(traffic.publications), sum(traffic.lost.values())
        step.outcome = (
            f"Invent {what}: {count(traffic.mails, 'mail')} to\n"
            f"{count(traffic.dispatches, 'recipient')}, which SES reports in {published:,} notifications,\n"
            f"{traffic.duplicates:,} of them repeats; {lost:,} more never arrive, as in life. On the last\n"
            "day, after 13 hours, a delegate imports a bad list; an hour later Microsoft\n"
            "begins to defer the mail of that domain"
        )
    return traffic, divide(traffic, ends_at, days)


def run_stages(
    narrator: Narrator, local: LocalStack, traffic: InventedTraffic, stages: Sequence[Stage]
) -> DemoRun:
    """Run all stages, and read what became of the mail."""
    staged = StagedRun(local, traffic)
    assessed = [staged.run(narrator, stage) for stage in stages]
    contents = read_contents(local, assessed[-1].tally)
    return DemoRun(traffic, assessed, staged.transitions(assessed[-1]), contents, staged.reconciliations())


def export_lists(narrator: Narrator, local: LocalStack, run: DemoRun) -> list[Snapshot]:
    """Export the list as it was one and two weeks ago, if mail was sent then, and as it is; oldest first.

    The export runs as its schedule starts it, at that time. The last one meets a busy SES.
    """
    begins_at = run.assessed[0].stage.begins_at
    ends_at = run.assessed[-1].stage.ends_at
    earlier = [ends_at - weeks * _WEEK for weeks in _WEEKS_BACK if ends_at - weeks * _WEEK > begins_at]
    with narrator.step("Export the suppression list") as step:
        snapshots = [_export(local, run.traffic, at) for at in earlier]
        local.ses.limit(_BUSY)
        snapshots.append(_export(local, run.traffic, None))
        total = snapshots[-1].manifest.total
        times = "" if not earlier else f" {len(snapshots)} times, a week apart"
        step.outcome = (
            f"Export a suppression list of {total:,} addresses{times}:\n"
            "EventBridge Scheduler, Step Functions, Lambda, S3; at last SES throttles,\n"
            "and forgets the export's position"
        )
    return snapshots


def _export(local: LocalStack, traffic: InventedTraffic, at: datetime | None) -> Snapshot:
    now = at or datetime.now(UTC)
    local.ses.seed((_row_of(each) for each in suppressed_until(traffic, OWNER, now)), OWNER)
    listed = local.ses.open_list(OWNER, local.aws.region).addresses()
    run_suppression_export(local.aws, local.stack, at)
    store = S3SnapshotStore(local.aws.clients().s3, local.stack.outputs["ReputationBucketName"])
    manifest = load_manifest(store, Target(local.aws.account_id, local.aws.region))
    addresses = [row.email_address for row in stream_rows(store, manifest)]
    return Snapshot(manifest, addresses, listed, throttled=local.ses.answers[429])


def _row_of(each: Suppressed) -> SuppressedAddress:
    updated_at = each.bounced_at.timestamp()
    return SuppressedAddress(each.recipient, "BOUNCE", updated_at, each.message_id, each.feedback_id)


def write_pages(narrator: Narrator, local: LocalStack, folder: Path) -> Path:
    """Write every party's statement to files as of now, and return the page that leads to them."""
    with narrator.step("Write each party's statement") as step:
        stack = Connection(local.aws.clients(), local.stack)
        settings = read_statement_settings(stack.clients.functions, stack.output(FUNCTION))
        index = write_statements(
            stack.assessments, stack.snapshots, StatementFolder(folder), settings, datetime.now(UTC)
        )
        step.outcome = f"Write the statements of {count(len(index.lines), 'party', 'parties')} as pages"
    return folder / INDEX_FILE
