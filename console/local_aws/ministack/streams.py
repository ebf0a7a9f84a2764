"""DynamoDB Streams as Lambda reads them on AWS, and how far it has read."""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

# All mappings: `roles` hides those that may not read, but their records stay unread.
_iterate_mappings = lambda_svc._iter_all_esms


def retry_batches_that_report_failures() -> None:
    """A stream's batch is retried when its function names failed records; ministack would drop them.

    The whole batch comes again, where AWS begins at the first failed record.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    execute: Callable[..., dict[str, Any]] = lambda_svc._execute_function

    def execute_and_check(function: dict[str, Any], event: Any, *rest: Any, **options: Any) -> dict[str, Any]:
        result = execute(function, event, *rest, **options)
        if _is_stream_batch(event) and _names_failures(result.get("body")):
            return result | {"error": True}
        return result

    lambda_svc._execute_function = execute_and_check


def count_unread_records() -> int:
    """Records of tables' streams that an enabled mapping has not finished with."""
    return sum(
        _count_unread(account_id, region, mapping)
        for account_id, region, mapping in _iterate_mappings()
        if ":dynamodb:" in mapping.get("EventSourceArn", "") and mapping.get("Enabled", True)
    )


def _count_unread(account_id: str, region: str, mapping: dict[str, Any]) -> int:
    table = mapping["EventSourceArn"].split("/")[1]
    with request_scope(account_id, region):
        start = dynamodb.stream_start_position(table)
        end = dynamodb.stream_end_position(table)
        position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"], start)
        return max(0, int(end) - max(int(position), int(start)))


def _is_stream_batch(event: Any) -> bool:
    records: list[dict[str, Any]] = (event.get("Records") if isinstance(event, dict) else None) or []
    return any(record.get("eventSource") == "aws:dynamodb" for record in records[:1])


def _names_failures(body: Any) -> bool:
    answer = json.loads(body) if isinstance(body, str) and body.startswith("{") else body
    return isinstance(answer, dict) and bool(answer.get("batchItemFailures"))
