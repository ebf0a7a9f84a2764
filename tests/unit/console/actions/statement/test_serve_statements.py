"""Statements are served to this machine alone, made anew when they are old, and never half."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from threading import Thread

import pytest

from console.actions.statement.serve_statements import (
    LivePages,
    ServedObject,
    StatementMemory,
    StatementServer,
    renewing,
)
from console.errors import ConsoleError
from ses_reputation.errors import UnavailableError
from ses_reputation.statement.render import render_index
from ses_reputation.statement.store import (
    INDEX,
    INDEX_PAGE,
    JSON_TYPE,
    PAGE_TYPE,
    page_key,
    twin_key,
)
from tests.support.mail import NOW

PARTY = "owner-111122223333"


def describe(error: Exception) -> str:
    return f"Said of it: {error}"


class World:
    """A stack whose statements are numbered, a clock, and what was said."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.numbers = count(1)
        self.facts = "calm"
        self.is_down = False
        self.said: list[str] = []
        self.pages = LivePages(self.make, 60, describe, self.said.append, lambda: self.now)

    def make(self, store: StatementMemory) -> None:
        number = next(self.numbers)
        twin = json.dumps({"made_at": number, "lines": [{"facts": self.facts, "made_at": number}]})
        store.put(page_key(PARTY), f"<p>page {number}", PAGE_TYPE, NOW)
        if self.is_down:
            raise UnavailableError("Query ThrottlingException")
        store.put(twin_key(PARTY), twin, JSON_TYPE, NOW)
        store.put(INDEX_PAGE, f"<p>index {number}", PAGE_TYPE, NOW)
        store.put(INDEX, twin, JSON_TYPE, NOW)

    def text(self, path: str) -> str:
        found = self.pages.find(path)
        return found.text if found else ""


@pytest.fixture
def world() -> World:
    return World()


@contextmanager
def served(world: World) -> Iterator[StatementServer]:
    with StatementServer(world.pages, 0) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(server: StatementServer, path: str, method: str = "GET", host: str = "") -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", server.server_port)
    connection.request(method, path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def test_the_index_a_page_and_its_twin_are_found_by_the_paths_that_the_index_has(world: World) -> None:
    with served(world) as server:
        assert server.link == f"http://127.0.0.1:{server.server_port}/"
        answers = [
            ask(server, path) for path in ("/", f"/{PARTY}/statement.html", f"/{PARTY}/statement.json")
        ]

    assert [text for _, text in answers[:2]] == ["<p>index 1", "<p>page 1"]
    assert json.loads(answers[2][1])["lines"] == [{"facts": "calm", "made_at": 1}]
    assert [response.status for response, _ in answers] == [200, 200, 200]
    assert [response.headers["Content-Type"] for response, _ in answers] == [PAGE_TYPE, PAGE_TYPE, JSON_TYPE]


def test_a_page_is_kept_nowhere(world: World) -> None:
    with served(world) as server:
        page, _ = ask(server, "/")

    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", f"/{PARTY}/statement.html", f"/{PARTY}/statement.json"])
def test_a_tag_changes_with_what_is_said_and_not_with_when_it_was_made(path: str, world: World) -> None:
    tags = []
    with served(world) as server:
        for facts in ("calm", "calm", "trouble"):
            world.facts = facts
            world.now += 60
            tags.append(ask(server, path, "HEAD")[0].headers["ETag"])

    assert tags[0] == tags[1] != tags[2]
    assert tags[0].startswith('W/"')


def test_a_page_asks_this_server_alone_whether_it_is_another_and_without_scripts_is_loaded_anew() -> None:
    page = renewing(ServedObject(render_index("stack", [], NOW), PAGE_TYPE, "0f"), 60)
    head = page[: page.index("<style>")]

    assert (
        """<head>
<noscript data-renew="60" data-version="W/&quot;0f&quot;"><meta http-equiv="refresh" content="60"></noscript>
"""
        in head
    )
    assert "content=\"default-src 'none'; connect-src 'self'; style-src 'sha256-" in head


def test_pages_are_made_anew_once_they_are_old_and_only_when_asked_for(world: World) -> None:
    assert world.text("/") == "<p>index 1"
    world.now += 59
    assert world.text("/") == "<p>index 1"
    world.now += 600
    assert world.text("/") == "<p>index 2"


def test_while_the_stack_cannot_be_read_the_earlier_pages_are_shown_and_it_is_said(world: World) -> None:
    world.pages.find("/")
    world.is_down = True
    world.now += 60

    assert world.text(f"/{PARTY}/statement.html") == "<p>page 1"
    assert world.text("/") == "<p>index 1"
    assert world.said == ["Said of it: Query ThrottlingException"]

    world.is_down = False
    world.now += 60
    assert world.text("/") == "<p>index 3"


def test_without_any_page_yet_the_answer_says_why_and_asks_again(world: World) -> None:
    world.is_down = True
    with served(world) as server:
        response, text = ask(server, "/")

    assert (response.status, response.headers["Refresh"]) == (503, "60")
    assert text.startswith("Said of it: Query ThrottlingException\n")


@pytest.mark.parametrize("path", ["/nothing", "/../template.yaml", "//etc/passwd", f"/{PARTY}/"])
def test_what_is_no_page_is_not_found(world: World, path: str) -> None:
    with served(world) as server:
        response, text = ask(server, path)

    assert response.status == 404
    assert text == f"There is no such page. All begin with {server.link}\n"


def test_a_page_of_elsewhere_that_leads_its_name_here_reads_nothing(world: World) -> None:
    with served(world) as server:
        strange, text = ask(server, "/", host=f"evil.example:{server.server_port}")
        own, _ = ask(server, "/", host=f"localhost:{server.server_port}")

    assert (strange.status, own.status) == (421, 200)
    assert "index" not in text


def test_a_head_request_has_the_headers_alone(world: World) -> None:
    with served(world) as server:
        response, text = ask(server, "/", "HEAD")

    assert (response.status, response.headers["Content-Length"], text) == (200, "10", "")


def test_only_this_machine_is_listened_to(world: World) -> None:
    with served(world) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named_with_what_to_do(world: World) -> None:
    with served(world) as server, pytest.raises(ConsoleError, match=rf"Port {server.server_port} .*--port"):
        StatementServer(world.pages, server.server_port)


def test_memory_returns_what_was_put_last() -> None:
    memory = StatementMemory()
    memory.put("key", "first", PAGE_TYPE, NOW)
    memory.put("key", "second", PAGE_TYPE, NOW)

    assert (memory.fetch("key"), memory.fetch("other")) == ("second", None)
