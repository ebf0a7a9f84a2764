"""A ledger's table in moto, whose conditions are DynamoDB's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto import mock_aws

KEYS_OF_A_TABLE: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
    "BillingMode": "PAY_PER_REQUEST",
}


@contextmanager
def serve_table(name: str = "ledger") -> Iterator[Any]:
    """Give a client of DynamoDB that has the table. AWS_ACCESS_KEY_ID has to be set."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(TableName=name, **KEYS_OF_A_TABLE)
        yield client
