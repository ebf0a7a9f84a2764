"""DynamoDB that is so slow that the messages it is to keep come again meanwhile."""

import json
import threading
from typing import Any

from console.local_aws.emulator import LocalAws
from tests.e2e.support.throttling import Answer, BusyDynamoDB
from tests.support.waiting import HANG_SECONDS


class RepeatingDynamoDB(BusyDynamoDB):
    """Answers the first call of BatchWriteItem once another function call writes an item of it too."""

    def __init__(self, aws: LocalAws) -> None:
        super().__init__(aws, refused=0)
        self._items: set[str] = set()
        self._has_come_again = threading.Event()

    def answer(self, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one request."""
        if headers.get("X-Amz-Target", "").endswith(".BatchWriteItem"):
            self._await_repetition(keys_of(json.loads(body)), _is_retry(headers))
        return self._forward(headers, body)

    def _await_repetition(self, items: set[str], is_retry: bool) -> None:
        with self._lock:
            is_first = not self._items or (is_retry and self._items == items)
            if is_first:
                self._items = items
            elif self._items & items:
                self._has_come_again.set()
        if is_first:
            self._has_come_again.wait(HANG_SECONDS)


def keys_of(request: dict[str, Any]) -> set[str]:
    """The keys of the items that a request puts."""
    puts = [put["PutRequest"]["Item"] for of_table in request["RequestItems"].values() for put in of_table]
    return {f"{put['pk']['S']} {put['sk']['S']}" for put in puts}


def _is_retry(headers: dict[str, str]) -> bool:
    """Whether botocore asks again for what was not answered in its time."""
    return "attempt=1" not in headers.get("amz-sdk-request", "attempt=1")
