"""What the feeds tell, as commands print it."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from console.terminal.screen import make_table, print_heading, print_indented
from console.terminal.wording import number, share
from ses_reputation.findings.feed_coverage.feed_health import FeedView
from ses_reputation.findings.feed_coverage.reported import KINDS, FeedCounts
from ses_reputation.findings.outcomes_by_set import MissingOutcomes
from ses_reputation.findings.ses_comparison import Reconciliation
from ses_reputation.wording import count, moment_of, percent

_HEADINGS = ("", "sends", "deliv- eries", "bounces", "com- plaints", "last told")
_NOT_SET_UP = "not set up"


def print_feeds(screen: Console, views: Sequence[FeedView]) -> None:
    """Print what each sender's two feeds told, and the mail whose end nobody told."""
    print_heading(
        screen,
        "Feeds",
        "Mail of the last 30 days: what each feed told of all that is known, and of which mail last.",
    )
    if not views:
        screen.print("No feed told of any mail in these days.")
    for place, view in enumerate(views):
        if place:
            screen.print()
        sender = view.sender
        title = f"identity {sender.identity}, sent by {sender.account} in {sender.region}"
        screen.print(title, style="bold", markup=False)
        screen.print(draw_feeds(view))
        screen.print(_describe_unaccounted(view.unaccounted), style="dim", markup=False)


def draw_feeds(view: FeedView) -> Table:
    """A row for each feed of a sender, under its own by configuration set; and what is known in all."""
    table, told = make_table(*_HEADINGS), view.told
    last = _last(view.sender_last_told, _NOT_SET_UP)
    table.add_row("sender's feed", number(told.sends), *_shares(told, by_owner=False), last)
    for name, of_set in sorted(view.sets.items()) if len(view.sets) > 1 else ():
        last = _last(view.set_last_told[name], "-")
        table.add_row(f"  {name}", number(of_set.sends), *_shares(of_set, by_owner=False), last)
    last = _last(view.owner_last_told, _NOT_SET_UP)
    table.add_row("owner's feed", "", *_shares(told, by_owner=True), last)
    table.add_row("known in all", "", *(number(told.of_kind(kind).total) for kind in KINDS), "")
    return table


def print_reconciliations(screen: Console, reconciliations: Iterable[Reconciliation]) -> None:
    """Print what the ledger holds of what SES counted itself, by account and Region."""
    reconciliations = list(reconciliations)
    if reconciliations:
        print_heading(
            screen, "Reconciliation", "The ledger beside what SES counts itself (GetSendStatistics)."
        )
    for each in reconciliations:
        print_indented(screen, _describe_reconciliation(each))


def _shares(told: FeedCounts, *, by_owner: bool) -> Iterable[str]:
    """What a feed told of the deliveries, bounces and complaints that are known; `-` of a silent feed."""
    is_silent = not (told.by_owner if by_owner else told.by_sender)
    for kind in KINDS:
        telling = told.of_kind(kind)
        part = telling.by_owner if by_owner else telling.by_sender
        yield "-" if is_silent or not telling.total else share(part / telling.total)


def _last(period: str, otherwise: str) -> str:
    return moment_of(period).removesuffix(" UTC") if period else otherwise


def _describe_unaccounted(mail: MissingOutcomes | None) -> str:
    if mail is None:
        return "No mail is old enough to tell whether its end was told."
    lost, sends = count(mail.without_outcome), count(mail.sends, "send")
    days = mail.first_day if mail.first_day == mail.last_day else f"{mail.first_day} to {mail.last_day}"
    return f"Without an outcome: {lost} of {sends} of {days} ({percent(mail.share, 1)})."


def _describe_reconciliation(each: Reconciliation) -> str:
    ledger, ses = each.compared
    of_sends = f"{count(ledger.sent)} of {count(ses.delivery_attempts, 'send')}"
    held = (
        f"{percent(each.share, 1)} of what SES counted ({of_sends})" if each.share is not None else of_sends
    )
    span = f"{moment_of(each.first_hour)} to {moment_of(each.last_hour)}"
    bounces = f"bounces: {count(ledger.bounced)} in the ledger, {count(ses.bounces)} counted by SES"
    return f"{each.account} in {each.region}: the ledger holds {held}, {span}; {bounces}."
