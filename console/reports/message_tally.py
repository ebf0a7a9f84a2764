"""What became of every message: journaled, ignored, quarantined or failed, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
