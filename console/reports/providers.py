"""Mail by mailbox provider, as commands print it."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from console.terminal.screen import print_heading, print_indented
from console.terminal.tables import make_table
from console.terminal.wording import capital, number, share
from ses_reputation.delivery.delays import DeliveryTime, ProviderView
from ses_reputation.wording import percent

_MOST_MIXES = 5
_HOW_TO_READ = (
    "delayed: share of the last 24 hours' sends; usually: of those of the 7 days before yesterday. p50, p95: "
    "half and 95 % of the deliveries took no longer than this. all sends: with those that are known by their "
    "outcome alone, of which no delay can be reported. waiting: no outcome yet."
)


def print_providers(screen: Console, title: str, views: Sequence[ProviderView]) -> None:
    """Print a section of mail by provider, most first, and the types of its delays."""
    print_heading(screen, capital(title), "The last 24 hours by mailbox provider.")
    if not views:
        screen.print("No mail in the last 24 hours, nor in the week before.")
        return
    screen.print(draw_providers(views))
    if recent := [view for view in views if view.sends]:
        screen.print("\nWhat became of it", style="bold")
        screen.print(draw_ends(recent))
    delaying = sorted((view for view in views if view.recent.types), key=lambda view: -view.recent.delayed)
    if delaying:
        screen.print("\nDelay types", style="bold")
    for view in delaying[:_MOST_MIXES]:
        print_indented(screen, f"{capital(view.title)}: {_mix(view)}.")


def print_legend(screen: Console) -> None:
    """Print what the columns hold."""
    screen.print()
    screen.print(_HOW_TO_READ, style="dim")


def draw_providers(views: Iterable[ProviderView]) -> Table:
    """Sends by provider, how many were delayed, what became of those, and how long deliveries took."""
    table = make_table(
        "provider",
        "sends",
        "delayed",
        "usually",
        "then delivered",
        "then bounced",
        "still open",
        "p50",
        "p95",
    )
    for view in views:
        recent, usual = view.recent, view.usual
        table.add_row(
            capital(view.title),
            number(recent.sends),
            _part(recent.delayed, recent.share.denominator if recent.share else 0),
            share(usual.share.value if usual.share else None),
            number(recent.delivered),
            number(recent.bounced),
            number(recent.still_open),
            _time(recent.delivery_time(50)),
            _time(recent.delivery_time(95)),
        )
    return table


def draw_ends(views: Iterable[ProviderView]) -> Table:
    """All sends by provider, and how many of them were delivered, wait for an outcome, and bounced."""
    table = make_table("provider", "all sends", "delivered", "waiting", "bounced")
    for view in views:
        ends = (view.ends.delivered, view.ends.waiting, view.ends.bounced)
        table.add_row(capital(view.title), number(view.sends), *(_part(each, view.sends) for each in ends))
    return table


def _part(part: int, whole: int) -> str:
    """Return `160 (33.3 %)`; `0` alone, and `-` where nothing is known that it could be a part of."""
    if not (part and whole):
        return "0" if whole else number(part)
    return f"{number(part)} ({share(part / whole)})"


def _mix(view: ProviderView) -> str:
    """The delay types with their shares of the delayed mail, which may add up to more than all of it."""
    types = sorted(view.recent.types.items(), key=lambda each: (-each[1], each[0]))
    delayed = max(view.recent.delayed, 1)
    return ", ".join(f"{name} {each:,} ({percent(each / delayed, 0)})" for name, each in types)


def _time(time: DeliveryTime | None) -> str:
    return time.title.removeprefix("within ").replace("over ", ">") if time else "-"
