"""Names of runs and keys of objects."""

from datetime import UTC, datetime

import pytest

from ses_reputation.suppression.errors import InvalidScheduledTimeError
from ses_reputation.suppression.snapshot.location import (
    SnapshotRun,
    is_run_id,
    name_run,
    parse_scheduled_time,
)
from ses_reputation.suppression.targets import Target

SEVEN = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-11-22T07:00:00Z", "2026-11-22T07:00:00.999Z", "2026-11-22T08:00:00+01:00", "20261122T070000Z"],
)
def test_the_same_moment_is_the_same_run_however_it_is_written(text: str) -> None:
    assert parse_scheduled_time(text) == SEVEN
    assert name_run(parse_scheduled_time(text)) == "20261122T070000Z"


def test_names_of_runs_sort_by_time_and_attempt() -> None:
    later = datetime(2026, 11, 22, 7, 0, 1, tzinfo=UTC)
    names = [name_run(SEVEN), name_run(SEVEN, 2), name_run(SEVEN, 10), name_run(later)]
    assert names == sorted(names)
    assert all(is_run_id(name) for name in names)


@pytest.mark.parametrize("attempt", [0, 100, -1])
def test_an_attempt_out_of_bounds_is_refused(attempt: int) -> None:
    with pytest.raises(InvalidScheduledTimeError, match="attempt"):
        name_run(SEVEN, attempt)


@pytest.mark.parametrize("attempt", ["2", 2.0, None, True])
def test_an_attempt_that_is_no_whole_number_is_refused(attempt: int) -> None:
    with pytest.raises(InvalidScheduledTimeError, match="attempt"):
        name_run(SEVEN, attempt)


@pytest.mark.parametrize(
    "name", ["raw", "latest.json", "20261122", "20261122T070000Z-2", "20261122T070000Z-02x"]
)
def test_other_folders_are_no_runs(name: str) -> None:
    assert not is_run_id(name)


def test_keys_are_made_of_account_region_run_and_numbers() -> None:
    run = SnapshotRun(Target("111122223333", "eu-west-1"), "20261122T070000Z")
    folder = "suppression/111122223333/eu-west-1/account/"
    assert run.target.latest_key == f"{folder}latest.json"
    assert run.manifest_key == f"{folder}20261122T070000Z/manifest.json"
    assert run.part_key(7) == f"{folder}20261122T070000Z/part-00007.ndjson.gz"
    assert run.raw_part_key(2, "00001-abcd") == (
        "suppression/raw/111122223333/eu-west-1/account/20261122T070000Z/chain-02/00001-abcd.ndjson.gz"
    )
