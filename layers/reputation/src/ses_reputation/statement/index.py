"""The index of statements: which parties there are, how each stands, and where its statement is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from ses_reputation.errors import StateError
from ses_reputation.hours import format_second, parse_timestamp
from ses_reputation.json_text import parse_json
from ses_reputation.parties import PartyKind
from ses_reputation.rates.thresholds import Standing
from ses_reputation.statement.store import PREFIX, page_key
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.statement.view.statement import Statement, StatementParty

VERSION = 1


@dataclass(frozen=True, slots=True)
class StatementIndex:
    """What the last runs published. assessed_at: when the figures were last assessed.

    lines: by the party's name.
    """

    stack_name: str
    made_at: datetime
    assessed_at: datetime | None
    lines: Mapping[str, IndexLine] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: `version`, `stack`, both times, and `statements`, each with `page` and `twin`.

        Both are keys of objects, relative to the index.
        """
        return {
            "version": VERSION,
            "stack": self.stack_name,
            "made_at": format_second(self.made_at),
            "assessed_at": format_second(self.assessed_at) if self.assessed_at else None,
            "statements": [line_to_json(line) for line in self.lines.values()],
        }

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` wrote. Raises StateError where a newer version wrote it, or it is damaged."""
        try:
            plain = parse_json(text)
            if plain["version"] != VERSION:
                raise ValueError(f"version {plain['version']}")
            lines = [_line_of(each) for each in plain["statements"]]
            assessed_at = parse_timestamp(plain["assessed_at"]) if plain["assessed_at"] else None
            return cls(
                plain["stack"],
                parse_timestamp(plain["made_at"]),
                assessed_at,
                {line.party.name: line for line in lines},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"The index of statements cannot be read ({error}): delete it.") from error


def line_of_statement(statement: Statement) -> IndexLine:
    """Return a statement's line."""
    href = page_key(statement.party.name).removeprefix(PREFIX)
    return IndexLine(statement.party, statement.standing, statement.headline, statement.made_at, href)


def line_to_json(line: IndexLine) -> dict[str, Any]:
    """Return a line as plain JSON."""
    return {
        "name": line.party.name,
        "kind": str(line.party.kind),
        "account": line.party.account,
        "display_name": line.party.display_name,
        "standing": line.standing,
        "headline": line.headline,
        "made_at": format_second(line.made_at),
        "page": line.href,
        "twin": line.href.removesuffix(".html") + ".json",
    }


def _line_of(plain: Mapping[str, Any]) -> IndexLine:
    return IndexLine(
        StatementParty(PartyKind(plain["kind"]), plain["account"], plain["display_name"]),
        Standing(plain["standing"]) if plain["standing"] else None,
        plain["headline"],
        parse_timestamp(plain["made_at"]),
        plain["page"],
    )
