"""An hour posted from files, on little."""

from pathlib import Path

from benchmarks.metered_tables import default_of
from benchmarks.posting import measure, write_answers


def test_a_new_hour_is_read_once_and_its_balance_written(tmp_path: Path) -> None:
    batches = 2
    pages = write_answers(tmp_path, batches * default_of("JournalBatchSize"), identities=1)
    size = sum(path.stat().st_size for path in tmp_path.glob("*/query-*.json"))
    measured = measure(tmp_path)
    assert pages == batches
    assert measured["items"] >= 1
    assert measured["write_units"] >= 1
    # Base64 makes four bytes of three; one answer, and a look for each balance that may be there already.
    assert 0.6 * size / 4_096 < measured["read_units"] < size / 4_096 + 40
    assert measured["peak_bytes"] > measured["bytes_before"]
