"""The commands of `ses-reputation`, and the one place where errors become one clear line."""

from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError
from typer.core import TyperGroup

from console.commands import (
    accounts,
    authorize,
    findings,
    protection,
    quarantine,
    rebuild,
    standing,
    suppression,
)
from console.commands.demo import run_demo
from console.commands.doctor import run_doctor
from console.commands.feeds import show_feeds
from console.commands.ledger import export_all_entries, show_balances, show_entries
from console.commands.providers import show_providers
from console.commands.replay import run_replay
from console.commands.statement import pages
from console.commands.suppression_changes.add import add_addresses
from console.commands.suppression_changes.import_list import import_list
from console.commands.suppression_changes.remove import remove_addresses
from console.commands.suppression_changes.restore import restore_list
from console.commands.verify import verify_setup
from console.errors import ConsoleError
from console.local_aws.errors import LocalAwsError
from console.terminal.screen import open_screen
from ses_reputation.errors import SesReputationError
from ses_reputation.visible_text import visible

_INTERRUPTED = 130


class _OneLineErrors(TyperGroup):
    """Turns expected errors into one line on standard error and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was given."""
        try:
            return super().invoke(ctx)
        except (ConsoleError, LocalAwsError, SesReputationError, ClientError, BotoCoreError) as error:
            _print_error(f"Error: {describe_error(error)}")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            _print_error("Stopped.")
            raise typer.Exit(_INTERRUPTED) from None


def describe_error(error: Exception) -> str:
    """Return one line: what went wrong, and what to do about it."""
    match error:
        case NoCredentialsError():
            return "No AWS credentials found: log in (for example `aws sso login`), or set AWS_PROFILE."
        case NoRegionError():
            return "No AWS Region chosen: set AWS_REGION, or name one in your AWS profile."
        case ClientError():
            code = error.response.get("Error", {}).get("Code", "")
            message = error.response.get("Error", {}).get("Message", "no reason given")
            return visible(f"AWS refused {error.operation_name} ({code}): {message}")
        case BotoCoreError():
            return visible(f"AWS could not be asked: {error}")
        case _:
            return str(error)


def _print_error(text: str) -> None:
    open_screen(on_stderr=True).print(text, soft_wrap=True)


app = typer.Typer(
    cls=_OneLineErrors,
    name="ses-reputation",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(run_demo)
app.command("replay")(run_replay)
app.command("balances")(show_balances)
app.command("entries")(show_entries)
app.command("export-entries")(export_all_entries)
app.add_typer(rebuild.app, name="ledger")
app.add_typer(standing.app, name="standing")
app.add_typer(pages.app, name="statement")
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


@app.callback()
def _root() -> None:
    """A reputation ledger and suppression snapshots for companies that send through Amazon SES.

    demo and replay start a stack on this machine and remove it again. The other commands read a deployed
    stack (--stack NAME, with your AWS credentials), or the one that --keep keeps running on this machine.
    """
