"""Entries of the ledger as commands print them."""

from collections.abc import Collection, Mapping, Sequence

from rich.console import Console

from console.terminal.screen import print_line
from ses_reputation.tallies import group_by

_FIRST_FIELDS = ("recipient", "message_id")
_OF_REPORT = frozenset({"outcome", "feed"})
_FEEDS: Mapping[tuple[str, ...], str] = {
    ("owner",): "the owner's feed alone",
    ("sender",): "the sender's feed alone",
    ("owner", "sender"): "both feeds",
}
Entries = Sequence[Mapping[str, str]]


def print_entries(screen: Console, entries: Entries) -> None:
    """Print entries, in their order: those of one outcome of one dispatch as one, whichever feeds said it."""
    if not entries:
        screen.print("No entries: nothing adverse was reported, or it expired. Deliveries have no entries.")
        screen.print("Older delays are found with --delay-days.")
    for reports in group_by(entries, _fact_of).values():
        feeds = sorted({each["feed"] for each in reports})
        screen.print()
        times = " to ".join(dict.fromkeys((reports[0]["occurred_at"], reports[-1]["occurred_at"])))
        print_line(screen, f"{times}  {reports[0]['outcome']}", "bold")
        print_line(screen, f"  {'reported by':<20} {word_feeds(feeds)}")
        print_details(screen, reports, columns=2)


def word_feeds(feeds: Sequence[str]) -> str:
    """Name the feeds that reported something, given sorted."""
    return _FEEDS.get(tuple(feeds)) or ", ".join(feeds)


def print_details(screen: Console, reports: Entries, columns: int, without: Collection[str] = ()) -> None:
    """Print the fields of all reports of one fact, once where they agree; else each with its feed."""
    names = {name for each in reports for name in each} - _OF_REPORT - set(without)
    if len({each["occurred_at"] for each in reports}) == 1:
        names -= {"occurred_at"}
    for name in (*(name for name in _FIRST_FIELDS if name in names), *sorted(names - set(_FIRST_FIELDS))):
        for value in _values(reports, name):
            print_line(screen, f"{'':<{columns}}{name:<20} {value}")


def _values(reports: Entries, name: str) -> list[str]:
    by_value = group_by((each for each in reports if name in each), lambda each: each[name])
    if len(by_value) == 1:
        return list(by_value)
    return [
        f"{value}  ({word_feeds(sorted({each['feed'] for each in said}))})"
        for value, said in by_value.items()
    ]


def _fact_of(entry: Mapping[str, str]) -> tuple[str, str, str]:
    return entry.get("message_id", ""), entry.get("recipient", ""), entry["outcome"]
