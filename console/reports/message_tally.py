"""What became of every message: journaled, ignored, quarantined or failed, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


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
    def is_conserved(self) -> bool:
        """Whether what was received is what was accounted for."""
        return self.received == self.accounted_for

    def as_json(self) -> dict[str, Any]:
        """The tally as `--json` prints it."""
        return {
            "received": self.received,
            "journaled": self.journaled,
            "ignored": dict(sorted(self.ignored.items())),
            "quarantined": dict(sorted(self.quarantined.items())),
            "failed": self.failed,
        }


def tally_messages(
    received: int, log_lines: Iterable[str], quarantine_keys: Iterable[str], failed: int
) -> MessageTally:
    """Count from what the stack itself says: its journaling function's log, and the keys in quarantine."""
    journaled, ignored = _read_metrics(log_lines)
    quarantined = Counter(key.split("/")[1] for key in quarantine_keys)
    return MessageTally(received, journaled, ignored, quarantined, failed)


def _read_metrics(log_lines: Iterable[str]) -> tuple[int, Counter[str]]:
    """Add up FeedbackJournaled, and the kinds in `ignored`, of every batch (embedded metric format)."""
    journaled, ignored = 0, Counter[str]()
    for line in log_lines:
        if "FeedbackJournaled" in line and line.startswith("{"):
            metrics = json.loads(line)
            journaled += int(sum(metrics["FeedbackJournaled"]))
            ignored.update(metrics.get("ignored", {}))
    return journaled, ignored
