"""An entity's standing day by day, as `standing history` prints it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from console.reports.standing_table import styled_standing
from console.stack.stories.past_standings import DayStanding
from console.terminal.screen import print_heading, print_indented, print_title
from console.terminal.tables import make_table, stack_lines
from console.terminal.wording import number
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.evaluation_json import rate_to_json
from ses_reputation.standing.state import Transition
from ses_reputation.wording import moment, rate_percent

_HOW_TO_READ = (
    "sends, hard bounces, complaints: of the day. Rates and standing: of the volume window that ends with "
    "the day (UTC), by what is known today; SES's own rates are not in them."
)


def print_history(
    screen: Console,
    entity: ReputationEntity,
    days: Sequence[DayStanding],
    transitions: Sequence[Transition],
) -> None:
    """Print an entity's days, newest first, and below them the changes that were published meanwhile."""
    title = entity.title[0].upper() + entity.title[1:]
    print_heading(screen, title, f"Day by day, {days[0].day} to {days[-1].day}, newest first.")
    table = make_table(
        *("day", "standing", "sends", "hard bounces", "rate", "complaints", "rate"), numbers_from=2
    )
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for day in reversed(days):
        bounces, complaints = (day.evaluations[measure] for measure in Measure)
        table.add_row(
            day.day,
            styled_standing(day.standing),
            number(day.sends[Measure.BOUNCES]),
            number(day.events[Measure.BOUNCES]),
            _rate(bounces),
            number(day.events[Measure.COMPLAINTS]),
            _rate(complaints),
        )
    table.caption, table.caption_justify, table.caption_style = _HOW_TO_READ, "left", "dim"
    screen.print(table)
    published = [each for each in transitions if each.title and f"{each.at:%Y-%m-%d}" >= days[0].day]
    if published:
        print_title(screen, "Published in these days")
    for each in published:
        print_indented(screen, each.title, marker=moment(each.at))


def day_to_json(day: DayStanding) -> dict[str, Any]:
    """Return a day as plain JSON; docs/command-line.md says what it holds."""
    return {
        "day": day.day,
        "standing": day.standing,
        "measures": {
            measure.value: {
                "sends": day.sends[measure],
                "events": day.events[measure],
                "standing": evaluation.standing,
                "rate": rate_to_json(evaluation.rate),
            }
            for measure, evaluation in day.evaluations.items()
        },
    }


def _rate(evaluation: Evaluation) -> Text:
    rate = evaluation.rate
    if rate is None:
        return Text("-")
    share = rate_percent(evaluation.measure, rate.value)
    return stack_lines(share, f"{rate.numerator:,} of {rate.denominator:,}")
