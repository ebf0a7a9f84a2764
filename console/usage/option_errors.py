"""What is wrong with a number that was given for an option, in words of ours."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer

_OF_NUMBERS = ("int_", "greater_than", "less_than")
"""How the types of pydantic's errors of a whole number begin, which Typer reads options with."""


def reword_number(error: typer.BadParameter) -> None:
    """Let an error of a whole number say which are taken; any other stays as it is."""
    misfits: Sequence[Mapping[str, Any]] = getattr(error.__cause__, "errors", tuple)()
    if misfits and misfits[0]["type"].startswith(_OF_NUMBERS):
        error.message = f"{str(misfits[0]['input'])!r} is not {_taken(error.param)}."


def _taken(param: object) -> str:
    """Return which numbers an option takes: `a whole number from 0 to 65,535`."""
    least, most = getattr(param, "min", None), getattr(param, "max", None)
    if least is None:
        return "a whole number"
    return f"a whole number {f'of {least:,} or more' if most is None else f'from {least:,} to {most:,}'}"
