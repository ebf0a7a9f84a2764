"""Counts messages by what became of each: from their traces, or else from a function's log."""

import json
from collections import Counter
from collections.abc import Iterable

from console.local_aws.ministack.consumed_record import ConsumedMessage
from console.local_stack.message_fates import Fate, Traces
from console.reports.message_tally import MessageTally


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
    journaled, ignored = _read_counts(log_lines)
    return MessageTally(received, journaled, ignored, Counter(reasons), failed)


def _read_counts(log_lines: Iterable[str]) -> tuple[int, Counter[str]]:
    """Add up what every batch counted: FeedbackJournaled among `counts`, and the kinds in `ignored`."""
    journaled, ignored = 0, Counter[str]()
    for line in log_lines:
        if "FeedbackJournaled" in line and line.startswith("{"):
            written = json.loads(line)
            journaled += written["counts"]["FeedbackJournaled"]
            ignored.update(written.get("ignored", {}))
    return journaled, ignored
