"""Writes the Parquet of a snapshot that was just finished: S3 tells EventBridge of its manifest."""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ses_reputation import starting
from ses_reputation.environment import read_text
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.conversion import ParquetFile, convert_snapshot
from ses_reputation.suppression.store import connect_store
from ses_reputation.telemetry import open_logger, open_metrics

logger, metrics = open_logger(), open_metrics(os.environ)
_store = cache(lambda: connect_store(read_text(os.environ, "REPUTATION_BUCKET")))
starting.make_ready(os.environ, _store)
# The memory is a part's, of some 10 MB of text, with room to spare; nothing may be fetched from a network.
_CONFIG: Any = {"threads": 1, "memory_limit": "400MB", "autoinstall_known_extensions": False}
_TEXT_COLUMNS = dict.fromkeys(("EmailAddress", "Reason", "LastUpdateTime", "Forgotten"), "VARCHAR")
_COLUMNS = """EmailAddress AS email_address, Reason AS reason,
    CAST(LastUpdateTime AS TIMESTAMPTZ) AS last_update_time, '{run}' AS run, Forgotten AS forgotten"""
# Rows are sorted: in groups of a tenth of a part, a reader finds an address in one.
_ROWS_PER_GROUP = 10_240


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Convert the snapshot whose manifest the event names; Lambda retries what raises, and goes on there."""
    conversion = convert_snapshot(_store(), event["detail"]["object"]["key"], write_parquet)
    logger.info("converted", extra={"run": conversion.manifest.run.prefix, "written": conversion.written})
    metrics.add_metric("ParquetPartsWritten", unit="Count", value=conversion.written)
    if conversion.failed:
        logger.error("Parts could not be converted", extra={"failed": conversion.failed})
        raise SnapshotCorruptError(f"{len(conversion.failed)} parts could not be converted.")
    return {"written": conversion.written}


def write_parquet(lines: bytes, run: str) -> ParquetFile:
    """Return lines as Parquet; raises SnapshotCorruptError, whose text has nothing of theirs."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config=_CONFIG) as connection:
        text, made = Path(folder, "part.ndjson"), Path(folder, "part.parquet")
        text.write_bytes(lines)
        try:
            rows = connection.read_json(str(text), columns=_TEXT_COLUMNS, format="newline_delimited")
            columns = rows.project(_COLUMNS.format(run=run))
            columns.write_parquet(str(made), compression="zstd", row_group_size=_ROWS_PER_GROUP)
            ((count,),) = connection.read_parquet(str(made)).count("*").fetchall()
        except duckdb.Error as error:
            raise SnapshotCorruptError(f"DuckDB could not convert a part: {type(error).__name__}.") from None
        return ParquetFile(made.read_bytes(), count)
