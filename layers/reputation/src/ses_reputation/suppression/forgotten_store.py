"""Whom the ledger has forgotten: hashes in its table, and their key in Parameter Store, apart from them.

The key is a SecureString under the AWS managed key `aws/ssm`, which lets all principals of the account
decrypt (Systems Manager user guide, "Restricting decryption of SecureString parameter values"): who may call
GetParameter on it needs no permission of KMS.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from ses_reputation.aws.clients import POSTING, READING_ACCOUNTS, connect
from ses_reputation.aws.dynamodb import ItemStore, time_value
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.errors import ListRefusedError
from ses_reputation.suppression.forgotten import NOBODY, ForgottenPeople
from ses_reputation.suppression.settings import ExportSettings

PARTITION = "FORGOTTEN"
_KEY_BYTES = 32
_KEY_IS_MISSING = "ParameterNotFound"
_KEY_IS_THERE = "ParameterAlreadyExists"


def key_parameter_of(stack_name: str) -> str:
    """Return the name of a stack's key, as template.yaml has it."""
    return f"/ses-reputation/{stack_name}/forgetting-key"


class ForgottenTable(ItemStore):
    """The hashes. Raises UnavailableError where DynamoDB fails."""

    def hashes(self) -> frozenset[str]:
        """Return all hashes: read consistently, since what is not hidden is stored."""
        return frozenset(row["sk"]["S"] for row in self._items.partition(PARTITION, ConsistentRead=True))

    def add(self, digest: str, at: datetime) -> None:
        """Keep a hash, for ever: without it, the next export would write the address again."""
        row = {"pk": {"S": PARTITION}, "sk": {"S": digest}, "forgotten_at": time_value(at)}
        self._items.put(row)


@dataclass(frozen=True, slots=True)
class ForgettingKey:
    """The key of the hashes, by its parameter. open_client: makes one of Systems Manager, once needed."""

    open_client: Callable[[], Any]
    parameter: str

    def read(self) -> bytes | None:
        """Return the key; None where there is none. Raises UnavailableError."""
        try:
            with translating_aws_errors("GetParameter"):
                answer = self.open_client().get_parameter(Name=self.parameter, WithDecryption=True)
        except UnavailableError as error:
            if str(error).endswith(_KEY_IS_MISSING):
                return None
            raise
        return bytes.fromhex(answer["Parameter"]["Value"])

    def create(self) -> bytes:
        """Make a key, unless somebody made one meanwhile, and return the one that stands."""
        made = secrets.token_bytes(_KEY_BYTES)
        try:
            with translating_aws_errors("PutParameter"):
                self.open_client().put_parameter(Name=self.parameter, Value=made.hex(), Type="SecureString")
        except UnavailableError as error:
            if not str(error).endswith(_KEY_IS_THERE):
                raise
        return self.read() or made


@dataclass(frozen=True, slots=True)
class ForgottenStore:
    """The hashes and their key."""

    table: ForgottenTable
    key: ForgettingKey

    def read(self) -> ForgottenPeople:
        """Return whom the ledger has forgotten. The key is asked for only where there is anybody.

        Raises UnavailableError, and ListRefusedError where the key is gone and hashes are not: nobody could
        tell these people from others, and their addresses would be stored again.
        """
        hashes = self.table.hashes()
        if not hashes:
            return NOBODY
        key = self.key.read()
        if key is None:
            raise ListRefusedError(
                f"The parameter {self.key.parameter} is missing: without it, the {len(hashes)} people who "
                "were forgotten are not recognised. Restore it (docs/privacy.md)."
            )
        return ForgottenPeople(key, hashes)


@cache
def connect_forgotten(settings: ExportSettings) -> ForgottenStore:
    """Make the clients once for a function."""
    table = ForgottenTable(connect("dynamodb", config=POSTING), settings.ledger_table)
    open_ssm = cache(lambda: connect("ssm", config=READING_ACCOUNTS))
    return ForgottenStore(table, ForgettingKey(open_ssm, settings.forgetting_key))
