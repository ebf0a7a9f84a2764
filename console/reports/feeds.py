"""What the feeds report, as commands print it."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from console.terminal.screen import print_heading, print_indented
from console.terminal.tables import make_table
from console.terminal.wording import number, share
from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.feed_health import FeedView
from ses_reputation.findings.feed_coverage.reported import KINDS, FeedCounts
from ses_reputation.findings.missing_outcomes import MissingOutcomes
from ses_reputation.findings.ses_comparison import Reconciliation
from ses_reputation.wording import count, moment_of, percent

_HEADINGS = ("", "sends", "deliv- eries", "bounces", "com- plaints", "last reported")
_NOT_SET_UP = "not set up"


def print_feeds(screen: Console, views: Sequence[FeedView]) -> None:
    """Print what each sender's two feeds reported, and how much mail has no outcome."""
    print_heading(
        screen,
        "Feeds",
        "Mail of the last 30 days: the share that each feed reported, and the newest mail that it reported.",
    )
    if not views:
        screen.print("No feed reported any mail in these days.")
    for place, view in enumerate(views):
        if place:
            screen.print()
        sender = view.sender
        title = f"identity {sender.identity}, sent by {sender.account} in {sender.region}"
        print_indented(screen, title, 0, style="bold")
        screen.print(draw_feeds(view))
        print_indented(screen, _describe_missing(view.missing), 0, style="dim")


def draw_feeds(view: FeedView) -> Table:
    """A row for each feed of a sender, rows for the configuration sets of its own, and the total."""
    table, counts = make_table(*_HEADINGS), view.counts
    last = _last(view.sender_last_reported, _NOT_SET_UP)
    table.add_row("sender's feed", number(counts.sends), *_shares(counts, Feed.SENDER), last)
    for name, of_set in sorted(view.sets.items()) if len(view.sets) > 1 else ():
        last = _last(view.set_last_reported[name], "-")
        table.add_row(f"  {name}", number(of_set.sends), *_shares(of_set, Feed.SENDER), last)
    last = _last(view.owner_last_reported, _NOT_SET_UP)
    table.add_row("owner's feed", "", *_shares(counts, Feed.OWNER), last)
    table.add_row("known in all", "", *(number(counts.of_kind(kind).total) for kind in KINDS), "")
    return table


def print_reconciliations(screen: Console, reconciliations: Iterable[Reconciliation]) -> None:
    """Print how much the ledger holds of what SES counted itself, by account and Region."""
    reconciliations = list(reconciliations)
    if reconciliations:
        print_heading(
            screen, "Reconciliation", "The ledger compared with what SES counts itself (GetSendStatistics)."
        )
    for each in reconciliations:
        print_indented(screen, _describe_reconciliation(each))


def _shares(counts: FeedCounts, feed: Feed) -> Iterable[str]:
    """The shares of known deliveries, bounces and complaints that a feed reported; `-` if it is silent."""
    is_silent = not counts.by(feed)
    for kind in KINDS:
        coverage = counts.of_kind(kind)
        yield "-" if is_silent or not coverage.total else share(coverage.by(feed) / coverage.total)


def _last(period: str, otherwise: str) -> str:
    return moment_of(period).removesuffix(" UTC") if period else otherwise


def _describe_missing(mail: MissingOutcomes | None) -> str:
    if mail is None:
        return "No mail is old enough to say whether outcomes are missing."
    lost, sends = count(mail.without_outcome), count(mail.sends, "send")
    days = mail.first_day if mail.first_day == mail.last_day else f"{mail.first_day} to {mail.last_day}"
    return f"Without an outcome: {lost} of the {sends} of {days} ({percent(mail.share, 1)})."


def _describe_reconciliation(each: Reconciliation) -> str:
    ledger, ses = each.compared
    span = f"{moment_of(each.first_hour)} to {moment_of(each.last_hour)}"
    bounces = f"bounces: {count(ledger.bounced)} in the ledger, {count(ses.bounces)} counted by SES"
    return f"{each.account} in {each.region}: {_describe_held(each)}, {span}; {bounces}."


def _describe_held(each: Reconciliation) -> str:
    ledger, ses = each.compared
    counted = count(ses.delivery_attempts, "send")
    if not ledger.sent and (ledger.known or ledger.bounced):
        return f"no feed reports sends; {count(ledger.known)} of {counted} are known by their outcome"
    of_sends = f"{count(ledger.known)} of {counted}"
    if each.share is None:
        return f"the ledger holds {of_sends}"
    return f"the ledger holds {percent(each.share, 1)} of what SES counted ({of_sends})"
