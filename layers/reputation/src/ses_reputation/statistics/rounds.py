"""Accounts that one run of the checks cannot read whole: runs go on where the one before stopped.

```
run 1: a b c | d e f g     found in a-c; the rest as it was
run 2:       d e f | g     found in d-f; what was found in a-c since the round began stays
run 3:             g       the round is over: what no run of it found is mended, or gone
```
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.statistics.diagnoses import KeptDiagnosis, PlaceDiagnoses
from ses_reputation.statistics.diagnosing import MOST_FEEDS, MOST_KEPT, MOST_SETS
from ses_reputation.statistics.send_statistics import AccountRegion

_NEVER = datetime.min.replace(tzinfo=UTC)


def go_on_from(scope: SetupScope, previous: Mapping[AccountRegion, PlaceDiagnoses]) -> SetupScope:
    """Return the scope with those places first that were not read for longest, each from where it stopped."""

    def read_at(place: tuple[str, str]) -> datetime:
        last = previous.get(AccountRegion(*place))
        return last.read_at if last else _NEVER

    return replace(
        scope,
        places=tuple(sorted(scope.places, key=read_at)),
        resume_after={place: each.resume_after for place, each in previous.items() if each.resume_after},
    )


def examined_in(setup: Setup) -> frozenset[str]:
    """Return the ARNs of what was read: what is not found of these any more is mended."""
    read: set[str] = set(setup.topics.found)
    for place in setup.places:
        read |= {place.identity_arn(name) for name in place.identities.found}
        read |= {place.set_arn(name) for name in place.sets.found}
        read |= {place.arn(f"dedicated-ip-pool/{name}") for name in place.pools.found}
        read |= {place.arn(f"tenant/{name}") for name in place.tenants.found}
    return frozenset(read)


def join_rounds(
    now: PlaceDiagnoses, previous: PlaceDiagnoses | None, examined: Collection[str], resume_after: str
) -> PlaceDiagnoses:
    """Return what was found now, with what earlier runs of the same round found elsewhere in the place.

    resume_after: the last resource that was read now. Until a round is over, what the round before it found
    stays too, unless the resource was examined since.
    """
    goes_on = previous if previous and previous.resume_after else None
    began_at = (goes_on.round_began_at or goes_on.read_at) if goes_on else now.read_at
    found = list(now.found)
    known = {(each.name, each.subject) for each in found}
    if previous and (goes_on or resume_after):
        found += [
            replace(each, found_at=each.found_at or previous.read_at)
            for each in previous.found
            if (each.name, each.subject) not in known
            and each.subject not in examined
            and (resume_after or (each.found_at or previous.read_at) >= began_at)
        ]
    # One run of a round reads the sets, another their pools.
    parts = [each for each in (previous, now) if each and (each is now or goes_on or resume_after)]
    most_severe = sorted(found, key=lambda each: -each.severity)[:MOST_KEPT]
    return replace(
        now,
        found=tuple(_within(most_severe)),
        resume_after=resume_after,
        round_began_at=began_at if resume_after else None,
        set_pools=_latest([each.set_pools for each in parts]),
        pool_kinds=_latest([each.pool_kinds for each in parts]),
    )


def _latest(maps: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return maps in one: what the last one says counts, and as much is kept as of one run."""
    known: dict[str, str] = {}
    for each in maps:
        known |= each
    return dict(sorted(known.items())[:MOST_SETS])


def _within(diagnoses: Iterable[KeptDiagnosis]) -> Iterable[KeptDiagnosis]:
    """Return diagnoses with as many feeds as fit an item together."""
    spare = MOST_FEEDS
    for each in diagnoses:
        yield replace(each, feeds=each.feeds[:spare])
        spare -= min(spare, len(each.feeds))
