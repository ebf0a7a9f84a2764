"""How configuration sets warm up at each mailbox provider, as commands print it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table

from console.terminal.screen import print_heading
from console.terminal.tables import make_table
from console.terminal.wording import capital, number, share
from ses_reputation.delivery.warm_up import Stream, WarmUpDay
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.rates.rates import Rate
from ses_reputation.wording import provider_title

_MOST_STREAMS = 12
_BAR = 20


def print_warm_up(screen: Console, days: Sequence[WarmUpDay]) -> None:
    """Print the days of the 12 streams that send most; `days` are sorted by stream and day."""
    streams = {stream: list(of_one) for stream, of_one in groupby(days, key=lambda day: day.stream)}
    chosen = sorted(streams, key=lambda stream: -_sends(streams[stream]))[:_MOST_STREAMS]
    print_heading(
        screen,
        "Warm-up",
        "By configuration set, mailbox provider and UTC day: volume, and the shares delayed and bounced.",
    )
    screen.print(draw_warm_up({stream: streams[stream] for stream in sorted(chosen)}))
    left_out = len(streams) - len(chosen)
    if left_out:
        screen.print(f"{left_out:,} more with less mail: see --json.")


def draw_warm_up(streams: dict[Stream, list[WarmUpDay]]) -> Table:
    """Under each configuration set and provider a row for each day."""
    table = make_table("", "sends", "delayed", "bounced", "volume")
    table.columns[-1].justify = "left"
    sender: tuple[str, ...] = ()
    for stream, days in streams.items():
        if stream[:3] != sender:
            sender = stream[:3]
            table.add_row(_title(stream), style="bold")
        table.add_row(f"  {capital(provider_title(stream.provider))}")
        most = max(day.sends for day in days)
        for day in days:
            shares = (_share(day.delay_share), _share(day.bounce_share))
            table.add_row(f"    {day.day}", number(day.sends), *shares, _bar(day.sends, most))
    return table


def _title(stream: Stream) -> str:
    name = stream.configuration_set
    title = "no configuration set" if name == NO_CONFIGURATION_SET else name
    return f"{title}, {stream.account} {stream.region}"


def _sends(days: Iterable[WarmUpDay]) -> int:
    return sum(day.sends for day in days)


def _share(rate: Rate | None) -> str:
    return share(rate.value if rate else None)


def _bar(sends: int, most: int) -> str:
    return "#" * max(1, round(sends * _BAR / most)) if sends else ""
