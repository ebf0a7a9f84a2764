"""One run of statements at a time: whoever asks meanwhile is served by the one that runs.

Every change and every start of the schedule asks for statements, often many at once. The first takes a lease
and works. The others note on it that they asked, and end; who works begins another round for them.
docs/adr/0060-one-run-of-statements.md says what follows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.time_left import OUT_OF_TIME, HasTime, always


@dataclass(frozen=True, slots=True)
class StatementStart:
    """By whom a run is started.

    holder: names the event, and so is the same where Lambda tries a failed one again: what was cut off is
    taken over at once. manifests: those of snapshots that a container has read before; more are added.
    """

    holder: str
    clock: Callable[[], datetime]
    has_time: HasTime = always
    manifests: dict[str, Manifest] = field(default_factory=dict)


class StatementRuns(Protocol):
    """Who runs; see ses_reputation.statement.runs_store.StatementRunTable. All raise UnavailableError.

    A round is known by when it began, an aware time: all that its statements are made of is read after it.
    """

    def take(self, start: StatementStart) -> datetime | None:
        """Begin a run, unless another has begun one."""

    def ask(self, start: StatementStart) -> bool:
        """Ask whoever runs for another round; return whether somebody runs."""

    def next_round(self, start: StatementStart) -> datetime | None:
        """Begin another round, for all who asked; None where another run has taken over."""

    def finish(self, start: StatementStart) -> bool:
        """End the run, unless somebody asked for another round; return whether it ended."""

    def release(self, holder: str) -> None:
        """End the run, whatever was asked for."""


def run_alone(runs: StatementRuns, start: StatementStart, publish: Callable[[datetime], bool]) -> bool:
    """Publish rounds of statements until nobody asks for another; return False where another run does.

    Whoever runs makes one round at least, whatever was published before: a start that is tried again does not
    know who asked of the round that failed.

    publish: is given when the round began, and returns whether it is over. It is not where pages of a later
    round were found.
    Raises what `publish` raises, and UnavailableError where no time is left for what was asked.
    """
    begun = runs.take(start)
    if begun is None and not runs.ask(start):
        # Nobody runs any more. The one who ended meanwhile was not asked.
        begun = runs.take(start)
    if begun is None:
        return False
    try:
        _run_rounds(runs, start, begun, publish)
    except BaseException:
        runs.release(start.holder)
        raise
    return True


def _run_rounds(
    runs: StatementRuns, start: StatementStart, begun: datetime, publish: Callable[[datetime], bool]
) -> None:
    current: datetime | None = begun
    while current:
        if publish(current) and runs.finish(start):
            return
        if not start.has_time():
            raise UnavailableError(f"statements were asked for again: {OUT_OF_TIME}")
        # None: another run took over. It began later, and so serves whoever asked this one.
        current = runs.next_round(start)
