"""`ses-reputation serve`: statements that renew themselves, in the browser of this machine."""

from contextlib import suppress
from typing import Annotated

import typer

from console.actions.statement.open_statement import open_link
from console.actions.statement.serve_statements import LivePages, StatementMemory, StatementServer
from console.actions.statement.write_statements import write_statements
from console.options import StackOption
from console.stack.clock import current_time
from console.stack.connection import connect
from console.stack.place import asked_place
from console.stack.statements import FUNCTION, read_statement_settings
from console.terminal.screen import open_screen, print_line
from console.usage.error_lines import describe_error


def serve_statements(
    stack: StackOption = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, metavar="PORT", help="0 takes a free one.")] = 8_025,
    every: Annotated[
        int,
        typer.Option(
            min=5, max=3_600, metavar="SECONDS", help="How old a page may be, before it is made anew."
        ),
    ] = 60,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the link, and open no browser.")
    ] = False,
) -> None:
    """Show every party's statement in the browser, from what the stack holds now, until Ctrl-C.

    Only this machine can open the pages. They are made when somebody looks at them, and renew themselves;
    each time costs some reads of the table.
    """
    connection = connect(stack)
    settings = read_statement_settings(connection.clients.functions, connection.output(FUNCTION))

    def make(store: StatementMemory) -> None:
        write_statements(connection.assessments, connection.snapshots, store, settings, current_time())

    errors = open_screen(on_stderr=True)
    place = asked_place()
    pages = LivePages(
        make,
        every,
        # Requests have threads of their own, which know nothing of where this command asks.
        lambda error: describe_error(error, place),
        lambda cause: print_line(errors, f"Not made anew: {cause}"),
    )
    with StatementServer(pages, port) as server:
        screen = open_screen()
        print_line(screen, f"Statements of {settings.stack_name}: {server.link}")
        print_line(screen, "Ctrl-C ends it.")
        if not no_browser:
            open_link(server.link)
        with suppress(KeyboardInterrupt):
            server.serve_forever()
