"""A page forgets no field of its statement: each text and number, made unlike all others, stands there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from fnmatch import fnmatch
from itertools import count
from typing import Any

from ses_reputation.statement.render import render_statement
from ses_reputation.statement.view.statement import Statement
from tests.support.statements import make_ses, one_delegate_at_pause, provider_deferring

LEFT_AS_IT_IS = {
    "kind": "names which texts stand around it",
    "status": "names a colour",
    "id": "an anchor",
    "entity_id": "names a curve to stand on",
    "lead": "an id",
    "sends": "a column, which a curve and shares are drawn to",
}
"""Fields whose values have to be of the program."""
TIMES = {
    "first_hour", "last_hour", "since", "sender_last", "owner_last",
    "periods", "days", "within_50", "within_95",
}  # fmt: skip
NOT_SHOWN = {
    "*.reason": "there is none of a rate that is known",
    "*.causes.*": "they are the slices with most events",
    "*.window.hours": "the time at which it begins is said",
    "*.window.events": "the rate's numerator is said",
    "*.headroom.*_events": "its words say it",
    "*.headroom.clean_sends": "its words say it",
    "*.events_of_all": "the head of the column says that of all lines",
    "*.slices.name": "the title says it",
    "*.reasons.name": "the title says it",
    "*.reasons.rate.*": "a reason has no sends of its own",
    "*.provider": "the title says it",
    "*.usual_sends": "the share of them is said",
    "delegates.domain": "its identities are said",
    "delegates.complaints_30_days": "the rate over the latest of them is said",
    "delegates.sparkline.*": "drawn",
    "entities.name": "the title says it",
    "entities.region": "the title says it",
    "entities.headline": "of the entity that leads: it is the statement's",
    "entities.bounces.headline": "the standing, since and rate of a measure are said",
    "entities.complaints.headline": "the standing, since and rate of a measure are said",
    "entities.warm_up.account": "the title says it",
    "entities.warm_up.region": "the title says it",
    "entities.warm_up.configuration_set": "the title says it",
    "entities.warm_up.delayed": "drawn",
    "entities.warm_up.bounced": "the page is of what was delayed; the twin has it",
    "feeds.words": "of a feed that reports completely nothing more is said",
    "groups.hard_bounces": "those of its identities are said",
    "reconciliations.ledger": "its words say it",
    "reconciliations.ses": "its words say it",
    "suppression.tenant": "the title says it",
    "drift.lines.account": "its words say it",
    "drift.lines.region": "its words say it",
    "drift.lines.recipients": "its words say it",
    "suppression.account": "the title says it",
    "suppression.region": "the title says it",
}
"""Fields of this statement that its page leaves out, and why."""


@dataclass
class Marked:
    """Makes texts and numbers unlike all others, and remembers where each stood."""

    numbers: Iterator[int] = field(default_factory=count)
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def mark(self, value: Any, path: tuple[str, ...] = ()) -> Any:
        """Return a copy of a view whose leaves are unlike all others."""
        if is_dataclass(value) and not isinstance(value, type):
            changed = {
                each.name: self.mark(getattr(value, each.name), (*path, each.name)) for each in fields(value)
            }
            return replace(value, **changed)
        if isinstance(value, Mapping):
            return {name: self.mark(each, path) for name, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self.mark(each, path) for each in value)
        if path[-1] in LEFT_AS_IT_IS or path[-1] in TIMES or isinstance(value, StrEnum | bool):
            return value
        return self._leaf(value, path)

    def _leaf(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, str):
            text = f"mark-{next(self.numbers)}-"
            self.found[".".join(path)].append(text)
            return text
        if isinstance(value, int):
            number = 10_000_019 + 13 * next(self.numbers)
            self.found[".".join(path)].append(f"{number:,}")
            return number
        return value


def full_statement() -> Statement:
    """Return a statement that has something of everything."""
    made = one_delegate_at_pause()
    entity = replace(
        made.entities[0],
        ses=make_ses("paused", "SES has paused all sending."),
        findings=provider_deferring().entities[0].findings,
        protection=("Configuration set import was paused.",),
    )
    return replace(made, entities=(entity,), incomplete=("A feed is silent.",))


def test_every_text_and_number_stands_on_the_page() -> None:
    marked = Marked()
    page = render_statement(marked.mark(full_statement()))

    missing = [
        path
        for path, texts in marked.found.items()
        if not all(text in page for text in texts) and not any(fnmatch(path, each) for each in NOT_SHOWN)
    ]

    assert missing == []
    assert len(marked.found) > 100
