"""`--profile` and `--region` of every command that reads a stack, as AWS users know them."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer
from botocore.session import Session
from typer.main import get_command

from console.options import check_region
from console.stack.place import AskedPlace, ask_at, asked_place


def own_profiles() -> list[str]:
    """Return the names of the profiles of AWS's files, whichever AWS_PROFILE names."""
    return Session({"profile": (None, None, None, None)}).available_profiles


def _declare(
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            autocompletion=own_profiles,
            help="The AWS profile to find the stack with. Default: your usual credentials.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="REGION",
            callback=check_region,
            help="The Region of the stack. Default: AWS_REGION, or that of the profile.",
        ),
    ] = None,
) -> None:
    """Declare the options, as Typer makes them of a function."""


def add_place_options(command: Any) -> None:
    """Give a command that takes a stack `--profile`, and `--region` unless it has one of its own.

    Its own `--region` chooses mail, or a list. It is where the stack is looked for first, too: who names a
    Region means the ledger there, if there is one.
    """
    own = {param.name for param in command.params}
    if "stack" not in own:
        return
    added = [param for param in _declared() if param.name not in own]
    command.params.extend(added)
    command.callback = _in_place(command.callback, {str(param.name) for param in added})


def _declared() -> Iterable[Any]:
    declaring = typer.Typer(add_completion=False)
    declaring.command()(_declare)
    return get_command(declaring).params


def _in_place(callback: Callable[..., Any], added: set[str]) -> Callable[..., Any]:
    """Return a command's function that takes the added options from it, and lets them say where it asks."""

    def run(**values: Any) -> Any:
        profile, region = values.get("profile"), values.get("region")
        regions = (region,) if isinstance(region, str) else tuple(region or ())
        given = [values.pop(name) for name in added]
        if any(given) or regions or not asked_place().is_remote:
            ask_at(AskedPlace(profile or "", regions, any(given)))
        return callback(**values)

    return run
