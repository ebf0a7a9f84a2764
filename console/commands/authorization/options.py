"""Options that the commands of `authorize` share."""

from typing import Annotated

import typer

from console.options import check_region

IdentityArgument = Annotated[
    str,
    typer.Argument(metavar="IDENTITY", help="The owner's identity: its ARN, or a domain or address by name."),
]
ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="An AWS profile of the identity owner's account."),
]
RegionOption = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="REGION",
        callback=check_region,
        help="The identity's Region. Default: that of its ARN, or yours.",
    ),
]
