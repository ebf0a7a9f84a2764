"""Statements as pages: one file each, which loads nothing and runs nothing but what is in it.

Jinja2 escapes all text of others. Style and script are allowed by their hashes (Content Security Policy
Level 3, 2.3.1), so that nothing else could act, even if it came through.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from itertools import groupby, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ses_reputation import wording
from ses_reputation.hours import day_of, format_second
from ses_reputation.rates.thresholds import Measure, Standing, severity_of
from ses_reputation.statement import charts
from ses_reputation.statement.view.entity import AdviceStep, EntityLine, EntityView
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.statement.view.rates import MeasureView, SliceView
from ses_reputation.statement.view.statement import DomainGroup, Statement

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent
_PAGE_SCRIPT = "page.js"
_SCRIPTS = ("d3.min.js", _PAGE_SCRIPT, "charts.js")
_KINDS: Mapping[str, str] = {
    "bounce": "Reasons, last 30 days",
    "complaint": "Types, last 30 days",
    "sending_account": "Sending accounts",
    "identity": "Identities",
    "configuration_set": "Configuration sets",
    "tag": "Campaigns, tenants and other tags",
    "provider": "Mailbox providers",
}
"""Parts of the mail, in the order in which people ask for them."""
_REASONS: Mapping[Measure, str] = {Measure.BOUNCES: "bounce", Measure.COMPLAINTS: "complaint"}
_TITLES_BEGIN: Mapping[str, str] = {
    "sending_account": "sending account ",
    "identity": "identity ",
    "configuration_set": "configuration set ",
    "bounce": "bounces: ",
    "complaint": "complaints: ",
    "provider": "mail to ",
}
"""With what `wording.slice_title` begins, by kind."""
MOST_LINES = 200
"""Identities in a line of a page's table, those of most concern: a page shall stay below a megabyte. The JSON
twin has them all."""
WORDS: Mapping[str, str] = {
    "hard bounces": "Mail that a provider refused for good, such as to a mailbox that does not exist.",
    "complaints": "Recipients who marked the mail as spam, as their providers reported it to SES.",
    "feedback loop": "A provider's reports of who marked mail as spam. Gmail has none.",
    "delayed": "Not accepted yet: the provider asked SES to try again later.",
    "standing": "How a sender is rated by its rates: healthy, watch (worse than SES advises), review (SES "
    "reviews accounts there), pause (SES may pause accounts there).",
    "95 % interval": "Where the rate lies that so much mail could have come from; the less mail, the wider.",
}
"""Terms that a reader may meet here first, each in one line."""


class LinesShown(NamedTuple):
    """Groups with those of their lines that a page has, of most concern, and how many lines it leaves out."""

    groups: list[tuple[DomainGroup, list[EntityLine]]]
    left_out: int


def render_statement(statement: Statement) -> str:
    """Return a statement as a page of HTML.

    Raises jinja2.UndefinedError where a template names a field that is not there.
    """
    return _render("statement", _SCRIPTS, statement=statement)


def render_index(stack_name: str, lines: Iterable[IndexLine], made_at: datetime) -> str:
    """Return a page that leads to the statements of all parties, the worst standing first."""
    worst_first = sorted(lines, key=lambda line: (-severity_of(line.standing), line.href))
    return _render("index", (_PAGE_SCRIPT,), stack_name=stack_name, lines=worst_first, made_at=made_at)


def _render(name: str, scripts: Iterable[str], **variables: Any) -> str:
    template = _environment().get_template(f"{name}.html.j2")
    return template.render(variables, style=_inline("statement.css"), script=_inline(*scripts))


@cache
def _environment() -> "Environment":
    # Only a function that publishes pages pays for Jinja2's import.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(
        words=WORDS,
        tints=charts.TINTS,
        few_days=charts.FEW_DAYS,
    )
    return environment


@cache
def _inline(*names: str) -> "Markup":
    from markupsafe import Markup  # noqa: PLC0415

    texts = ((_HERE / "assets" / name).read_text(encoding="utf-8") for name in names)
    return Markup("\n".join(texts))  # noqa: S704 - our own files


def _content_hash(text: "Markup") -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _place(share: float) -> str:
    """Return a fraction of a chart's width as SVG has it: `12.3%`."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _share(number: int, whole: int) -> str:
    """Return `390 (97.5 %)`; `0` alone, and a dash where there is no whole."""
    if not (number and whole):
        return wording.count(number) if number or whole else charts.NONE
    return f"{wording.count(number)} ({wording.percent(number / whole, 1)})"


def _compact(number: int) -> str:
    """Return a number that fits a small cell: `950`, `1.2k`, `31k`."""
    if number < 1_000:
        return str(number)
    return f"{number / 1_000:.1f}k" if number < 10_000 else f"{number // 1_000:,}k"


