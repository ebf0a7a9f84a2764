"""samconfig.toml, changed as a person would: one value, or one section at its end; comments stay.

What was written is read again and compared with what was meant, so an unusual file is refused, never spoilt.
"""

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from console.errors import ConsoleError
from ses_reputation.shell_words import split_words

_OVERRIDES = "parameter_overrides"
Overrides = dict[str, str]


class SamConfig:
    """The environments of a file, in memory until `save`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8")
            self._tables: dict[str, Any] = tomllib.loads(self._text)
        except FileNotFoundError:
            raise ConsoleError(f"There is no {path}: run this where the project is, or name it.") from None
        except (OSError, ValueError) as error:
            raise ConsoleError(f"{path} cannot be read: {error}") from None

    @property
    def environments(self) -> tuple[str, ...]:
        """Names of all environments."""
        return tuple(name for name, table in self._tables.items() if isinstance(table, dict))

    def value(self, environment: str, section: str, name: str) -> str:
        """A setting of an environment; "" where it has none."""
        parameters = self._parameters(self._tables, environment, section)
        return str(parameters.get(name, ""))

    def overrides(self, environment: str) -> Overrides:
        """The template's parameters that an environment sets. Raises ConsoleError otherwise."""
        given = self._parameters(self._tables, environment, "deploy").get(_OVERRIDES, "")
        text = " ".join(given) if isinstance(given, list) else str(given)
        try:
            return dict(pair.split("=", 1) for pair in split_words(text))
        except ValueError:
            raise ConsoleError(
                f'{self.path}: {_OVERRIDES} of {environment} is not NAME="value" ...'
            ) from None

    def set_overrides(self, environment: str, overrides: Overrides) -> None:
        """Set the template's parameters of an environment that there is. Raises ConsoleError."""
        header = f"[{environment}.deploy.parameters]"
        lines = self._text.split("\n")
        if header not in lines:
            raise ConsoleError(f"{self.path} has no section {header}: add it first.")
        start = lines.index(header) + 1
        end = next((at for at in range(start, len(lines)) if lines[at].startswith("[")), len(lines))
        at = next((at for at in range(start, end) if re.match(rf"{_OVERRIDES}\s*=", lines[at])), None)
        line = f"{_OVERRIDES} = '{_written(overrides)}'"
        if at is None:
            lines.insert(start, line)
        else:
            lines[at] = line
        meant = deepcopy(self._tables)
        self._parameters(meant, environment, "deploy")[_OVERRIDES] = _written(overrides)
        self._take("\n".join(lines), meant, f"set {_OVERRIDES} of {environment} to {_written(overrides)}")

    def add_environment(
        self, environment: str, comment: str, sections: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Add an environment at the end. Raises ConsoleError."""
        written = [f"# {environment}: {comment}", ""]
        for section, values in sections.items():
            written.append(f"[{environment}.{section}.parameters]")
            written += [f"{name} = {_value(value)}" for name, value in values.items()]
            written.append("")
        meant = deepcopy(self._tables)
        meant[environment] = {name: {"parameters": dict(values)} for name, values in sections.items()}
        text = f"{self._text.rstrip()}\n\n" + "\n".join(written)
        self._take(text, meant, f"add an environment {environment}")

    def remove_environment(self, environment: str) -> None:
        """Take out an environment, with the comment that `add_environment` wrote. Raises ConsoleError."""
        kept, is_of_it = [], False
        for line in self._text.split("\n"):
            if line.startswith("["):
                is_of_it = line.startswith((f"[{environment}.", f"[{environment}]"))
            is_its_comment = line.startswith(f"# {environment}: ")
            # Other comments stay: a person wrote them, and what follows may be meant.
            if not is_its_comment and not (is_of_it and not line.startswith("#")):
                kept.append(line)
        meant = {name: table for name, table in self._tables.items() if name != environment}
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).rstrip() + "\n"
        self._take(text, meant, f"take out the environment {environment}")

    def save(self) -> None:
        """Write the file."""
        self.path.write_text(self._text, encoding="utf-8")

    def _take(self, text: str, meant: dict[str, Any], by_hand: str) -> None:
        try:
            is_as_meant = tomllib.loads(text) == meant
        except ValueError:
            is_as_meant = False
        if not is_as_meant:
            raise ConsoleError(f"{self.path} is written in a way that this cannot change: {by_hand} by hand.")
        self._text, self._tables = text, meant

    @staticmethod
    def _parameters(tables: dict[str, Any], environment: str, section: str) -> dict[str, Any]:
        found = tables.get(environment, {}).get(section, {}).get("parameters", {})
        return found if isinstance(found, dict) else {}


def _written(overrides: Overrides) -> str:
    return " ".join(f'{name}="{value}"' for name, value in overrides.items())


def _value(value: str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if '"' in value else f'"{value}"'
