"""One hour's deliveries of one sender, as Lambda hands them over: SES events in SNS envelopes in SQS records.

Their shape is a file's in events/; what differs from mail to mail is drawn anew.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from console.demo.traffic import generate_day
from console.demo.traffic.probabilities import LATE, PROMPT
from console.demo.traffic.senders import DOMAINS

HOUR = datetime(2026, 11, 22, 10, tzinfo=UTC)
OWNER, DELEGATE = "111122223333", "444455556666"
_EXAMPLE = Path(__file__).parents[1] / "events" / "publishing" / "delivery_within_1_minute.json"
# Of a thousand deliveries, those that took SES more than ten minutes.
_LATE_PER_MILLE = 15
# RSA-2048 in base64, as SNS signs.
_SIGNATURE = "R" * 342 + "=="

Json = dict[str, Any]


class _Drawn(NamedTuple):
    message_id: str
    recipient: str
    sent_at: datetime
    millis: int


def deliveries(count: int, seed: int = 1) -> Iterator[Json]:
    """Yield so many SQS records, each a delivery to another recipient, over the mix of mailbox providers."""
    envelope, event = _example()
    random = Random(seed)
    for number in range(count):
        yield _record(envelope, _reported(event, _draw(random, number)), f"{seed}-{number}")


def mixed_feedback(count: int, seed: int = 1) -> list[Json]:
    """Return so many SQS records, one after the other, of the demo's day with as many mails.

    All event types, both feeds, five senders, and outcomes of mail from earlier hours; what the demo
    adds to be quarantined is left out.
    """
    envelope, _ = _example()
    day = generate_day(seed, HOUR + timedelta(hours=2), mails=count)
    reported = [each for each in day.publications if not each.fate.startswith("quarantined/")]
    return [
        _record(
            {**envelope, "TopicArn": f"arn:aws:sns:us-east-1:{each.topic_account}:ses-events"},
            each.message,
            f"day-{number}",
        )
        for number, each in enumerate(reported[-count:])
    ]


def batches(records: Sequence[Json], size: int) -> list[Json]:
    """Return Lambda events of so many records each; what is left over is left out."""
    return [{"Records": records[start : start + size]} for start in range(0, len(records) - size + 1, size)]


def _example() -> tuple[Json, Json]:
    body = json.loads(_EXAMPLE.read_text("utf-8"))["Records"][0]["body"]
    envelope = json.loads(body)
    return envelope | {"Signature": _SIGNATURE}, json.loads(envelope["Message"])


def _draw(random: Random, number: int) -> _Drawn:
    (domain,) = random.choices([ascii_form for _, (_, ascii_form) in DOMAINS], [odds for odds, _ in DOMAINS])
    speeds = LATE if random.random() * 1000 < _LATE_PER_MILLE else PROMPT
    ((fastest, slowest, _),) = random.choices([speed for _, speed in speeds], [odds for odds, _ in speeds])
    sent_at = HOUR + timedelta(milliseconds=random.randrange(3_600_000))
    digest = random.randbytes(16).hex()
    unique = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-9{digest[17:20]}-{digest[20:]}"
    message_id = f"0100{round(sent_at.timestamp() * 1000):012x}-{unique}-000000"
    return _Drawn(message_id, f"recipient-{number}@{domain}", sent_at, random.randint(fastest, slowest))


def _reported(example: Json, drawn: _Drawn) -> str:
    to, written_at = [drawn.recipient], _written(drawn.sent_at)
    mail = example["mail"]
    headers = [header for header in mail["headers"] if header["name"] != "To"]
    event = {
        **example,
        "mail": {
            **mail,
            "timestamp": written_at,
            "messageId": drawn.message_id,
            "destination": to,
            "headers": [*headers, {"name": "To", "value": drawn.recipient}],
            "commonHeaders": {**mail["commonHeaders"], "to": to, "messageId": drawn.message_id},
        },
        "delivery": {
            **example["delivery"],
            "timestamp": _written(drawn.sent_at + timedelta(milliseconds=drawn.millis)),
            "processingTimeMillis": drawn.millis,
            "recipients": to,
        },
    }
    return json.dumps(event, separators=(",", ":")) + "\n"


def _written(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def _record(envelope: Json, message: str, name: str) -> Json:
    digest = blake2b(name.encode(), digest_size=16).hexdigest()
    message_id = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-9{digest[17:20]}-{digest[20:]}"
    return {
        "messageId": message_id,
        "receiptHandle": digest * 6,
        "body": json.dumps(
            {**envelope, "MessageId": message_id, "Message": message}, indent=2, separators=(",", " : ")
        ),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(int(HOUR.timestamp() * 1000)),
            "SenderId": "AIDAEXAMPLESNSSENDER",
            "ApproximateFirstReceiveTimestamp": str(int(HOUR.timestamp() * 1000) + 9),
        },
        "messageAttributes": {},
        "md5OfBody": digest,
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:{OWNER}:FeedbackQueue",
        "awsRegion": "us-east-1",
    }
