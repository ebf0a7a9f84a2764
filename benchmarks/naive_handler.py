"""The usual ways to count SES feedback, written for comparison: records and counters, and details.

It is what the documentation of AWS Lambda Powertools shows for queues (idempotency utility, "Batch
integration"), with one `UpdateItem ... ADD` for each figure asked for: by sending account, by identity, and
by account and day. The lean kind puts a record of its own, once; the utility writes its record twice.
Both work event by event. They count an event twice, or not at all, if they crash between the record and the
counters. The fair kind does what a good engineer would: it reads and writes records in batches, adds up
within the batch, and updates each counter once, with all types of event in one request. All three keep the
details of each adverse event as an item, with an index by recipient, so that they answer what the ledger's
entries answer.
"""

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from cryptography.x509 import Certificate
    from mypy_boto3_dynamodb import DynamoDBClient

LambdaFunction = Callable[[dict[str, Any], Any], dict[str, Any]]
COUNTERS = "naive-counters"
RECORDS = "naive-idempotency"
DETAILS = "naive-details"
_RECORD_LIFE = timedelta(days=1)
_MOST_GETS, _MOST_PUTS = 100, 25
_ADVERSE = {
    "bounce": "bouncedRecipients",
    "complaint": "complainedRecipients",
    "deliveryDelay": "delayedRecipients",
}
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_BLOCKS = ("delivery", *_ADVERSE)

logger = Logger(service="naive")
metrics = Metrics(namespace="Naive", service="naive")


def naive_handler(client: "DynamoDBClient") -> LambdaFunction:
    """Return the handler that leaves idempotency to Powertools: two writes for the record, three to count."""

    config = IdempotencyConfig(
        event_key_jmespath=(
            "[mail.messageId, eventType || notificationType, "
            "(delivery || bounce || complaint || deliveryDelay).timestamp]"
        ),
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


def fair_handler(client: "DynamoDBClient", signs: "Certificate | None" = None) -> LambdaFunction:
    """Return the handler that reads and writes records in batches, and updates each counter once a batch.

    signs: whose certificate has to have signed each envelope; None checks no signature.
    """
    key = signs.public_key() if signs else None

    @logger.inject_lambda_context
    @metrics.log_metrics
    def lambda_handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
        events = {_key(each): each for each in map(partial(_event_of_body, key), event["Records"])}
        seen = _seen(client, list(events))
        new = {key: each for key, each in events.items() if key not in seen}
        for counted, types in _sums(new.values()).items():
            _add(client, counted, types)
        _put_all(client, [(RECORDS, _record(key)) for key in new])
        _put_all(client, [(DETAILS, row) for each in new.values() for row in _details(each)])
        metrics.add_metric("FeedbackCounted", MetricUnit.Count, len(new))
        return {"batchItemFailures": []}

    return lambda_handler


def _ses_event(record: "SQSRecord") -> dict[str, Any]:
    ses_event: dict[str, Any] = json.loads(json.loads(record.body)["Message"])
    return ses_event


def _event_of_body(key: Any, record: Mapping[str, Any]) -> dict[str, Any]:
    envelope = json.loads(record["body"])
    if key:
        _verify(key, envelope)
    ses_event: dict[str, Any] = json.loads(envelope["Message"])
    return ses_event


def _verify(key: Any, envelope: Mapping[str, str]) -> None:
    """Check a signature as AWS's guide shows it. Raises InvalidSignature."""
    text = "".join(f"{name}\n{envelope[name]}\n" for name in _SIGNED if name in envelope)
    key.verify(base64.b64decode(envelope["Signature"]), text.encode(), PKCS1v15(), SHA1())  # noqa: S303


def _type(ses_event: Mapping[str, Any]) -> str:
    return str(ses_event.get("eventType") or ses_event["notificationType"])


def _key(ses_event: Mapping[str, Any]) -> str:
    block: Mapping[str, Any] = next((ses_event[name] for name in _BLOCKS if name in ses_event), {})
    return f"{ses_event['mail']['messageId']}#{_type(ses_event)}#{block.get('timestamp', '')}"


def _record(key: str) -> dict[str, Any]:
    expires_at = datetime.now(UTC) + _RECORD_LIFE
    return {"id": {"S": key}, "expiration": {"N": str(int(expires_at.timestamp()))}}


def _is_new(client: "DynamoDBClient", ses_event: dict[str, Any]) -> bool:
    try:
        client.put_item(
            TableName=RECORDS,
            Item=_record(_key(ses_event)),
            ConditionExpression="attribute_not_exists(id)",
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _seen(client: "DynamoDBClient", keys: Sequence[str]) -> set[str]:
    """Return which of the keys have a record, 100 to a request, read consistently."""
    found: set[str] = set()
    for start in range(0, len(keys), _MOST_GETS):
        asked = [{"id": {"S": key}} for key in keys[start : start + _MOST_GETS]]
        answer = client.batch_get_item(RequestItems={RECORDS: {"Keys": asked, "ConsistentRead": True}})
        found.update(row["id"]["S"] for row in answer["Responses"].get(RECORDS, ()))
    return found


def _put_all(client: "DynamoDBClient", rows: Sequence[tuple[str, dict[str, Any]]]) -> None:
    for start in range(0, len(rows), _MOST_PUTS):
        puts: dict[str, Any] = defaultdict(list)
        for table, row in rows[start : start + _MOST_PUTS]:
            puts[table].append({"PutRequest": {"Item": row}})
        client.batch_write_item(RequestItems=dict(puts))


def _details(ses_event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is kept of an adverse event, for each of its recipients."""
    for name, recipients in _ADVERSE.items():
        for recipient in ses_event[name][recipients] if name in ses_event else ():
            mail = ses_event["mail"]
            written = {
                "pk": mail["messageId"],
                "sk": f"{_type(ses_event)}#{recipient['emailAddress']}#{ses_event[name]['timestamp']}",
                "recipient": recipient["emailAddress"].lower(),
                "occurred_at": ses_event[name]["timestamp"],
                "account": mail["sendingAccountId"],
                "source": mail["source"],
                "sent_at": mail["timestamp"],
                "diagnostic": recipient.get("diagnosticCode", ""),
                "status": recipient.get("status", ""),
            }
            yield {attribute: {"S": text} for attribute, text in written.items() if text}


def _counted(ses_event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the counters that an event adds to: of its account, its identity, and its account's day."""
    mail = ses_event["mail"]
    account, identity = f"ACCOUNT#{mail['sendingAccountId']}", mail["sourceArn"].partition("identity/")[2]
    return (account, "total"), (f"IDENTITY#{identity}", "total"), (account, mail["timestamp"][:10])


def _sums(events: Iterable[Mapping[str, Any]]) -> Mapping[tuple[str, str], Counter[str]]:
    sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ses_event in events:
        for counted in _counted(ses_event):
            sums[counted][_type(ses_event)] += 1
    return sums


def _count(client: "DynamoDBClient", ses_event: dict[str, Any]) -> None:
    for counted in _counted(ses_event):
        _add(client, counted, {_type(ses_event): 1})
    for row in _details(ses_event):
        client.put_item(TableName=DETAILS, Item=row)


def _add(client: "DynamoDBClient", counted: tuple[str, str], types: Mapping[str, int]) -> None:
    pk, sk = counted
    names = {f"#{place}": name for place, name in enumerate(types)}
    client.update_item(
        TableName=COUNTERS,
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="ADD " + ", ".join(f"#{place} :{place}" for place in range(len(types))),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={
            f":{place}": {"N": str(count)} for place, count in enumerate(types.values())
        },
    )
