"""Work that makes a deployed stack write Parquet, and mark what a newer snapshot supersedes.

As in work.py, each piece takes a Trial and returns a check that it was done.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from console.local_aws.schedules import EXPORT_WORKFLOW
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.store import JournalTable
from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.forgotten_store import ForgettingKey, ForgottenTable, key_parameter_of
from ses_reputation.suppression.listing.destination import encode_line
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.snapshot.snapshot_reader import find_manifest, list_snapshots
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.e2e.support import work
from tests.e2e.support.trials import Trial
from tests.support.finished_snapshots import finish_snapshot
from tests.support.in_memory.suppression import suppress
from tests.support.suppression_entries import entry

FUNCTION = "ConvertSnapshotFunction"
# Long before any export, so each is older than all that the trial exports.
_DAYS = count()
_FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)


def convert_a_snapshot(trial: Trial) -> work.Check:
    """Parquet follows the manifest of a snapshot that was finished, as S3 and EventBridge tell."""
    store, run = _finish(trial)
    key = parquet_key(run, 1)
    return lambda: store.fetch(key) is not None


def supersede_a_snapshot(trial: Trial) -> work.Check:
    """An export marks a snapshot that is older."""
    store, run = _finish(trial)
    is_exported = work.export_the_list(trial)
    return lambda: is_exported() and store.is_superseded(run.manifest_key)


def hide_a_person(trial: Trial) -> work.Check:
    """An export has a hash in place of the address of somebody who was forgotten."""
    clients, stack = trial.aws.clients(), trial.stack
    key = ForgettingKey(lambda: clients.connect("ssm"), key_parameter_of(stack.name))
    people = ForgottenPeople(key.read() or key.create())
    listed = clients.connect("sesv2").list_suppressed_destinations()["SuppressedDestinationSummaries"]
    table = ForgottenTable(clients.dynamodb, stack.outputs["LedgerTableName"])
    table.add(people.hash_of(listed[0]["EmailAddress"]), datetime.now(UTC))
    store = S3SnapshotStore(clients.s3, stack.outputs["ReputationBucketName"])
    scheduled_at = trial.next_minute()
    clients.step_functions.start_execution(
        stateMachineArn=stack.resources[EXPORT_WORKFLOW], input=json.dumps({"scheduled_at": scheduled_at})
    )
    account = stack.outputs["FeedbackQueueArn"].split(":")[4]
    run = SnapshotRun(Target(account, "us-east-1"), name_run(datetime.fromisoformat(scheduled_at)))

    def is_hidden() -> bool:
        manifest = find_manifest(store, run)
        return manifest is not None and manifest.forgotten == 1

    return is_hidden


def explain_changes(trial: Trial) -> work.Check:
    """An export names the mail behind each addition, and calls a removal unexplained."""
    scheduled_at = datetime.fromisoformat(trial.next_minute())
    account = trial.stack.outputs["FeedbackQueueArn"].split(":")[4]
    target = Target(account, "us-east-1")
    store = S3SnapshotStore(trial.aws.clients().s3, trial.stack.outputs["ReputationBucketName"])
    before = SnapshotRun(target, name_run(scheduled_at - timedelta(seconds=1)))
    finish_snapshot(store, before, [encode_line(suppress("anna@example.com"))])
    expected = {**_journal_what_added_all(trial, account), "unexplained": 1}
    step_functions = trial.aws.clients().step_functions
    step_functions.start_execution(
        stateMachineArn=trial.stack.resources[EXPORT_WORKFLOW],
        input=json.dumps({"scheduled_at": scheduled_at.isoformat()}),
    )
    run = SnapshotRun(target, name_run(scheduled_at))
    return lambda: _causes_of(store, run) == expected


def causes_left_open(trial: Trial) -> work.Check:
    """One more export says of some change that its cause could not be looked up: it is complete."""
    store = S3SnapshotStore(trial.aws.clients().s3, trial.stack.outputs["ReputationBucketName"])
    target = Target(trial.stack.outputs["FeedbackQueueArn"].split(":")[4], "us-east-1")

    def count_open() -> int:
        runs = [manifest.run for manifest in list_snapshots(store, target)]
        return sum("not_looked_up" in _causes_of(store, run) for run in runs)

    before = count_open()
    return lambda: count_open() > before


def _causes_of(store: S3SnapshotStore, run: SnapshotRun) -> Mapping[str, int]:
    manifest = find_manifest(store, run)
    return manifest.changes.get("by_cause", {}) if manifest and manifest.changes else {}


def _journal_what_added_all(trial: Trial, account: str) -> Mapping[str, int]:
    """Journal a bounce or a complaint for each entry of the list; return how many of each."""
    clients = trial.aws.clients()
    journal = JournalTable(clients.dynamodb, trial.stack.outputs["LedgerTableName"])
    listed = clients.connect("sesv2").list_suppressed_destinations()["SuppressedDestinationSummaries"]
    for number, row in enumerate(listed):
        attributes = entry(
            recipient=row["EmailAddress"].lower(),
            sending_account=account,
            region="us-east-1",
            occurred_at=row["LastUpdateTime"].isoformat(),
            outcome="bounced_permanent_general" if row["Reason"] == "BOUNCE" else "complained_abuse",
        )
        message = attributes.pop("message_id")
        key = f"{attributes['outcome']}#{number:016x}#sender"
        journal.write([Entry(message, key, attributes, 2_000_000_000)])
    return Counter(row["Reason"].lower() for row in listed)


def _finish(trial: Trial) -> tuple[S3SnapshotStore, SnapshotRun]:
    account = trial.stack.outputs["FeedbackQueueArn"].split(":")[4]
    day = _FIRST_DAY + timedelta(days=next(_DAYS))
    store = S3SnapshotStore(trial.aws.clients().s3, trial.stack.outputs["ReputationBucketName"])
    run = SnapshotRun(Target(account, "us-east-1"), name_run(day))
    finish_snapshot(store, run, [encode_line(suppress("anna@example.com"))])
    return store, run
