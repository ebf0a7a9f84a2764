"""A person opens a party's page, sees which there are, and writes them to files."""

import json
import webbrowser
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.session import Session
from typer.testing import Result

from console.commands.statement import pages
from ses_reputation.statement.publishing import (
    StatementPlan,
    StatementRun,
    StatementStores,
    publish_statements,
)
from tests.support.assessed_world import (
    MINE,
    NAMING,
    OWNERS,
    PARTIES,
    RIVAL,
    RULES,
    THEIRS,
    assessed,
    daily_mail,
)
from tests.support.in_memory.assessment_table import InMemoryAssessments
from tests.support.in_memory.statements import InMemoryStatements
from tests.support.in_memory.suppression import MemoryStore
from tests.support.mail import NOW
from tests.support.notifications import DELEGATE, OWNER
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.statement.test_settings import ENVIRONMENT

OUTPUTS = {"ReputationBucketName": "bucket", "PublishStatementFunctionName": "publish"}
KEYS: dict[str, Any] = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "testing")
SIGNER: Any = Session().create_client("s3", region_name="us-east-1", **KEYS)


class Aws:
    """S3 with the statements, and the function's settings, as commands reach them."""

    def __init__(self, objects: dict[str, str]) -> None:
        self.objects = objects
        self.s3, self.functions = self, self
        self.generate_presigned_url = SIGNER.generate_presigned_url

    def get_object(self, **request: str) -> dict[str, Any]:
        if request["Key"] not in self.objects:
            raise SIGNER.exceptions.NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": SimpleNamespace(read=self.objects[request["Key"]].encode)}

    def get_function_configuration(self, **request: str) -> dict[str, Any]:
        assert request == {"FunctionName": "publish"}
        return {"Environment": {"Variables": ENVIRONMENT | {"VOLUME_WINDOW": "1000"}}}


@pytest.fixture(scope="module")
def table() -> InMemoryAssessments:
    return assessed([*daily_mail(MINE, 100, 1), *daily_mail(THEIRS, 100, 12), *daily_mail(OWNERS, 100, 0)])


@pytest.fixture(scope="module")
def published(table: InMemoryAssessments) -> dict[str, str]:
    statements = InMemoryStatements()
    stores = StatementStores(table, MemoryStore(), statements)
    publish_statements(stores, StatementPlan(PARTIES, RULES, NAMING), StatementRun(NOW))
    return statements.objects


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links that the browser was given."""
    links: list[str] = []

    def open_link(link: str) -> bool:
        links.append(link)
        return True

    monkeypatch.setattr(webbrowser, "open", open_link)
    return links


def run(
    monkeypatch: pytest.MonkeyPatch, objects: dict[str, str], *arguments: str, table: object = None
) -> Result:
    more: dict[str, Any] = {
        "clients": Aws(objects),
        "account_id": OWNER,
        "output": OUTPUTS.__getitem__,
        "snapshots": MemoryStore(),
    }
    return run_on(monkeypatch, pages, table, "statement", *arguments, **more)


@pytest.mark.parametrize(
    ("party", "key"),
    [
        ((), f"owner-{OWNER}"),
        ((OWNER,), f"owner-{OWNER}"),
        ((DELEGATE,), f"delegate-{DELEGATE}"),
        (("agency south",), f"delegate-{RIVAL}"),
        ((f"delegate-{RIVAL}",), f"delegate-{RIVAL}"),
    ],
)
def test_a_party_is_opened_by_a_link_of_an_hour(
    party: tuple[str, ...],
    key: str,
    published: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    opened: list[str],
) -> None:
    result = run(monkeypatch, published, "open", *party)

    assert result.exit_code == 0, result.output
    (link,) = opened
    assert f"/statements/{key}/statement.html?" in link
    assert "its link ends in 60 minutes" in " ".join(read_screen(result).casefold().split())


def test_without_a_browser_the_link_is_printed_and_nothing_else(
    published: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)

    result = run(monkeypatch, published, "open")

    assert result.stdout.startswith("https://")
    assert len(result.stdout.splitlines()) == 1


def test_a_program_gets_the_link_and_no_browser(
    published: dict[str, str], monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    document = read_json(run(monkeypatch, published, "open", DELEGATE, "--json"))

    assert (document["name"], document["standing"]) == (f"delegate-{DELEGATE}", "healthy")
    assert f"/statements/delegate-{DELEGATE}/statement.html?" in document["link"]
    assert document["link_seconds"] == 3_600
    assert undocumented(document) == set()
    assert opened == []


def test_who_wants_the_link_alone_gets_no_browser(
    published: dict[str, str], monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    assert run(monkeypatch, published, "open", "--link").stdout.startswith("https://")
    assert opened == []


def test_an_unknown_party_is_answered_with_those_there_are(
    published: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(monkeypatch, published, "open", "999999999999")

    assert result.exit_code == 1
    assert f"There are: owner-{OWNER}, delegate-{DELEGATE}, delegate-{RIVAL}." in result.output


def test_before_the_first_run_it_says_when_there_will_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, {}, "list")

    assert result.exit_code == 1
    assert "No statement yet" in result.output
    assert "invoke publish" in result.output


def test_the_worst_standing_is_listed_first(
    published: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = read_screen(run(monkeypatch, published, "list")).splitlines()

    parties = [line for line in lines if not line.startswith(" ")]
    assert parties == [
        f"delegate-{RIVAL}  Agency South ({RIVAL}): review",
        f"owner-{OWNER}  {OWNER}: review",
        f"delegate-{DELEGATE}  Agency North ({DELEGATE}): healthy",
    ]
    assert "  made 3 minutes ago" in lines


def test_the_list_as_json_is_documented(published: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_json(run(monkeypatch, published, "list", "--json"))

    assert [line["name"] for line in document["statements"]] == [
        f"delegate-{DELEGATE}",
        f"delegate-{RIVAL}",
        f"owner-{OWNER}",
    ]
    assert undocumented(document, *document["statements"]) == set()


def test_a_program_is_told_which_pages_were_written(
    table: InMemoryAssessments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"

    document = read_json(run(monkeypatch, {}, "write", str(folder), "--json", table=table))

    assert document["folder"] == str(folder)
    pages = [folder / line["page"] for line in document["statements"]]
    assert len(pages) == 4
    assert all(page.is_file() for page in pages)
    assert undocumented(document) == set()


def test_all_pages_are_written_to_files(
    table: InMemoryAssessments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"

    result = run(monkeypatch, {}, "write", str(folder), table=table)

    assert result.exit_code == 0, result.output
    # The function's settings name Agency North, and the account that owns example.net.
    names = [f"delegate-{DELEGATE}", f"delegate-{RIVAL}", f"owner-{OWNER}", f"owner-{RIVAL}"]
    assert sorted(each.name for each in folder.iterdir()) == sorted([*names, "index.html", "index.json"])
    twin = json.loads((folder / f"owner-{OWNER}" / "statement.json").read_text())
    page = (folder / f"owner-{OWNER}" / "statement.html").read_text()
    assert twin["headline"].startswith("Identity example.com is at REVIEW by its bounces")
    assert escape(twin["headline"], quote=False) in page.replace("\N{NO-BREAK SPACE}", " ")
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_named(
    table: InMemoryAssessments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")

    result = run(monkeypatch, {}, "write", str(tmp_path / "file"), table=table)

    assert result.exit_code == 1
    assert "cannot be made" in " ".join(result.output.split())
