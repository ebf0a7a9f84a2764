"""A stack's forgotten people, in memory."""

from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.forgotten_store import ForgettingKey, ForgottenStore, ForgottenTable
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.in_memory.suppression import NOON

KEY = b"k" * 32


class _Parameters:
    def get_parameter(self, **_: object) -> dict[str, dict[str, str]]:
        return {"Parameter": {"Value": KEY.hex()}}


def forgotten(*addresses: str) -> ForgottenStore:
    """Whoever has these addresses was forgotten."""
    table = ForgottenTable(InMemoryDynamoDB(), "ledger")  # type: ignore[arg-type]
    for address in addresses:
        table.add(ForgottenPeople(KEY).hash_of(address), NOON)
    return ForgottenStore(table, ForgettingKey(_Parameters, "key"))
