"""What became of every message: journaled, ignored, quarantined or failed, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from console.local_aws.ministack.consumed_record import ConsumedMessage
from console.reports.message_fates import Fate, Traces


@dataclass(frozen=True, slots=True)
class MessageTally:
    """Messages by what became of them: ignored by kind, quarantined by reason.

    `failed` are still in the feedback queue or its dead-letter queue, or never got into it.
    """

    received: int
    journaled: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    quarantined: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0

    @property
    def accounted_for(self) -> int:
        """Messages of which something is known to have become."""
        return self.journaled + sum(self.ignored.values()) + sum(self.quarantined.values()) + self.failed

    @property
    def missing(self) -> int:
        """Messages of which nothing is known; below 0 where more is known of than was received."""
        return self.received - self.accounted_for

    @property
    def is_conserved(self) -> bool:
        """Whether what was received is what was accounted for."""
        return not self.missing

    def with_unsent(self, messages: int) -> "MessageTally":
        """The tally with so many messages more that never got into the queue."""
        return replace(self, received=self.received + messages, failed=self.failed + messages)

    def to_json(self) -> dict[str, Any]:
        """The tally as `--json` prints it."""
        return {
            "received": self.received,
            "journaled": self.journaled,
            "ignored": dict(sorted(self.ignored.items())),
            "quarantined": dict(sorted(self.quarantined.items())),
            "failed": self.failed,
        }


def tally_consumed(
    received: int, consumed: Iterable[ConsumedMessage], traces: Traces, failed: int
) -> MessageTally:
    """Count each consumed message once, by its queue message id, as what its traces say."""
    fates = {message.message_id: traces.fate_of(message) for message in consumed}
    counts = Counter(fate for fate in fates.values() if fate)

    def kinds_of(ending: str) -> dict[str, int]:
        return {fate.kind: number for fate, number in counts.items() if fate.ending == ending}

    journaled = counts[Fate("journaled")]
    return MessageTally(received, journaled, kinds_of("ignored"), kinds_of("quarantined"), failed)


def tally_log(received: int, log_lines: Iterable[str], reasons: Iterable[str], failed: int) -> MessageTally:
    """Count where nobody keeps what was consumed: from the journaling function's log, and the reasons in
    quarantine.

    A batch that came again is counted again, and a line may come late.
    """
    journaled, ignored = _read_metrics(log_lines)
    return MessageTally(received, journaled, ignored, Counter(reasons), failed)


def _read_metrics(log_lines: Iterable[str]) -> tuple[int, Counter[str]]:
    """Add up FeedbackJournaled, and the kinds in `ignored`, of every batch (embedded metric format)."""
    journaled, ignored = 0, Counter[str]()
    for line in log_lines:
        if "FeedbackJournaled" in line and line.startswith("{"):
            metrics = json.loads(line)
            journaled += int(sum(metrics["FeedbackJournaled"]))
            ignored.update(metrics.get("ignored", {}))
    return journaled, ignored
