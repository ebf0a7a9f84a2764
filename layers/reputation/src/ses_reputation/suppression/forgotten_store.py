"""Whom the ledger has forgotten: hashes in its table, and their key in Parameter Store, apart from them.

The key is a SecureString under the AWS managed key `aws/ssm`, which lets all principals of the account
decrypt (Systems Manager user guide, "Restricting decryption of SecureString parameter values"): who may call
GetParameter on it needs no permission of KMS.
"""

import hmac
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
# No hash is spelled so.
_CHECK = "check"


def key_parameter_of(stack_name: str) -> str:
    """Return the name of a stack's key, as template.yaml has it."""
    return f"/ses-reputation/{stack_name}/forgetting-key"


class ForgottenTable(ItemStore):
    """The hashes, and by which key they were made. Raises UnavailableError where DynamoDB fails."""

    def read(self) -> tuple[frozenset[str], str]:
        """Return all hashes, and the check value of their key, "" where there is none.

        They are read consistently, since what is not hidden is stored.
        """
        rows = {row["sk"]["S"]: row for row in self._items.partition(PARTITION, ConsistentRead=True)}
        check = rows.pop(_CHECK, None)
        return frozenset(rows), check[_CHECK]["S"] if check else ""

    def add(self, digest: str, at: datetime) -> None:
        """Keep a hash, for ever: without it, the next export would write the address again."""
        row = {"pk": {"S": PARTITION}, "sk": {"S": digest}, "forgotten_at": time_value(at)}
        self._items.put(row)

    def add_check(self, check: str) -> None:
        """Keep the check value of the key, by which another key is noticed."""
        self._items.put({"pk": {"S": PARTITION}, "sk": {"S": _CHECK}, _CHECK: {"S": check}})


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
        """Make a key, unless somebody made one meanwhile, and return the one that stands.

        Raises UnavailableError, also where the other's key is there and cannot be read yet.
        """
        made = secrets.token_bytes(_KEY_BYTES)
        try:
            with translating_aws_errors("PutParameter"):
                self.open_client().put_parameter(Name=self.parameter, Value=made.hex(), Type="SecureString")
        except UnavailableError as error:
            if not str(error).endswith(_KEY_IS_THERE):
                raise
        else:
            return made
        others = self.read()
        if others is None:
            raise UnavailableError(f"GetParameter: {_KEY_IS_MISSING}")
        return others


@dataclass(frozen=True, slots=True)
class ForgottenStore:
    """The hashes and their key."""

    table: ForgottenTable
    key: ForgettingKey

    def read(self) -> ForgottenPeople:
        """Return whom the ledger has forgotten. The key is asked for only where there is anybody.

        Raises UnavailableError, and ListRefusedError where hashes are there, and their key is gone or is
        another: nobody could tell these people from others, and their addresses would be stored again.
        """
        hashes, check = self.table.read()
        if not hashes:
            return NOBODY
        key = self.key.read()
        if key is None:
            raise ListRefusedError(
                f"The parameter {self.key.parameter} is missing: without it, the {len(hashes)} people who "
                "were forgotten are not recognised. Restore it (docs/privacy.md)."
            )
        if check and not hmac.compare_digest(check, _check_of(key)):
            raise ListRefusedError(
                f"The parameter {self.key.parameter} is another key than the {len(hashes)} people who were "
                "forgotten are known by: they are not recognised. Restore it (docs/privacy.md)."
            )
        return ForgottenPeople(key, hashes)

    def remember(self, address: str, at: datetime) -> ForgottenPeople:
        """Keep the hash of an address, and return all who are forgotten then. Raises as `read`."""
        known = self.read()
        key = known.key or self.key.read() or self.key.create()
        people = ForgottenPeople(key, known.hashes)
        digest = people.hash_of(address)
        if digest not in known.hashes:
            self.table.add_check(_check_of(key))
            self.table.add(digest, at)
        return ForgottenPeople(key, known.hashes | {digest})


def _check_of(key: bytes) -> str:
    """Return what tells a key from others, and nothing of itself; no address has it for a hash."""
    return hmac.digest(key, b"check", "sha256").hex()


@cache
def connect_forgotten(settings: ExportSettings) -> ForgottenStore:
    """Make the clients once for a function."""
    table = ForgottenTable(connect("dynamodb", config=POSTING), settings.ledger_table)
    open_ssm = cache(lambda: connect("ssm", config=READING_ACCOUNTS))
    return ForgottenStore(table, ForgettingKey(open_ssm, settings.forgetting_key))
