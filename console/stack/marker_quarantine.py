"""Whether feedback on marker mail was quarantined: it came, and does not count."""

from collections import Counter
from collections.abc import Iterator, Mapping

from console.stack.quarantined import read_quarantined
from ses_reputation.feedback.provenance import Reason
from ses_reputation.hours import day_of
from ses_reputation.quarantine.store import QuarantineBucket
from ses_reputation.verification.proof import Proof

# A quarantine that holds more of a day is looked through by `quarantine summary`.
_MOST_READ = 2_000


def quarantined_of(quarantine: QuarantineBucket, proof: Proof) -> Mapping[str, int]:
    """Count the messages of today's quarantine that hold the proof's marker, by reason.

    Raises botocore's ClientError where S3 refuses.
    """
    keys = list(_keys(quarantine, day_of(proof.began_at)))[:_MOST_READ]
    found: Counter[str] = Counter()
    for message in read_quarantined(quarantine, keys, lambda _done: None):
        if message.record and proof.marker in message.record.body:
            found[message.reason] += 1
    return dict(found)


def _keys(quarantine: QuarantineBucket, day: str) -> Iterator[str]:
    for reason in Reason:
        yield from quarantine.keys(f"{reason}/{day}")
