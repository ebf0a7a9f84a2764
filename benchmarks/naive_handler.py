"""The usual way to count SES feedback, written for comparison: a record and counters, event by event.

It is what the documentation of AWS Lambda Powertools shows for queues (idempotency utility, "Batch
integration"), with one `UpdateItem ... ADD` for each figure asked for: by sending account, by identity, and
by account and day. The lean kind puts a record of its own, once; the utility writes its record twice.
Both count an event twice, or not at all, if they crash between the record and the counters.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient

LambdaFunction = Callable[[dict[str, Any], Any], dict[str, Any]]
COUNTERS = "naive-counters"
RECORDS = "naive-idempotency"
_RECORD_LIFE = timedelta(days=1)

logger = Logger(service="naive")
metrics = Metrics(namespace="Naive", service="naive")


def naive_handler(client: "DynamoDBClient") -> LambdaFunction:
    """Return the handler that leaves idempotency to Powertools: two writes for the record, three to count."""

    config = IdempotencyConfig(
        event_key_jmespath="[mail.messageId, eventType, delivery.timestamp]",
        expires_after_seconds=int(_RECORD_LIFE.total_seconds()),
    )

    @idempotent_function(  # type: ignore[untyped-decorator]
        data_keyword_argument="ses_event",
        persistence_store=DynamoDBPersistenceLayer(table_name=RECORDS, boto3_client=client),
        config=config,
    )
    def count_once(ses_event: dict[str, Any]) -> None:
        _count(client, ses_event)

    def count_record(record: "SQSRecord") -> None:
        count_once(ses_event=_ses_event(record))

    return _handler(count_record, config)


def lean_naive_handler(client: "DynamoDBClient") -> LambdaFunction:
    """Return the handler that puts a record of its own: one conditional write for it, three to count."""

    def count_record(record: "SQSRecord") -> None:
        ses_event = _ses_event(record)
        if _is_new(client, ses_event):
            _count(client, ses_event)

    return _handler(count_record)


def _handler(
    count_record: Callable[["SQSRecord"], None], idempotency: IdempotencyConfig | None = None
) -> LambdaFunction:
    processor = BatchProcessor(event_type=EventType.SQS)

    @logger.inject_lambda_context
    @metrics.log_metrics
    def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
        if idempotency:
            idempotency.register_lambda_context(context)
        answer = process_partial_response(event, count_record, processor, context)
        metrics.add_metric("FeedbackCounted", MetricUnit.Count, len(processor.success_messages))
        return dict(answer)

    return lambda_handler


def _ses_event(record: "SQSRecord") -> dict[str, Any]:
    ses_event: dict[str, Any] = json.loads(json.loads(record.body)["Message"])
    return ses_event


def _is_new(client: "DynamoDBClient", ses_event: dict[str, Any]) -> bool:
    key = f"{ses_event['mail']['messageId']}#{ses_event['eventType']}#{ses_event['delivery']['timestamp']}"
    expires_at = datetime.now(UTC) + _RECORD_LIFE
    try:
        client.put_item(
            TableName=RECORDS,
            Item={"id": {"S": key}, "expiration": {"N": str(int(expires_at.timestamp()))}},
            ConditionExpression="attribute_not_exists(id)",
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _count(client: "DynamoDBClient", ses_event: dict[str, Any]) -> None:
    mail = ses_event["mail"]
    account, identity = mail["sendingAccountId"], mail["sourceArn"].partition("identity/")[2]
    for counted in (f"ACCOUNT#{account}", f"IDENTITY#{identity}"):
        _add_one(client, counted, "total", ses_event["eventType"])
    _add_one(client, f"ACCOUNT#{account}", mail["timestamp"][:10], ses_event["eventType"])


def _add_one(client: "DynamoDBClient", counted: str, period: str, event_type: str) -> None:
    client.update_item(
        TableName=COUNTERS,
        Key={"pk": {"S": counted}, "sk": {"S": period}},
        UpdateExpression="ADD #type :one",
        ExpressionAttributeNames={"#type": event_type},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
