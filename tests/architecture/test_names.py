"""Names say one thing, and say it in the field's words."""

import ast
import re
from collections import defaultdict

from tests.architecture.source import ALL_MODULES, CONSOLE_MODULES, LIBRARY_MODULES

# docs/glossary.md retires these words; house rules of the project's own, not of English.
RETIRED = re.compile(
    r"\b(tellings?|told|untold|sightings?|occasions?|gravest|verdicts?|judgements?|"
    r"chapters?|bearers?|fold(ed|s|ing)?|unfolded|stretch(es)?)\b",
    re.IGNORECASE,
)
# `overflow="fold"` is rich's own word.
EXCUSED = {"console/terminal/tables.py"}


def test_a_public_class_has_a_name_of_its_own() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module in LIBRARY_MODULES + CONSOLE_MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module.place)

    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_nothing_uses_a_retired_word() -> None:
    used = [
        f"{module.place}:{number}: {found.group()}"
        for module in ALL_MODULES
        if module.place not in EXCUSED
        for number, line in enumerate(module.path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := RETIRED.search(line.replace("_", " ")))
    ]

    assert used == []
