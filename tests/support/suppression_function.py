"""The export's function wired to fakes, the way its own module wires it to AWS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from functions.export_suppression import app
from ses_reputation.suppression.listing.list_reader import ListReader, SuppressionList
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.store import SnapshotStore

SETTINGS = ExportSettings("bucket", page_size=2, pages_per_part=2, rows_per_part=3, margin_seconds=10)


@contextmanager
def serve_function(
    store: SnapshotStore,
    suppression_list: SuppressionList,
    settings: ExportSettings = SETTINGS,
    seconds_left: Callable[[], float] = lambda: 300.0,
    sleep: Callable[[float], None] = lambda _: None,
) -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Give the function as something to call with a payload."""
    context: Any = SimpleNamespace(
        function_name="export",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:111122223333:function:export",
        aws_request_id="00000000-0000-0000-0000-000000000000",
        get_remaining_time_in_millis=lambda: int(seconds_left() * 1_000),
    )
    reader = ListReader(suppression_list, sleep)
    with (
        patch.object(app.metrics.provider, "namespace", "SesReputation"),
        patch.multiple(app, _settings=lambda: settings, _store=lambda: store, _reader=lambda _: reader),
    ):
        yield lambda payload: app.lambda_handler(payload, context)
