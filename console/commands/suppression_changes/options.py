"""Options of the commands that change suppression lists."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from console.actions.open_list import SUPPRESSION_ROLE
from ses_reputation.suppression.restore.plan import REASONS


def check_reason(reason: str | None) -> str | None:
    """Return a reason of SES, in its capitals. Raises BadParameter where it is none."""
    if reason is not None and reason.upper() not in REASONS:
        raise typer.BadParameter(f"{reason!r} is no reason of SES: give BOUNCE or COMPLAINT.")
    return reason and reason.upper()


RoleOption = Annotated[
    str,
    typer.Option(
        "--role", metavar="NAME", help="The suppression role of other accounts (SuppressionRoleName)."
    ),
]
ApplyOption = Annotated[
    bool, typer.Option("--apply", help="Change the list. Without it, nothing is changed.")
]
WhyOption = Annotated[
    str, typer.Option("--why", metavar="TEXT", help="Why it is changed, without an address; is recorded.")
]
OneByOneOption = Annotated[
    bool, typer.Option("--one-by-one", help="Use no import jobs: one address a call, about one a second.")
]
CsvOption = Annotated[
    bool, typer.Option("--csv", help="Print every change as CSV, with the reason before. It holds addresses.")
]
RawOption = Annotated[bool, typer.Option("--raw", help="With --csv: every cell as it is, for programs.")]
FilesOption = Annotated[
    Path | None,
    typer.Option("--files", metavar="FOLDER", help="Write the files that CreateImportJob takes to a folder."),
]
AddressesArgument = Annotated[list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="Addresses.")]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file", metavar="FILE", help="A file of addresses: one a line, or as `import` reads them."
    ),
]
DEFAULT_ROLE = SUPPRESSION_ROLE


@dataclass(frozen=True, slots=True)
class ChangeChoices:
    """What all commands that change a list are given besides what to change."""

    apply: bool
    why: str
    one_by_one: bool
    csv: bool
    raw: bool
    files: Path | None
    json: bool

    def __post_init__(self) -> None:
        """Raise BadParameter where choices contradict each other."""
        if self.apply and not self.why.strip():
            raise typer.BadParameter("--apply needs --why: who changed a list and why is recorded.")
        if self.csv and (self.json or self.apply):
            raise typer.BadParameter(
                "--csv shows what would change: give neither --json nor --apply with it."
            )
        if self.raw and not self.csv:
            raise typer.BadParameter("--raw goes with --csv.")
