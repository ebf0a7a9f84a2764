"""What the feed of one account in one Region leaves out of what an identity's owner is told, and why.

All cells are of that account, Region and identity, and come newest first.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from ses_reputation.findings.feed_coverage.missed_share import (
    Gap,
    GapCause,
    Limits,
    Missed,
    Point,
    gravest_of_kinds,
    judge_silence,
    missed_by_sender,
    weigh,
)
from ses_reputation.findings.feed_coverage.reported import (
    ADVERSE,
    Cell,
    Tellings,
    begins_at,
    by_stretch,
    newest_told,
    settled_after,
    stretch_after,
)
from ses_reputation.findings.finding import Verdict
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET

# An outage leaves mail whose send was told and whose bounce was not, but that is not half of what bounced.
OF_A_KIND = Limits(found=0.5, clear=0.2, enough=20)
WITHOUT_SET = Limits(found=0.05, clear=0.02, enough=100, least_stretches=12)
# Mail without a configuration set goes on; what is left of a short outage of one set is a few hours.
_LEAST_STRETCHES, _LEAST_SPAN = 3, timedelta(hours=6)
# A set that was quiet for longer than a weekend before mail without any began has nothing to do with it.
_MOST_QUIET = timedelta(days=3)
# Before a set was lost there was next to no mail without any: a tenth of what there is since, at most.
_MOST_BEFORE = 0.1


def silence_of_sender(cells: Sequence[Cell]) -> Gap:
    """Judge whether the feed has fallen silent as a whole, or was never set up."""
    last_told = newest_told(cells, _by_sender)
    missed = missed_by_sender(settled_after(cells, last_told))
    cause = GapCause.SENDER_LOST if last_told else GapCause.SENDER_NOT_SET_UP
    return Gap(judge_silence(missed), cause, missed, 0, stretch_after(last_told), last_told)


def gaps_of_sets(cells: Sequence[Cell]) -> dict[str, Gap]:
    """Judge each configuration set by its name, where the feed tells something."""
    by_set: dict[str, list[Cell]] = {}
    for cell in cells:
        by_set.setdefault(cell.configuration_set, []).append(cell)
    unnamed = by_set.pop(NO_CONFIGURATION_SET, [])
    lost = _lost_sets(by_set, unnamed)
    return {name: lost.get(name) or _gap_of_kinds(own) for name, own in by_set.items()}


def gap_without_set(cells: Sequence[Cell]) -> Gap:
    """Judge whether some mail is sent without a configuration set, while the feed tells of other mail.

    Hours of which the feed told nothing at all do not count: what is missed there is its silence. A set that
    was silent just then explains it better, whether it tells again or not.
    """
    weight = weigh(_points_without_set(cells), WITHOUT_SET)
    stretches = [point.stretch for point in weight.lacking]
    verdict = weight.judge(WITHOUT_SET)
    if verdict is Verdict.FOUND and not (_is_lasting(stretches) and _is_unexplained(stretches, cells)):
        verdict = Verdict.UNSURE
    missed = missed_by_sender(
        cell for cell in cells if cell.configuration_set == NO_CONFIGURATION_SET and cell.stretch in stretches
    )
    last_told = newest_told(cells, _by_sender)
    return Gap(verdict, GapCause.NO_CONFIGURATION_SET, missed, weight.told, "", last_told)


def _points_without_set(cells: Sequence[Cell]) -> Iterator[Point]:
    unnamed = {
        cell.stretch: missed_by_sender([cell]).adverse
        for cell in cells
        if cell.configuration_set == NO_CONFIGURATION_SET
    }
    for stretch, told in by_stretch(settled_after(cells, "")):
        if told.by_sender:
            missed = unnamed.get(stretch, 0)
            yield Point(stretch, missed, sum(told.of_kind(kind).total for kind in ADVERSE) - missed)


def _is_lasting(stretches: Sequence[str]) -> bool:
    return (
        len(stretches) >= _LEAST_STRETCHES
        and begins_at(stretches[0]) - begins_at(stretches[-1]) >= _LEAST_SPAN
    )


def _is_unexplained(stretches: Sequence[str], cells: Sequence[Cell]) -> bool:
    """Tell whether no set was silent from the oldest of the stretches to the newest, and told before."""
    first, last = stretches[-1], stretches[0]
    told: dict[str, list[str]] = {}
    for cell in cells:
        if cell.told.by_sender:
            told.setdefault(cell.configuration_set, []).append(cell.stretch)
    return not any(
        _is_shortly_before(max((each for each in own if each <= first), default=""), first)
        and not any(first < each < last for each in own)
        for own in told.values()
    )


def _is_shortly_before(earlier: str, later: str) -> bool:
    return bool(earlier) and begins_at(later) - begins_at(earlier) <= _MOST_QUIET


def _lost_sets(by_set: Mapping[str, Sequence[Cell]], unnamed: Sequence[Cell]) -> dict[str, Gap]:
    """Return the sets, mostly one, that fell silent last before mail without any began."""
    gaps = {name: gap for name, own in by_set.items() if (gap := _loss_of_set(own, unnamed))}
    latest = max((gap.last_told for gap in gaps.values()), default="")
    return {name: gap for name, gap in gaps.items() if gap.last_told == latest}


def _loss_of_set(own: Sequence[Cell], unnamed: Sequence[Cell]) -> Gap | None:
    last_told = newest_told(own, _by_sender)
    since = [cell for cell in settled_after(unnamed, last_told) if cell.told.by_owner]
    if not since or not _is_shortly_before(last_told, since[-1].stretch):
        return None
    missed = missed_by_sender(since)
    before = missed_by_sender(cell for cell in unnamed if cell.stretch < last_told)
    if before.total > _MOST_BEFORE * missed.total:
        return None
    cause = GapCause.EVENT_DESTINATION_LOST
    return Gap(judge_silence(missed), cause, missed, 0, stretch_after(last_told), last_told)


def _gap_of_kinds(own: Sequence[Cell]) -> Gap:
    """Judge whether a set's feed leaves out bounces, complaints, or both."""
    return gravest_of_kinds(_gap_of_kind(own, kind) for kind in ADVERSE)


def _gap_of_kind(own: Sequence[Cell], kind: str) -> Gap:
    told = [(stretch, each.of_kind(kind)) for stretch, each in by_stretch(settled_after(own, ""))]
    weight = weigh((Point(at, each.owner_only, each.by_sender) for at, each in told), OF_A_KIND)
    last_told = newest_told(own, lambda each: each.of_kind(kind).by_sender)
    cause = GapCause.SENDER_TELLS_IN_PART if last_told else GapCause.EVENT_TYPE_NOT_SELECTED
    missed = Missed(**{kind: weight.missed})
    return Gap(weight.judge(OF_A_KIND), cause, missed, weight.told, "", last_told, (kind,))


def _by_sender(told: Tellings) -> int:
    return told.by_sender
