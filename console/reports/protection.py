"""What protection did about configuration sets, as commands print it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console

from console.actions.resume_sending import AccountSet
from console.terminal.screen import print_heading, print_indented, print_line
from console.terminal.wording import age
from ses_reputation.hours import format_second
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.shell_words import shell_command, shell_option
from ses_reputation.standing.state import EntityState, ProtectionState, ProtectionStep
from ses_reputation.wording import moment

_STEPS: Mapping[ProtectionStep, tuple[str, str]] = {
    ProtectionStep.WOULD_PAUSE: ("would have been paused", "a dry run, it still sends"),
    ProtectionStep.PAUSED: ("was paused", "it sends nothing until a person resumes it"),
    ProtectionStep.FAILED: ("could not be paused", "it still sends"),
    ProtectionStep.RESUMED: ("was resumed by a person", "it sends"),
}
_MODES: Mapping[ProtectionMode, str] = {
    ProtectionMode.REPORT: "report: nothing is paused",
    ProtectionMode.DRY_RUN: "dry-run: nothing is paused; alerts say what would be",
    ProtectionMode.ENFORCE: "enforce: the configuration set that causes a pause standing is paused",
}


def print_protection(
    screen: Console, mode: ProtectionMode, states: Sequence[EntityState], now: datetime
) -> None:
    """Print the mode, and the last step for each configuration set of some accounts."""
    print_heading(screen, "Protection", f"{_MODES[mode].capitalize()}.")
    if any(state.protection for state in states):
        print_steps(screen, states, now)
    else:
        screen.print("Protection has done nothing about any configuration set.")


def print_steps(screen: Console, states: Iterable[EntityState], now: datetime) -> None:
    """Print the last step for each configuration set, its cause, and how a pause is undone."""
    for state in states:
        for name, taken in sorted(state.protection.items()):
            _print_step(screen, state, name, taken, now)


def describe_resumed(resumed: AccountSet, taken: ProtectionState, who: str, at: datetime) -> dict[str, Any]:
    """Return what a person resumed as `--json` prints it. taken: the pause that this ended."""
    return {
        **resumed.entity.names,
        "configuration_set": resumed.name,
        "paused_at": format_second(taken.at),
        "cause": taken.cause,
        "resumed_at": format_second(at),
        "resumed_by": who,
    }


def _print_step(
    screen: Console, state: EntityState, name: str, taken: ProtectionState, now: datetime
) -> None:
    done, meaning = _STEPS[taken.step]
    title, when = state.entity.title, f"{age(taken.at, now)} ({moment(taken.at)})"
    if name == NO_CONFIGURATION_SET:
        print_indented(screen, f"Nothing of {title} could be paused {when}.")
    else:
        print_indented(screen, f"{name} of {title} {done} {when}: {meaning}.")
    if taken.cause:
        print_indented(screen, f"Cause: {taken.cause}", 4)
    if taken.step is ProtectionStep.PAUSED:
        whose = [shell_option(f"--{option}", value) for option, value in state.entity.names.items()]
        undo = shell_command("ses-reputation protection resume", whose, name)
        print_line(screen, f"    Undo: {' '.join(undo)}")
