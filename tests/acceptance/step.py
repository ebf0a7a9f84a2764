"""A step of the run: what it proves, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.acceptance.run import Run


class SkippedError(Exception):
    """A step cannot be tried here; the text says why."""


class FailedError(Exception):
    """What a step was to prove is not so; the text says what was seen in its place."""


class Ended(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is tried on the deployed stack.

    proves: a sentence. perform: tries it, and returns what it saw; raises SkippedError or FailedError.
    only_aws: why the AWS on this machine cannot show it, "" if it can.
    """

    name: str
    proves: str
    perform: "Callable[[Run], str]"
    only_aws: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended, what was seen, and how long it took."""

    step: Step
    ended: Ended
    seen: str
    seconds: float
