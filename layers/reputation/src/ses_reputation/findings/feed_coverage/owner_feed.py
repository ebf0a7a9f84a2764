"""What the owner's feed of an identity in one Region leaves out of what its senders are told, and why.

SES keeps one notification topic for each type of an identity in a Region, whoever sends. All cells are of
that identity and Region, and come newest first.
"""

from collections.abc import Sequence

from ses_reputation.findings.feed_coverage.missed_share import (
    LEAST_ADVERSE,
    Gap,
    GapCause,
    Limits,
    Missed,
    Point,
    gravest_of_kinds,
    judge_silence,
    missed_by_owner,
    weigh,
)
from ses_reputation.findings.feed_coverage.reported import (
    ADVERSE,
    KINDS,
    Cell,
    Tellings,
    by_stretch,
    newest_told,
    settled_after,
    stretch_after,
)
from ses_reputation.findings.finding import Verdict

OF_A_KIND = Limits(found=0.5, clear=0.2, enough=20)


def silence_of_owner(cells: Sequence[Cell]) -> Gap:
    """Judge whether the feed has fallen silent as a whole; it told something in these days.

    Only kinds that it ever told count: few owners ask to be notified of deliveries.
    """
    expected = [kind for kind in KINDS if any(cell.told.of_kind(kind).by_owner for cell in cells)]
    last_told = newest_told(cells, _by_owner)
    missed = missed_by_owner(settled_after(cells, last_told), expected)
    return Gap(judge_silence(missed), GapCause.OWNER_LOST, missed, 0, stretch_after(last_told), last_told)


def gap_of_owners_kinds(cells: Sequence[Cell]) -> Gap:
    """Judge whether the feed leaves out bounces or complaints, while it tells the other."""
    return gravest_of_kinds(_gap_of_kind(cells, kind) for kind in ADVERSE)


def _gap_of_kind(cells: Sequence[Cell], kind: str) -> Gap:
    told = [(stretch, each.of_kind(kind)) for stretch, each in by_stretch(settled_after(cells, ""))]
    weight = weigh((Point(at, each.sender_only, each.by_owner) for at, each in told), OF_A_KIND)
    last_told = newest_told(cells, lambda each: each.of_kind(kind).by_owner)
    lost = missed_by_owner(settled_after(cells, last_told), (kind,))
    if lost.adverse >= LEAST_ADVERSE:
        cause = GapCause.OWNER_TOPIC_LOST if last_told else GapCause.OWNER_TOPIC_NOT_SET
        return Gap(Verdict.FOUND, cause, lost, 0, stretch_after(last_told), last_told, (kind,))
    missed, cause = Missed(**{kind: weight.missed}), GapCause.OWNER_TELLS_IN_PART
    return Gap(weight.judge(OF_A_KIND), cause, missed, weight.told, "", last_told, (kind,))


def _by_owner(told: Tellings) -> int:
    return told.by_owner
