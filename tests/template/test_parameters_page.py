"""docs/parameters.md has every parameter of every template, as the template has it, and when to change it."""

import difflib
import re
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.documented_commands import documents
from tests.support.parameters_page import PAGE, chapters, written_anew
from tests.support.stack_template import ROOT, TEMPLATES, read_source

TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = re.findall(r"^#### `(\w+)`\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
# When to change it, then its cost and the decision behind it, where there are any.
WRITTEN = re.compile(
    r"^\*\*When\*\*: .+?\.( \*\*Cost\*\*: .+?\.)?( \*\*Why\*\*: \[ADR \d+\]\(adr/.+\)\.)?$", re.MULTILINE
)

# `Name=value`, between backticks or in a command; `ParameterKey=Name` is CloudFormation's own.
_SET = re.compile(r"[` ]((?!ParameterKey)[A-Z][a-z]+[A-Za-z]*)=")


def parameters_of_templates() -> list[tuple[str, Any]]:
    return [each for path in TEMPLATES for each in read_template(path)["Parameters"].items()]


def test_the_page_is_what_the_templates_say() -> None:
    anew = written_anew(TEXT)
    difference = difflib.unified_diff(TEXT.splitlines(), anew.splitlines(), "parameters.md", "templates", n=0)

    assert "\n".join(difference) == "", "make parameters"


def test_every_parameter_of_every_template_is_there() -> None:
    assert {name for name, _ in SECTIONS} == {name for name, _ in parameters_of_templates()}
    # Where both account templates have one, it is shown once.
    both = {path.stem: set(read_template(path)["Parameters"]) for path in TEMPLATES[1:]}
    assert len(SECTIONS) == len(parameters_of_templates()) - len(set.intersection(*both.values())) + 1
    assert [name for name, _ in SECTIONS].count("EncryptTopic") == 2  # in groups of different names


@pytest.mark.parametrize(("name", "section"), SECTIONS, ids=[name for name, _ in SECTIONS])
def test_a_section_says_when_to_change_it_and_why_it_is_so(name: str, section: str) -> None:
    *_, last = section.strip().split("\n\n")

    assert WRITTEN.fullmatch(last), name


def test_defaults_and_limits_are_those_of_the_templates() -> None:
    """Read from the page by itself, without what writes it."""
    ledgers = dict(reversed(SECTIONS))
    for name, each in read_source()["Parameters"].items():
        default = str(each["Default"])
        assert (f"\n`{default}` by default." if default else "\nEmpty by default;") in ledgers[name]
        assert {str(value) for value in each.get("AllowedValues", ())} <= set(
            re.findall(r"[\w-]+", ledgers[name])
        )


def test_what_documents_set_are_parameters_that_there_are() -> None:
    recipes = (ROOT / "docs" / "recipes").glob("*.yaml")
    known = {name for path in (*TEMPLATES, *recipes) for name in read_template(path)["Parameters"]}
    # What was decided, and what changed, may name one that is gone.
    today = [each for each in documents() if each.name != "CHANGELOG.md" and each.parent.name != "adr"]
    said = {each.name: set(_SET.findall(each.read_text(encoding="utf-8"))) for each in today}

    assert {name: names - known for name, names in said.items() if names - known} == {}
    assert len(set().union(*said.values())) >= 8


def test_prices_are_those_of_the_bill() -> None:
    bill = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:about )?\$[\d.]+(?: for [\d,]+)?", TEXT))

    assert len(named) == 4
    assert {each for each in named if each not in bill} == set()


def test_what_people_wrote_is_kept_and_a_new_parameter_asks_for_it() -> None:
    first = next(chapters()[0].parameters()).name
    rewritten = TEXT.replace("**When**: an identity is in another account.", "**When**: *mine*.", 1)
    lost = re.sub(rf"(#### `{first}`\n.*?)\*\*When\*\*.*?\n", r"\1", TEXT, count=1, flags=re.DOTALL)

    assert "**When**: *mine*." in written_anew(rewritten)
    assert re.search(rf"#### `{first}`\n[^#]*?\*\*When\*\*: \n", written_anew(lost))
