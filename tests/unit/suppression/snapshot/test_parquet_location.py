"""Where Parquet lies."""

from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parquet_location import parquet_key, parquet_prefix
from ses_reputation.suppression.targets import Target

TARGET = Target("111122223333", "eu-west-1")


def test_parquet_lies_by_account_region_list_and_day() -> None:
    assert parquet_key(SnapshotRun(TARGET, "20261122T070000Z"), 7) == (
        "parquet/snapshots/account=111122223333/region=eu-west-1/list=account/day=2026-11-22/"
        "20261122T070000Z.part-00007.parquet"
    )


def test_no_run_of_a_day_has_the_files_of_another() -> None:
    first, again = (SnapshotRun(TARGET, name) for name in ("20261122T070000Z", "20261122T070000Z-02"))
    assert not parquet_key(again, 1).startswith(parquet_prefix(first))
    assert parquet_key(again, 1).startswith(parquet_prefix(again))
