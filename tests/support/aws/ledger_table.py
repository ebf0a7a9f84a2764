"""The ledger's table without its indexes, as moto or an emulator makes it."""

from typing import Any

TABLE = "ledger"


def make_table(client: Any) -> Any:
    """Make the table with a DynamoDB client, and give the client back."""
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )
    return client
