"""Each page of docs/ says at its top for whom it is, and docs/README.md leads to it."""

import re
from pathlib import Path

import pytest

from tests.support.documented_commands import documents
from tests.support.stack_template import ROOT

DOCS = ROOT / "docs"
MAP = (DOCS / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path for path in (*DOCS.glob("*.md"), DOCS / "schemas" / "README.md") if path != DOCS / "README.md"
)
READERS = ("analysts", "delegates", "engineers", "everybody", "operators", "owners", "reviewers")
ROWS = re.findall(r"^\| \[(\S+)\]\(\1\) \| ([a-z, ]+) \| (.+) \|$", MAP, re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def named_by(page: Path) -> str:
    return str(page.relative_to(DOCS))


def first_paragraph(page: Path) -> str:
    """The first paragraph below the title that is no comment."""
    paragraphs = page.read_text(encoding="utf-8").split("\n\n")[1:]
    return next(each for each in paragraphs if not each.startswith("<!--"))


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    texts = (re.sub(r"[^\w\- ]", "", LINK.sub("", heading).lower()) for heading in headings)
    return {text.replace(" ", "-") for text in texts}


def test_every_page_stands_in_the_map_once_and_with_its_readers() -> None:
    assert sorted(name for name, _, _ in ROWS) == sorted(map(named_by, PAGES))
    assert {reader for _, readers, _ in ROWS for reader in readers.split(", ")} == set(READERS)


@pytest.mark.parametrize("page", PAGES, ids=named_by)
def test_a_page_says_at_its_top_for_whom_it_is(page: Path) -> None:
    (readers,) = [readers.split(", ") for name, readers, _ in ROWS if name == named_by(page)]
    said = first_paragraph(page)

    assert said.startswith("For ")
    assert [reader for reader in readers if reader not in re.split(r"[ ,.:;]", said)] == []


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    links = [each for each in LINK.findall(text) if not re.match(r"https?:", each)]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)

    assert broken == []


def test_every_schema_stands_in_the_index() -> None:
    index = (DOCS / "schemas" / "README.md").read_text(encoding="utf-8")
    schemas = {path.name for path in (DOCS / "schemas").glob("*.json")}

    assert {link for link in LINK.findall(index) if link.endswith(".json")} == schemas


def blocks_of(page: Path) -> list[str]:
    """What stands in a page's fenced blocks without a language."""
    return re.findall(r"^```\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_folders_that_contributors_are_sent_to_exist() -> None:
    page = (DOCS / "contributing.md").read_text(encoding="utf-8")
    places = (ROOT, ROOT / "layers" / "reputation" / "src" / "ses_reputation")
    named = set(re.findall(r"`([\w/]+/)`", page))

    assert len(named) >= 30
    assert {each for each in named if not any((place / each).is_dir() for place in places)} == set()


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_the_readme_shows_lines_of_the_whole_output_in_their_order() -> None:
    (whole,) = (block.splitlines() for block in blocks_of(DOCS / "demo.md"))
    (shown,) = (block for block in blocks_of(ROOT / "README.md") if block.startswith(whole[0]))
    rest = iter(whole)

    assert [line for line in shown.splitlines() if line not in ("", "[...]") and line not in rest] == []


def test_the_readmes_sketch_names_functions_that_there_are() -> None:
    sketch = blocks_of(ROOT / "README.md")[0]
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", sketch))

    assert len(named) == 7
    assert named <= {path.name for path in (ROOT / "functions").iterdir()}
