"""What protection did about configuration sets, as commands print it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from rich.console import Console

from console.terminal import print_indented
from console.wording import age
from ses_reputation.standing.state import BookState, ProtectionState, ProtectionStep
from ses_reputation.standing.wording import moment

_STEPS: Mapping[ProtectionStep, str] = {
    ProtectionStep.WOULD_PAUSE: "would have been paused (dry run: it still sends)",
    ProtectionStep.PAUSED: "was paused: it sends nothing",
    ProtectionStep.FAILED: "could not be paused: it still sends",
    ProtectionStep.RESUMED: "was resumed by a person",
}


def print_steps(screen: Console, states: Iterable[BookState], now: datetime) -> None:
    """Print the last step about each configuration set, why, and how a pause is undone."""
    for state in states:
        for name, taken in sorted(state.protection.items()):
            _print_step(screen, state, name, taken, now)


def _print_step(screen: Console, state: BookState, name: str, taken: ProtectionState, now: datetime) -> None:
    told = f"{name} of {state.book.title} {_STEPS[taken.step]}, {moment(taken.at)} ({age(taken.at, now)})."
    print_indented(screen, told)
    if taken.cause:
        print_indented(screen, f"Cause: {taken.cause}", 4)
    if taken.step is ProtectionStep.PAUSED:
        whose = f"--account {state.book.name} --region {state.book.region}"
        undo = f"    Undo: ses-reputation protection resume {name} {whose}"
        screen.print(undo, markup=False, soft_wrap=True)
