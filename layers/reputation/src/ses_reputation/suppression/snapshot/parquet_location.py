"""Where the Parquet of a snapshot lies: by account, Region, list and day, as the table of Athena expects."""

from ses_reputation.suppression.snapshot.location import SnapshotRun

PARQUET_ROOT = "parquet/snapshots/"
"""The folder of the Parquet of all snapshots in the bucket."""


def day_of_run(run: SnapshotRun) -> str:
    """Return the day, in UTC, that a run was scheduled for: `2026-11-22`."""
    return f"{run.run_id[:4]}-{run.run_id[4:6]}-{run.run_id[6:8]}"


def parquet_prefix(run: SnapshotRun) -> str:
    """Return what all Parquet keys of a run begin with, and no key of another run.

    A day may have several runs, and their names cannot be listed beforehand, so the day is the partition, and
    the run a column of the file (docs/adr/0053-parquet-and-what-expires.md).
    """
    target = run.target
    folder = f"account={target.account}/region={target.region}/list={target.list_name}/day={day_of_run(run)}/"
    return f"{PARQUET_ROOT}{folder}{run.run_id}."


def parquet_key(run: SnapshotRun, part: int) -> str:
    """Return the key of the Parquet of a finished part, which are numbered from 1."""
    return f"{parquet_prefix(run)}part-{part:05d}.parquet"
