"""docs/upgrading.md says what an update keeps, and which parameters changed: the templates say the same."""

import re
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.stack_template import ROOT, TEMPLATES, read_source

PAGE = (ROOT / "docs" / "upgrading.md").read_text(encoding="utf-8")
LEDGER: dict[str, Any] = read_source()["Parameters"]
CHANGES = re.findall(r"^\| (ledger(?:, accounts)?) \| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)


def test_what_an_update_keeps_is_listed() -> None:
    kept = {
        name
        for name, each in read_source()["Resources"].items()
        if each.get("UpdateReplacePolicy") == "Retain"
    }
    listed = PAGE.split("## What outlives an update\n")[1].split("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE)) == kept


@pytest.mark.parametrize(("template", "parameter", "change"), CHANGES, ids=[each[1] for each in CHANGES])
def test_a_parameter_is_as_the_page_says(template: str, parameter: str, change: str) -> None:
    if change.startswith("gone"):
        assert parameter not in LEDGER
        return
    if template == "ledger, accounts":
        assert all(parameter in read_template(path)["Parameters"] for path in TEMPLATES)
    default = re.search(r"`?(\w+)`? by default", change)
    if default:
        assert str(LEDGER[parameter]["Default"]) == default[1]
    allowed = re.search(r"takes (.+) only", change)
    if allowed:
        assert LEDGER[parameter]["AllowedValues"] == re.findall(r"`(\w+)`", allowed[1])
    assert parameter in LEDGER


def test_there_are_changes_to_look_at() -> None:
    assert len(CHANGES) >= 10
    assert re.findall(r"^### (\S+)$", PAGE, re.MULTILINE)
