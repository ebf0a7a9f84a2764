"""Templates rendered into the parts of a text; the words that a support engineer edits are in templates/.

Jinja2 is imported when the first text is rendered: an assessment without changes does without it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ses_reputation import wording
from ses_reputation.hours import day_of
from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.notifications.texts.foreign_values import enclose, enclose_command, reveal
from ses_reputation.rates.rates import Rate, rate_of
from ses_reputation.rollup.rate_counts import Dimension, Slice

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
_PART = "=== "

Pair = tuple[str, str]


class TextParts(NamedTuple):
    """The parts of a text that its template fills; those that it leaves out are empty."""

    subject: str = ""
    headline: str = ""
    opening: str = ""
    figures: tuple[Pair, ...] = ()
    causes: tuple[Pair, ...] = ()
    advice: tuple[Advice, ...] = ()
    closing: str = ""


def render(name: str, **variables: Any) -> TextParts:
    """Return the parts that a template fills.

    Raises jinja2.UndefinedError where the template names a variable that is not given.
    """
    text = _environment().get_template(f"{name}.txt.j2").render(variables)
    parts = {title: tuple(lines) for title, *lines in _split(text)}
    return TextParts(
        _sentence(parts["subject"]),
        _sentence(parts["headline"]),
        _sentence(parts["opening"]),
        _pairs(parts["figures"]),
        _pairs(parts["causes"]),
        tuple(map(Advice.read, parts["advice"])),
        _sentence(parts["closing"]),
    )


def _split(text: str) -> list[list[str]]:
    """Return each part as its title and its lines, without those that are empty."""
    parts: list[list[str]] = []
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith(_PART):
            parts.append([line.removeprefix(_PART)])
        elif reveal(line).strip():
            parts[-1].append(line)
    return parts


def _sentence(lines: Sequence[str]) -> str:
    return " ".join(map(reveal, lines))


def _pairs(lines: Sequence[str]) -> tuple[Pair, ...]:
    split = (line.partition(" | ") for line in lines)
    return tuple((reveal(label).strip(), reveal(text).strip()) for label, _, text in split)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    # Nothing in the texts is HTML. Autoescaping tells values from what macros return, and leaves what is
    # enclosed as it is.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        finalize=enclose,
    )
    environment.filters.update(_FILTERS)
    environment.globals["rate_of"] = rate_of
    return environment


def _moment(at: datetime | str) -> str:
    return wording.moment(datetime.fromisoformat(at) if isinstance(at, str) else at)


def _without_day(moment: str, at: datetime) -> str:
    """Return `14:00 UTC` of a moment on the day of `at`, an earlier one with its date."""
    return moment.removeprefix(f"{day_of(at)} ")


def _most_first(numbers: Mapping[str, Any], field: str = "") -> list[tuple[str, Any]]:
    """Return names with their numbers (or mappings with a number in `field`), the largest first."""
    return sorted(numbers.items(), key=lambda each: (-(each[1][field] if field else each[1]), each[0]))


_FILTERS: Mapping[str, Any] = {
    "basis_text": wording.basis_text,
    "capital": lambda text: text[0].upper() + text[1:],
    "count": wording.count,
    "day_of": day_of,
    "duration": wording.duration,
    "event_noun": wording.event_noun,
    "headroom_text": lambda headroom, measure, rate: wording.headroom_text(measure, headroom, rate),
    "hours": lambda hours: wording.duration(timedelta(hours=hours)),
    "moment": _moment,
    "moment_of": wording.moment_of,
    "most_first": _most_first,
    "pasted": enclose_command,
    "percent": wording.percent,
    "points": wording.points_text,
    "provider_title": wording.provider_title,
    # A rate in evidence, with its exact value and interval.
    "rate": lambda plain: Rate(plain["numerator"], plain["denominator"]),
    "rate_percent": lambda rate, measure: wording.rate_percent(measure, rate),
    "rate_title": wording.rate_title,
    "signed": wording.signed,
    "slice_title": lambda name, kind: wording.slice_title(Slice(Dimension(kind), name)),
    "unrated_text": wording.unrated_text,
    "without_day": _without_day,
}
