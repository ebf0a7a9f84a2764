"""Served pages renew themselves, and leave the reader where they were."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from console.actions.statement.serve_statements import LivePages, StatementMemory, StatementServer
from ses_reputation.statement.render import render_statement
from ses_reputation.statement.store import JSON_TYPE, PAGE_TYPE, as_text, page_key, twin_key
from ses_reputation.statement.view.statement import Statement
from tests.support.statements import NOW, many_senders

PARTY = "owner-111122223333"
EVERY_SECOND = 1
MARK = "() => { window.isThisDocument = true }"
IS_MARKED = "() => window.isThisDocument === true"
IS_OTHER = "() => !window.isThisDocument && document.readyState === 'complete'"


class Stack:
    """A stack that holds one statement; `made` counts how often it was asked."""

    def __init__(self) -> None:
        self.statement = many_senders()
        self.made = 0

    def make(self, store: StatementMemory) -> None:
        self.made += 1
        now: Statement = replace(self.statement, made_at=NOW.replace(second=self.made % 60))
        store.put(page_key(PARTY), render_statement(now), PAGE_TYPE, NOW)
        store.put(twin_key(PARTY), as_text(now.to_json()), JSON_TYPE, NOW)

    def change(self) -> None:
        self.statement = replace(self.statement, headline="Another sentence.")


Serve = Callable[[], Page]


@pytest.fixture
def stack() -> Stack:
    return Stack()


@pytest.fixture
def serve(browser: Browser, stack: Stack) -> Iterator[Serve]:
    """Open the page of a stack as it is served."""
    context = browser.new_context(viewport={"width": 700, "height": 600}, reduced_motion="reduce")
    with StatementServer(LivePages(stack.make, EVERY_SECOND, str, print), 0) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def open_it() -> Page:
            page = context.new_page()
            page.goto(f"{server.link}{PARTY}/statement.html")
            page.locator("svg.drawn").first.wait_for(state="attached")
            page.evaluate(MARK)
            return page

        yield open_it
        context.close()
        server.shutdown()
        thread.join()


def wait_for_another(page: Page, stack: Stack) -> None:
    stack.change()
    page.wait_for_function(IS_OTHER)
    assert page.locator("h1").text_content() == "Another sentence."


def test_a_page_that_says_the_same_is_not_loaded_again(serve: Serve, stack: Stack) -> None:
    page = serve()
    asked = [page.wait_for_event("response") for _ in range(3)]

    assert [each.request.method for each in asked] == ["HEAD"] * 3
    assert stack.made >= 3
    assert page.evaluate(IS_MARKED)


def test_a_page_that_changed_comes_back_as_the_reader_left_it(serve: Serve, stack: Stack) -> None:
    page = serve()
    table = page.locator("table.delegates")
    page.get_by_role("button", name="Show all 200").click()
    table.get_by_role("button", name="Sends").click()
    page.locator("#words summary").click()
    table.get_by_role("button", name="Hard bounces, 30 days").press("Tab")
    page.keyboard.press("Enter")
    first = table.locator("tbody tr").first.text_content()
    box = page.get_by_role("group", name="Who sends")
    box.evaluate("(box) => { box.scrollLeft = 77 }")
    page.evaluate("() => scrollTo(0, 1500)")
    depth = page.evaluate("() => scrollY")

    wait_for_another(page, stack)

    assert table.locator("tbody tr:visible").count() == 200
    assert page.get_by_role("button", name="Show all 200").count() == 0
    assert table.locator("[aria-sort=ascending]").all_text_contents() == ["Sends, 30 days"]
    assert table.locator("tbody tr").first.text_content() == first
    assert box.evaluate("(box) => box.scrollLeft") == 77
    assert page.locator("details[open] > summary").all_text_contents() == ["Words"]
    assert depth > 1_000
    page.wait_for_function("(depth) => scrollY === depth", arg=depth)
    page.wait_for_function("() => document.activeElement.textContent === 'Sends, 30 days'")


def test_the_keyboard_stays_in_a_chart(serve: Serve, stack: Stack) -> None:
    page = serve()
    page.locator("#curve svg.drawn").first.press("ArrowLeft")

    wait_for_another(page, stack)

    page.wait_for_function("() => document.activeElement === document.querySelector('#curve svg.drawn')")


def test_a_text_that_is_being_copied_stays(serve: Serve, stack: Stack) -> None:
    page = serve()
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('h1'))")
    stack.change()
    before = stack.made
    page.wait_for_timeout(2.5 * 1_000 * EVERY_SECOND)

    assert page.evaluate(IS_MARKED)
    assert stack.made == before
    page.evaluate("() => getSelection().removeAllRanges()")
    page.wait_for_function(IS_OTHER)


def test_a_page_outlives_its_server(browser: Browser, stack: Stack) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with StatementServer(LivePages(stack.make, EVERY_SECOND, str, print), 0) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        page.goto(f"{server.link}{PARTY}/statement.html")
        page.evaluate(MARK)
        server.shutdown()
        thread.join()
    page.wait_for_event("requestfailed")
    page.wait_for_event("requestfailed")

    assert page.evaluate(IS_MARKED)
    assert complaints == []
    page.close()


def test_without_scripts_a_page_is_loaded_anew(browser: Browser, serve: Serve, stack: Stack) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve().url)
    stack.change()

    page.get_by_role("heading", name="Another sentence.").wait_for()
    context.close()
