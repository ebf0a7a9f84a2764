"""The statements that there are, as commands print them."""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console

from console.terminal.screen import print_indented
from console.terminal.wording import age
from ses_reputation.rates.thresholds import severity_of
from ses_reputation.statement.view.index import IndexLine


def print_statements(screen: Console, lines: Iterable[IndexLine], now: datetime) -> None:
    """Print each party with its standing and its headline, the worst first."""
    worst_first = sorted(lines, key=lambda line: (-severity_of(line.standing), line.party.name))
    for line in worst_first:
        standing = str(line.standing) if line.standing else "no standing"
        print_indented(screen, f"{line.party.name}  {line.party.title}: {standing}", 0, style="bold")
        print_indented(screen, line.headline)
        print_indented(screen, f"made {age(line.made_at, now)}", style="dim")
