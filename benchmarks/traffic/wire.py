"""Events as Lambda hands them over: SES events in SNS envelopes in SQS records.

Their shape is that of a file in events/; what differs from mail to mail is written anew.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from benchmarks.sender_hour import HOUR, OWNER
from benchmarks.sns import sns
from benchmarks.traffic.events import REGION, Mail, SesEvent
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed

Json = dict[str, Any]
_EVENTS = Path(__file__).parents[2] / "events"
_FOLDERS = {Feed.SENDER: "publishing", Feed.OWNER: "identity"}
_FILES = {
    Outcome.SENT: "send",
    Outcome.DELIVERED_WITHIN_10S: "delivery_within_10_seconds",
    Outcome.DELIVERED_WITHIN_1M: "delivery_within_1_minute",
    Outcome.DELIVERED_WITHIN_10M: "delivery_within_10_minutes",
    Outcome.DELIVERED_WITHIN_1H: "delivery_within_1_hour",
    Outcome.DELIVERED_WITHIN_6H: "delivery_within_6_hours",
}
_BLOCKS = {
    "Send": ("send", ""),
    "Delivery": ("delivery", "recipients"),
    "Bounce": ("bounce", "bouncedRecipients"),
    "Complaint": ("complaint", "complainedRecipients"),
    "DeliveryDelay": ("deliveryDelay", "delayedRecipients"),
}
_QUEUE = f"arn:aws:sqs:{REGION}:{OWNER}:FeedbackQueue"


def lambda_event(events: Iterable[SesEvent]) -> str:
    """Return the JSON text that Lambda hands to a function for a batch of events."""
    records = [record_of(event, f"{event.mail.message_id}-{event.outcome}-{event.at}") for event in events]
    return json.dumps({"Records": records}, separators=(",", ":"))


def record_of(event: SesEvent, name: str) -> Json:
    """Return an event as a record of an SQS event; `name` gives the queue message its id."""
    envelope, _ = example_of(event.outcome, event.feed)
    topic = f"arn:aws:sns:{REGION}:{_topic_account(event)}:ses-events"
    digest = blake2b(name.encode(), digest_size=16).hexdigest()
    message_id = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-9{digest[17:20]}-{digest[20:]}"
    text = json.dumps(message_of(event), separators=(",", ":")) + "\n"
    body = sns().signer.sign({**envelope, "TopicArn": topic, "MessageId": message_id, "Message": text})
    sent_at = str(int((HOUR.timestamp() + event.at) * 1000))
    return {
        "messageId": message_id,
        "receiptHandle": digest * 6,
        "body": json.dumps(body, indent=2, separators=(",", " : ")),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": sent_at,
            "SenderId": "AIDAEXAMPLESNSSENDER",
            "ApproximateFirstReceiveTimestamp": sent_at,
        },
        "messageAttributes": {},
        "md5OfBody": digest,
        "eventSource": "aws:sqs",
        "eventSourceARN": _QUEUE,
        "awsRegion": REGION,
    }


def message_of(event: SesEvent) -> Json:
    """Return what SES publishes."""
    _, example = example_of(event.outcome, event.feed)
    kind = example.get("eventType") or example["notificationType"]
    block, recipients = _BLOCKS[kind]
    happened = {**example[block]}
    if recipients:
        happened["timestamp"] = written(event.at)
        happened[recipients] = _recipients(example[block][recipients], event.mail.recipient)
    if kind == "Delivery":
        happened["processingTimeMillis"] = int((event.at - event.mail.sent_at) * 1000)
    return {**example, "mail": _mail(example["mail"], event.mail), block: happened}


def _recipients(examples: list[Any], address: str) -> list[Any]:
    example = examples[0]
    return [address] if isinstance(example, str) else [{**example, "emailAddress": address}]


def _mail(example: Mapping[str, Any], mail: Mail) -> Json:
    to, source = [mail.recipient], f"news@{mail.sender.identity}"
    named = {"From": source, "To": mail.recipient}
    headers = [{**each, "value": named.get(each["name"], each["value"])} for each in example["headers"]]
    common = {"from": [source], "to": to, "messageId": mail.message_id}
    whole = {
        **example,
        "timestamp": written(mail.sent_at),
        "source": source,
        "sourceArn": f"arn:aws:ses:{REGION}:{OWNER}:identity/{mail.sender.identity}",
        "sendingAccountId": mail.sender.account,
        "messageId": mail.message_id,
        "destination": to,
        "headers": headers,
        "commonHeaders": {**example["commonHeaders"], **common},
    }
    if "tags" in example:
        tags = {"ses:configuration-set": [mail.sender.configuration_set]}
        whole["tags"] = {**example["tags"], **tags, "ses:from-domain": [mail.sender.identity]}
    return whole


@cache
def example_of(outcome: Outcome, feed: Feed) -> tuple[Json, Json]:
    """Return the SNS envelope and the SES event of the file that shows an outcome."""
    name = _FILES.get(outcome, outcome.wire_name)
    for old, new in (("bounced", "bounce"), ("complained", "complaint"), ("delayed", "delivery_delay")):
        name = name.replace(old, new)
    name = name.replace("delivered_later", "delivery_later")
    path = _EVENTS / _FOLDERS[feed] / f"{name}.json"
    envelope = json.loads(json.loads(path.read_text("utf-8"))["Records"][0]["body"])
    return envelope, json.loads(envelope["Message"])


def _topic_account(event: SesEvent) -> str:
    return OWNER if event.feed is Feed.OWNER else event.mail.sender.account


def written(seconds: float) -> str:
    """Return a time, in seconds after `HOUR`, as SES writes it."""
    moment = HOUR + timedelta(milliseconds=round(seconds * 1000))
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"
