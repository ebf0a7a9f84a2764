"""What SES itself has decided about accounts, as `standing` and `standing explain` print it first."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console

from console.terminal.screen import count, print_heading, print_indented, print_title
from console.terminal.wording import age
from ses_reputation.standing.decision import HEALTHY, SHUT_DOWN, UNDER_REVIEW
from ses_reputation.standing.state import DecisionState, EntityState
from ses_reputation.wording import moment

_MOST_TENANTS = 20


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


def describe_trouble(decision: DecisionState) -> Iterator[str]:
    """Yield in a sentence each what keeps an account, or a tenant of it, from sending as usual."""
    latest, since = decision.latest, f"since {moment(decision.since)} or before"
    if latest.enforcement_status == SHUT_DOWN:
        yield f"SES has paused all sending, {since}."
    elif latest.enforcement_status == UNDER_REVIEW:
        yield f"SES has put it under review, {since}."
    elif latest.enforcement_status not in ("", HEALTHY):
        yield f"SES gives it the status {latest.enforcement_status}, {since}."
    if latest.enforcement_status != SHUT_DOWN and not latest.is_sending_enabled:
        yield f"Sending is switched off in the account, not by SES, {since}."
    yield from _tenants(decision)


def _tenants(decision: DecisionState) -> Iterator[str]:
    troubled = sorted((name, each) for name, each in decision.tenants.items() if each.is_severe)
    for name, each in troubled[:_MOST_TENANTS]:
        cause = f": {each.cause}" if each.cause else ""
        if each.is_stopped:
            yield f"tenant {name} is stopped by {'SES' if each.is_by_ses else 'the account'}{cause}."
        else:
            yield f"tenant {name} has a severe problem{cause}."
    if len(troubled) > _MOST_TENANTS:
        yield f"and {count(len(troubled) - _MOST_TENANTS, 'more tenant')}."
