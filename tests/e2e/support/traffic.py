"""What the end-to-end run puts in, and what must come of it: an invented day, and every file in events/.

The oracle of the day is its generator's, that of the files their expected readings, written by hand.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.demo.traffic import FOREIGN, Fact, InventedTraffic, Publication, generate_day
from ses_reputation.tallies import group_by
from tests.support.stack_template import ROOT

_EVENTS = ROOT / "events"
_EXPECTED = ROOT / "tests" / "unit" / "feedback" / "expected_readings"
_PUBLISHED = ("identity", "publishing")
_PUT_INTO_THE_QUEUE = ("control", "quarantined")
_REGION = "us-east-1"
_DAY_ENDS_AT = datetime(2026, 11, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Traffic:
    """`day` is all that the stack receives, with its oracle; `invented` the part that was not in files.

    Of that, `published` goes through SNS, what was invented first, and `bodies` into the queue. `foreign` is
    published too, and lost.
    """

    invented: InventedTraffic
    day: InventedTraffic
    published: tuple[Publication, ...]
    bodies: tuple[str, ...]
    foreign: tuple[Publication, ...]

    @property
    def first(self) -> tuple[Publication, ...]:
        """What was invented of `published`: all of it comes before the files."""
        return tuple(each for each in self.invented.publications if each.topic_account != FOREIGN)

    @property
    def rest(self) -> tuple[Publication, ...]:
        """What is left of `published`."""
        return self.published[len(self.first) :]


def invent_traffic(seed: int, mails: int, ends_at: datetime = _DAY_ENDS_AT) -> Traffic:
    """Invent a day of so many mails that ends with this hour, and add the files."""
    day = generate_day(seed, ends_at, mails)
    foreign = tuple(each for each in day.publications if each.topic_account == FOREIGN)
    own = tuple(each for each in day.publications if each.topic_account != FOREIGN)
    # The emulator's topics are of one Region, and a topic is believed about mail of its own.
    by_topic = group_by(_files(_PUBLISHED), lambda path: _topic_of(path)[3] == _REGION)
    files = tuple(map(_publication_of, by_topic[True]))
    in_queue = [
        (_body_of(path), _fate_in_queue(path)) for path in [*by_topic[False], *_files(_PUT_INTO_THE_QUEUE)]
    ]
    # SQS takes no empty message.
    in_queue = [(body, fate) for body, fate in in_queue if body]
    published = own + files
    received = InventedTraffic(
        published + tuple(Publication("", body, fate) for body, fate in in_queue),
        _merge(day.reported_by, _reported_by_files()),
        day.mails,
        day.dispatches,
        day.duplicates,
        day.lost,
    )
    return Traffic(day, received, published, tuple(body for body, _ in in_queue), foreign)


def _files(folders: tuple[str, ...]) -> list[Path]:
    return [path for folder in folders for path in sorted((_EVENTS / folder).glob("*.json"))]


def _expected_of(path: Path) -> Any:
    return json.loads((_EXPECTED / path.relative_to(_EVENTS)).read_text(encoding="utf-8"))


def _body_of(path: Path) -> str:
    (record,) = json.loads(path.read_text(encoding="utf-8"))["Records"]
    body: str = record["body"]
    return body


def _topic_of(path: Path) -> list[str]:
    """Return the parts of the ARN of the topic that an event comes from."""
    arn: str = json.loads(_body_of(path))["TopicArn"]
    return arn.split(":")


def _publication_of(path: Path) -> Publication:
    message: str = json.loads(_body_of(path))["Message"]
    return Publication(_topic_of(path)[4], message, _fate_of(_expected_of(path)))


def unsigned(body: str) -> str:
    """A body without what signs it: the run signs anew what it puts into the queue."""
    try:
        fields = json.loads(body)
    except ValueError:
        return body
    if isinstance(fields, dict):
        fields = {name: value for name, value in fields.items() if not name.startswith("Sign")}
    return json.dumps(fields, sort_keys=True)


def _fate_in_queue(path: Path) -> str:
    # SNS signs for topics alone, so that this one is forged before it is foreign.
    is_of_no_topic = path.stem == "foreign_topic_arn_names_no_topic"
    return "quarantined/forged_envelope" if is_of_no_topic else _fate_of(_expected_of(path))


def _fate_of(expected: Any) -> str:
    kind: str = expected["reading"]
    if kind == "subscription":
        return "quarantined/subscription_refused"  # its token is invented
    return {"observed": "journaled"}.get(kind) or f"{kind}/{expected.get('kind') or expected.get('reason')}"


def _reported_by_files() -> dict[Fact, frozenset[str]]:
    reported: dict[Fact, frozenset[str]] = {}
    for path in _files(_PUBLISHED):
        expected = _expected_of(path)
        for fact in _facts_of(expected):
            reported[fact] = reported.get(fact, frozenset()) | {expected["feed"]}
    return reported


def _facts_of(expected: Any) -> Iterator[Fact]:
    for reported in expected.get("observations", ()):
        yield Fact(
            expected["sending_account"],
            expected["region"],
            expected["identity"],
            expected["send_hour"],
            expected["message_id"],
            reported["recipient"],
            reported["outcome"],
        )


def _merge(first: Any, second: Any) -> dict[Fact, frozenset[str]]:
    facts = first.keys() | second.keys()
    return {fact: first.get(fact, frozenset()) | second.get(fact, frozenset()) for fact in facts}
