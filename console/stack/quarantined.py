"""Messages read back from a stack's quarantine, several at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import ClientError

from ses_reputation.feedback.provenance import account_of_topic
from ses_reputation.quarantine.record import PREFIX, QuarantineRecord
from ses_reputation.quarantine.store import QuarantineBucket

_READS_AT_ONCE = 16
_READ_TOGETHER = 320


@dataclass(frozen=True, slots=True)
class QuarantinedMessage:
    """An object of the quarantine; `record` is None where it cannot be read."""

    key: str
    record: QuarantineRecord | None

    @property
    def reason(self) -> str:
        """The reason in its key."""
        return key_parts(self.key)[0]

    @property
    def day(self) -> str:
        """The day (UTC) in its key."""
        return key_parts(self.key)[1]

    @property
    def account(self) -> str:
        """The account of the topic that it came from; "" where no topic is known."""
        return account_of_topic(self.record.topic_arn) if self.record else ""


def key_parts(key: str) -> tuple[str, str]:
    """Return the reason and the day that a key names."""
    reason, day, _ = key.removeprefix(PREFIX).split("/", 2)
    return reason, day


def read_quarantined(
    quarantine: QuarantineBucket, keys: Sequence[str], on_progress: Callable[[int], None]
) -> Iterator[QuarantinedMessage]:
    """Yield the messages under some keys, in their order, without those that are gone meanwhile.

    on_progress: is called with how many keys were read. Raises botocore's ClientError where S3 refuses.
    """
    done = 0
    with ThreadPoolExecutor(_READS_AT_ONCE) as threads:
        for together in _in_batches(keys):
            for found in threads.map(lambda key: _read(quarantine, key), together):
                if found:
                    yield found
            done += len(together)
            on_progress(done)


def _in_batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _READ_TOGETHER] for start in range(0, len(keys), _READ_TOGETHER))


def _read(quarantine: QuarantineBucket, key: str) -> QuarantinedMessage | None:
    try:
        return QuarantinedMessage(key, quarantine.load(key))
    except ValueError:
        return QuarantinedMessage(key, None)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
