"""The commands of `ses-reputation`, and the one place where errors become one clear line."""

from importlib.metadata import version
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from console.commands import (
    findings,
    protection,
    quarantine,
    standing,
    suppression,
)
from console.commands.accounts import commands as accounts
from console.commands.authorization import commands as authorize
from console.commands.demo import run_demo
from console.commands.doctor import run_doctor
from console.commands.feeds import show_feeds
from console.commands.forgetting.forget import forget_person
from console.commands.ledger import entries, rebuild
from console.commands.ledger.balances import show_balances
from console.commands.ledger.message import show_message
from console.commands.providers import show_providers
from console.commands.replay import run_replay
from console.commands.statement import pages
from console.commands.statement.serve import serve_statements
from console.commands.suppression_changes.add import add_addresses
from console.commands.suppression_changes.import_list import import_list
from console.commands.suppression_changes.remove import remove_addresses
from console.commands.suppression_changes.restore import restore_list
from console.commands.verify import verify_setup
from console.errors import ConsoleError
from console.local_aws.errors import LocalAwsError
from console.stack.place import AskedPlace, ask_at, asked_place
from console.terminal.screen import open_screen
from console.usage.error_lines import describe_error
from console.usage.help_pages import explain_commands, write_commands
from console.usage.old_names import add_old_names
from console.usage.place_options import add_place_options
from ses_reputation.errors import SesReputationError

_INTERRUPTED = 130
_CLOSED_PIPE = 141
"""Who ends by SIGPIPE, signal 13, ends so for a shell: as `yes | head -1` does."""


class _Program(TyperGroup):
    """Turns expected errors into one line on standard error and exit code 1; amends options and help."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        explain_commands(self)
        for command in _all_below(self):
            add_place_options(command)
        add_old_names(self)

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the arguments, of which help prints its page."""
        try:
            return super().make_context(*arguments, **options)
        except BrokenPipeError:
            raise typer.Exit(_CLOSED_PIPE) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was given."""
        ask_at(AskedPlace())
        try:
            return super().invoke(ctx)
        except (ConsoleError, LocalAwsError, SesReputationError, ClientError, BotoCoreError) as error:
            _print_error(f"Error: {describe_error(error, asked_place())}")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            _print_error("Stopped.")
            raise typer.Exit(_INTERRUPTED) from None
        except BrokenPipeError:
            raise typer.Exit(_CLOSED_PIPE) from None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands into a page of help, by what they are for."""
        del ctx
        write_commands(self, formatter)


def _all_below(group: Any) -> list[Any]:
    """Return all commands and groups below one."""
    below = list(getattr(group, "commands", {}).values())
    return [each for command in below for each in (command, *_all_below(command))]


def _print_error(text: str) -> None:
    open_screen(on_stderr=True).print(text, soft_wrap=True)


app = typer.Typer(
    cls=_Program,
    name="ses-reputation",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("demo")(run_demo)
app.command("replay")(run_replay)
app.command("balances")(show_balances)
app.add_typer(entries.app, name="entries")
app.command("message")(show_message)
app.add_typer(rebuild.app, name="ledger")
app.add_typer(standing.app, name="standing")
app.add_typer(pages.app, name="statement")
app.command("serve")(serve_statements)
app.command("providers")(show_providers)
app.command("feeds")(show_feeds)
app.add_typer(findings.app, name="findings")
app.add_typer(accounts.app, name="accounts")
app.command("doctor")(run_doctor)
app.command("verify")(verify_setup)
app.add_typer(protection.app, name="protection")
app.add_typer(authorize.app, name="authorize")
app.add_typer(quarantine.app, name="quarantine")
suppression.app.command("restore")(restore_list)
suppression.app.command("import")(import_list)
suppression.app.command("add")(add_addresses)
suppression.app.command("remove")(remove_addresses)
app.add_typer(suppression.app, name="suppression")
app.command("forget")(forget_person)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        print(f"ses-reputation {version('ses-reputation')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A reputation ledger and suppression snapshots for companies that send through Amazon SES.

    demo and replay start a stack on this machine and remove it again. The other commands read a deployed
    stack (--stack NAME, found with your AWS credentials, --profile and --region), or the one that --keep
    keeps running on this machine. -h after a command explains it, and gives examples.
    """
