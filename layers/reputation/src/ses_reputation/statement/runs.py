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
class Round:
    """Statements made once. began_at: an aware time, before which everything they are made of is read.

    changed_at: the assessment whose changes were all stored before; None where nothing is known of one.
    """

    began_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatementStart:
    """Why and by whom a run is started.

    holder: names the event, and so is the same where Lambda tries a failed one again: what was cut off is
    taken over at once. changed_at: when what changed was assessed, where a change is the reason.
    manifests: those of snapshots that a container has read before; more are added.
    """

    holder: str
    clock: Callable[[], datetime]
    changed_at: datetime | None = None
    has_time: HasTime = always
    manifests: dict[str, Manifest] = field(default_factory=dict)


class StatementRuns(Protocol):
    """Who runs; see ses_reputation.statement.runs_store.StatementRunTable. All raise UnavailableError."""

    def take(self, start: StatementStart) -> Round | None:
        """Begin a run, unless another has begun one."""

    def ask(self, start: StatementStart) -> bool:
        """Ask whoever runs for another round; return whether that was needed, and somebody runs."""

    def next_round(self, start: StatementStart) -> Round | None:
        """Begin another round, for all who asked; None where another run has taken over."""

    def finish(self, start: StatementStart) -> bool:
        """End the run, unless somebody asked for another round; return whether it ended."""

    def release(self, holder: str) -> None:
        """End the run, whatever was asked for."""


def run_alone(runs: StatementRuns, start: StatementStart, publish: Callable[[Round], bool]) -> bool:
    """Publish rounds of statements until nobody asks for another; return False where another run does.

    publish: returns whether the round is over. It is not where pages of a later round were found.
    Raises what `publish` raises, and UnavailableError where no time is left for what was asked.
    """
    begun = runs.take(start)
    if begun is None and not runs.ask(start):
        # Nobody runs any more, or who runs began late enough. The one who ended meanwhile was not asked.
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
    runs: StatementRuns, start: StatementStart, begun: Round, publish: Callable[[Round], bool]
) -> None:
    current: Round | None = begun
    while current:
        if publish(current) and runs.finish(start):
            return
        if not start.has_time():
            raise UnavailableError(f"statements were asked for again: {OUT_OF_TIME}")
        # None: another run took over. It began later, and so serves whoever asked this one.
        current = runs.next_round(start)
