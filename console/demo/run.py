"""What the demo does, step by step: each step prints what it did, and returns what the next one needs."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.actions.statement.write_statements import INDEX_FILE, StatementFolder, write_statements
from console.demo.stages import Assessed, Stage, StagedDay, divide_day
from console.demo.traffic import DELEGATES, OWN_DOMAINS, OWNER, DayOfTraffic, generate_day
from console.local_aws.schedules import run_suppression_export
from console.local_aws.ses_stand_in.connection import SignedRequest
from console.local_aws.ses_stand_in.limits import RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.ledger_contents import LedgerContents, read_contents
from console.local_stack.stack import LocalStack, Parties, run_local_stack
from console.stack.connection import Connection
from console.stack.statements import FUNCTION, read_statement_settings
from console.terminal.screen import Narrator, count
from ses_reputation.findings.ses_comparison import Reconciliation
from ses_reputation.standing.state import Transition
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target

PARTIES = Parties(owners=(OWNER,), delegates=DELEGATES, own_domains=OWN_DOMAINS)
SUPPRESSED_ADDRESSES = 6_000
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
    """A stand-in that once, in the middle of a list, forgets the tokens that it gave."""

    _pages = 0

    def answer_rest(self, request: SignedRequest) -> bytes:
        """Answer one request of v2; raises RefusedRequestError."""
        answer = super().answer_rest(request)
        # The hourly checks ask SES too; only pages of the export count, which have a size of their own.
        if f"PageSize={_EXPORT_LIMITS['SUPPRESSION_PAGE_SIZE']}" in request.target:
            self._pages += 1
            if self._pages == _FORGETS_AFTER_PAGES:
                self.expire_tokens()
        return answer


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A finished snapshot, its addresses, and what it took: how often SES throttled the export."""

    manifest: Manifest
    addresses: list[str]
    throttled: int


@dataclass(frozen=True, slots=True)
class DayRun:
    """A day that went through the stack: its stages, all transitions, the ledger, and the ledger compared
    with what SES counted."""

    day: DayOfTraffic
    assessed: Sequence[Assessed]
    transitions: Sequence[Transition]
    contents: LedgerContents
    reconciliations: Sequence[Reconciliation]


def open_demo(narrator: Narrator) -> AbstractContextManager[LocalStack]:
    """The project's stack on this machine, and a suppression list that is hard to read."""
    ses = ForgetfulSes(OWNER, _ARBITRARY, _BUSY)
    ses.seed(SUPPRESSED_ADDRESSES, OWNER)
    return run_local_stack(narrator, ses, PARTIES, _EXPORT_LIMITS)


def invent_day(narrator: Narrator, seed: int, mails: int) -> tuple[DayOfTraffic, list[Stage]]:
    """Invent the day that ends with the last full hour, and cut it into stages."""
    with narrator.step("Invent a day of mail") as step:
        ends_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        day = generate_day(seed, ends_at, mails)
        published, lost = len(day.publications), sum(day.lost.values())
        step.outcome = (
            f"Invent a day: {count(day.mails, 'mail')} to {count(day.dispatches, 'recipient')},\n"
            f"which SES reports in {count(published, 'notification')}, {day.duplicates:,} of them repeats;\n"
            f"{lost:,} more never arrive, as in life. After 13 hours a delegate imports a bad\n"
            "list; an hour later Microsoft begins to defer the mail of that domain"
        )
    return day, divide_day(day, ends_at)


def run_day(narrator: Narrator, local: LocalStack, day: DayOfTraffic, stages: Sequence[Stage]) -> DayRun:
    """Run all stages, and read what became of the day."""
    staged = StagedDay(local, day)
    assessed = [staged.run(narrator, stage) for stage in stages]
    contents = read_contents(local, assessed[-1].tally)
    return DayRun(day, assessed, staged.transitions(assessed[-1]), contents, staged.reconciliations())


def export_list(narrator: Narrator, local: LocalStack) -> Snapshot:
    """Run the suppression export as its schedule does, and read the snapshot that it made."""
    listed = f"{SUPPRESSED_ADDRESSES:,} addresses"
    with narrator.step(f"Export a suppression list of {listed}") as step:
        run_suppression_export(local.aws, local.stack)
        step.outcome = (
            f"Export a suppression list of {listed}:\n"
            "EventBridge Scheduler, Step Functions, Lambda, S3; meanwhile SES throttles,\n"
            "and forgets the export's position"
        )
        store = S3SnapshotStore(local.aws.clients().s3, local.stack.outputs["ReputationBucketName"])
        manifest = load_manifest(store, Target(local.aws.account_id, local.aws.region))
        addresses = [row.email_address for row in stream_rows(store, manifest)]
    return Snapshot(manifest, addresses, throttled=local.ses.answers[429])


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