def _measures(entity: EntityView) -> list[MeasureView]:
    """Return both measures, the worse one first: by standing, then by how near the rate is to review."""
    return sorted([entity.bounces, entity.complaints], key=_concern_of, reverse=True)


def _concern_of(view: MeasureView) -> tuple[int, float]:
    review = next(mark.rate for mark in view.thresholds if mark.standing is Standing.REVIEW)
    return severity_of(view.standing), (view.rate.value or 0.0) / review


def _with_events(entity: EntityView) -> list[MeasureView]:
    """Return the measures that count anything whose parts could be shown."""
    return [view for view in _measures(entity) if any(each.events for each in _parts(entity, view))]


def _parts(entity: EntityView, view: MeasureView) -> list[SliceView]:
    reasons = [each for each in entity.reasons if each.kind == _REASONS[view.measure]]
    return [*reasons, *view.slices]


def _steps(entity: EntityView) -> list[tuple[str, tuple[AdviceStep, ...]]]:
    """Return what to do about an entity: about its standing, then about each finding, by its headline."""
    about = [("", entity.advice), *((finding.headline, finding.advice) for finding in entity.findings)]
    return [(cause, advice) for cause, advice in about if advice]


def _first_step(statement: Statement) -> str:
    """Return what to do first, without its command and the words that lead to it; "" if nothing is."""
    steps = (advice[0] for each in statement.entities for _, advice in _steps(each))
    parts = takewhile(lambda part: not part.is_command, next(steps, AdviceStep(())).parts)
    text = "".join(part.text for part in parts).rstrip()
    if text.endswith("("):
        return f"{text[:-1].rstrip()}."
    if not text.endswith(":"):
        return text
    said, is_more, leads = text.rpartition(". ")
    return f"{said if is_more else leads.removesuffix(':')}."


def _troubles(statement: Statement) -> list[str]:
    return [trouble for each in statement.entities if each.ses for trouble in each.ses.troubles]


def _lines_shown(statement: Statement) -> LinesShown:
    known = [line for group in statement.groups for line in group.entities]
    shown = {line.id for line in sorted(known, key=_concern)[:MOST_LINES]}
    groups = [(group, [line for line in group.entities if line.id in shown]) for group in statement.groups]
    return LinesShown([(group, lines) for group, lines in groups if lines], len(known) - len(shown))


def _concern(line: EntityLine) -> tuple[bool, int, int]:
    return not line.has_detail, -severity_of(line.standing), -line.sends


def _parts_of(entity: EntityView, view: MeasureView) -> list[tuple[str, list[SliceView]]]:
    """Return the parts of a measure's events by what they are parts of, those with most events first."""
    order = list(_KINDS)
    known = sorted(_parts(entity, view), key=lambda each: (order.index(each.kind), -each.events))
    return [(_KINDS[kind], list(lines)) for kind, lines in groupby(known, key=lambda each: each.kind)]


def _bare_title(line: SliceView) -> str:
    """Return a part's title without its kind, which stands over the table."""
    return line.title.removeprefix(_TITLES_BEGIN.get(line.kind, ""))


def _tally(lines: Iterable[IndexLine]) -> list[tuple[Standing | None, int]]:
    """Return how many parties have each standing, in the order of the lines."""
    return list(Counter(line.standing for line in lines).items())


_FILTERS: Mapping[str, Any] = {
    "bare_title": _bare_title,
    "capital": lambda text: text[:1].upper() + text[1:],
    "compact": _compact,
    "content_hash": _content_hash,
    "count": wording.count,
    "day": day_of,
    "days_with_mail": lambda spark: sum(map(bool, spark.sends)),
    "delegate_scales": charts.delegate_scales,
    "digits": lambda number: charts.NONE if number is None else f"{number:.4g}",
    "duration": wording.duration,
    "first_step": _first_step,
    "heat_cells": lambda row, heat: islice(zip(row.sends, row.delayed, strict=True), *heat.span),
    "heat_map": charts.heat_map,
    "iso": format_second,
    "last_with_mail": charts.last_with_mail,
    "lines_shown": _lines_shown,
    "measures": _measures,
    "minute": lambda at: wording.moment(at).removesuffix(" UTC"),
    "moment": wording.moment,
    "moment_of": wording.moment_of,
    "outcomes": charts.outcomes,
    "parts_of": _parts_of,
    "percent": wording.percent,
    "place": _place,
    "rate_percent": lambda rate, measure: wording.rate_percent(measure, rate),
    "rate_title": wording.rate_title,
    "rows": charts.rows,
    "scale_top": charts.scale_top,
    "severity": severity_of,
    "share": _share,
    "spark_path": charts.spark_path,
    "steps": _steps,
    "tally": _tally,
    "time_order": charts.time_order,
    "tint": charts.tint,
    "troubles": _troubles,
    # A line ends never between a number and its percent sign.
    "unbroken": lambda text: text.replace(" %", "\u00a0%"),
    "with_events": _with_events,
}
