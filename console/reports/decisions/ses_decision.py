"""What SES itself has decided about accounts, as `standing` and `standing explain` print it first."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from console.terminal.screen import print_heading, print_indented, print_title
from console.terminal.wording import age
from ses_reputation.notifications.texts.ses_trouble import describe_trouble
from ses_reputation.standing.state import DecisionState, EntityState
from ses_reputation.wording import count, moment


def print_decisions(screen: Console, states: Sequence[EntityState], now: datetime) -> None:
    """Print a line for each account that SES does not let send as usual, else one for all of them."""
    known = [(state, state.decision) for state in states if state.decision]
    if not known:
        return
    asked = min(decision.latest.read_at for _, decision in known)
    troubled = [(state, lines) for state, decision in known if (lines := list(describe_trouble(decision)))]
    print_heading(screen, "What SES has decided", f"Asked {age(asked, now)}.")
    for state, lines in troubled:
        for line in lines:
            print_indented(screen, f"{state.entity.title}: {line}", style="bold red")
    fine = len(known) - len(troubled)
    if fine:
        screen.print(f"{count(fine, 'account')} healthy, and free to send.")


def print_decision(screen: Console, decision: DecisionState, now: datetime) -> None:
    """Print how SES sees one account: its status, quota, and tenants in trouble."""
    latest = decision.latest
    print_title(screen, "What SES has decided")
    for line in describe_trouble(decision):
        print_indented(screen, line, style="bold red")
    status = latest.enforcement_status or "not known"
    quota = "any number of mails" if latest.daily_quota < 0 else f"{latest.daily_quota:,.0f} mails"
    print_indented(
        screen,
        f"Status {status} since {moment(decision.since)} or before, asked {age(latest.read_at, now)}; "
        f"{'production' if latest.is_in_production else 'sandbox'}; "
        f"{quota} in 24 hours, {latest.send_rate:,.0f} a second.",
    )
