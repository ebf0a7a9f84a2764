"""`ses-reputation forget`: a person's address leaves everything that the stack keeps."""

from typing import Annotated

import typer

from console.commands.suppression_lookup.options import AddressArgument
from console.forgetting.forget_person import PersonOnStack
from console.options import JsonOption, StackOption
from console.reports.forgetting.certificate import certificate_to_json, print_certificate
from console.stack.clock import current_time
from console.stack.connection import connect
from console.terminal.screen import Narrator, open_screen, print_json


def forget_person(
    address: AddressArgument,
    stack: StackOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Erase the address. It cannot be undone. Without it, only look.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take a person out of ledger, quarantine and snapshots, and print a certificate without the address.

    SES goes on to suppress the person, and alone has the address. Without --apply, show what would be erased.
    The whole ledger is read. Exit code 1 where something is left that may have the address.
    """
    person = PersonOnStack(connect(stack), address, current_time)
    text = "Erase the address" if apply else "Look for the address"
    with Narrator(open_screen(on_stderr=True)).step(text) as step:

        def tell(what: str, read: int) -> None:
            step.advance_to(read, None, f"{text}: {read:,} {what}")

        certificate = person.forget(tell) if apply else person.count(tell)
    if json:
        print_json(certificate_to_json(certificate))
    else:
        screen = open_screen()
        print_certificate(screen, certificate)
        if not apply:
            screen.print("\nNothing was changed. To erase the address, add --apply.")
    if not certificate.is_complete:
        raise typer.Exit(1)
