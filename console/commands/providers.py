"""`ses-reputation providers`: how mailbox providers accept the mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from console.options import AccountOption, IdentityOption, JsonOption, RegionOption, StackOption
from console.reports.findings import list_findings, print_headlines
from console.reports.grouping import MailSection, divide
from console.reports.providers import print_legend, print_providers
from console.reports.warm_up import print_warm_up
from console.stack.clock import current_time
from console.stack.connection import connect
from console.stack.selection import EntityChoice, choose_senders
from console.terminal.screen import open_screen, print_json
from ses_reputation.delivery.delays import ProviderView, view_providers
from ses_reputation.delivery.warm_up import WarmUpDay, view_warm_up
from ses_reputation.findings.finding import FindingKind
from ses_reputation.rollup.sender_mail import SenderMail, read_mail

_DAYS_COMPARED = 9
_WARM_UP_DAYS = 14


# Typer makes an option of every parameter.
def show_providers(  # noqa: PLR0913, PLR0917
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    warm_up: Annotated[
        bool, typer.Option("--warm-up", help="Volume by configuration set, provider and day.")
    ] = False,
    days: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=366, help="How many days of warm-up. Default: 14."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show how each mailbox provider accepts the mail: its delays, its usual ones, and delivery times."""
    if days and not warm_up:
        raise typer.BadParameter("--days goes with --warm-up: delays are those of the last 24 hours.")
    connection, now = connect(stack), current_time()
    choice = EntityChoice(account or "", region or "", identity or "")
    senders = choose_senders(connection.assessments.senders(), choice, connection.assessment_schedule)
    if warm_up:
        warming = view_warm_up(read_mail(connection.assessments, senders, now, days or _WARM_UP_DAYS).days)
        _show_warm_up(warming, json)
        return
    mail = read_mail(connection.assessments, senders, now, _DAYS_COMPARED)
    views = [(section, _view(mail, section, now)) for section in divide(senders, choice)]
    if json:
        print_json({"sections": [_describe(section, viewed) for section, viewed in views]})
        return
    screen, states = open_screen(), connection.assessments.read_states()
    for section, viewed in views:
        print_providers(screen, section.title, viewed)
        if section.entity in states:
            deferrals = list_findings(states[section.entity], {FindingKind.PROVIDER_DEFERRAL})
            if deferrals:
                screen.print("\nOpen findings", style="bold")
            print_headlines(screen, deferrals)
    print_legend(screen)


def _view(mail: SenderMail, section: MailSection, now: datetime) -> list[ProviderView]:
    of_section = mail.of(section.senders)
    return view_providers(of_section.hours, of_section.days, now)


def _describe(section: MailSection, views: Iterable[ProviderView]) -> dict[str, Any]:
    return {**section.names, "providers": [view.to_json() for view in views]}


def _show_warm_up(days: Sequence[WarmUpDay], json: bool) -> None:
    if json:
        print_json({"days": [day.to_json() for day in days]})
    elif days:
        print_warm_up(open_screen(), days)
    else:
        open_screen().print("No mail in these days.")
