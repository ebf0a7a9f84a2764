"""Work that makes a deployed stack write Parquet, and mark what a newer snapshot supersedes.

As in work.py, each piece takes a Trial and returns a check that it was done.
"""

from datetime import UTC, datetime, timedelta
from itertools import count

from ses_reputation.suppression.listing.destination import encode_line
from ses_reputation.suppression.snapshot.location import SnapshotRun, name_run
from ses_reputation.suppression.snapshot.parquet_location import parquet_key
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.e2e.support import work
from tests.e2e.support.trials import Trial
from tests.support.finished_snapshots import finish_snapshot
from tests.support.in_memory.suppression import suppress

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


def _finish(trial: Trial) -> tuple[S3SnapshotStore, SnapshotRun]:
    account = trial.stack.outputs["FeedbackQueueArn"].split(":")[4]
    day = _FIRST_DAY + timedelta(days=next(_DAYS))
    store = S3SnapshotStore(trial.aws.clients().s3, trial.stack.outputs["ReputationBucketName"])
    run = SnapshotRun(Target(account, "us-east-1"), name_run(day))
    finish_snapshot(store, run, [encode_line(suppress("anna@example.com"))])
    return store, run
