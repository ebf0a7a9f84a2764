"""What every reader of every statement may rely on, whichever party and state it is of."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from ses_reputation.statement.view.statement import Statement
from tests.browser.conftest import Open
from tests.browser.opened import PHONE, OpenedPage, Reader
from tests.support.lively_statements import incident
from tests.support.statements import HOSTILE, NOW, STATES, hostile_names

PAGES: dict[str, Statement] = {**STATES, "incident": incident()}
OF_WEIGHT = {"serious", "critical"}
OPEN_PARTS = "() => document.querySelectorAll('details.entity').forEach((each) => { each.open = true })"
OPEN_ALL = "() => document.querySelectorAll('details').forEach((each) => { each.open = true })"
PAPER = 687
"""The width of A4 between margins of 14 mm, in CSS pixels: (210 - 28) / 25.4 * 96."""
OUT_OF_PAPER = """() => {
  const edge = document.body.getBoundingClientRect().right + 1
  const shown = [...document.querySelectorAll('table')].filter((each) => each.getClientRects().length)
  return shown.filter((each) => each.getBoundingClientRect().right > edge).map((each) => each.className)
}"""
WIDTH_OF_ALL = "() => document.documentElement.scrollWidth"


def grave_faults(opened: OpenedPage) -> list[tuple[str, list[str]]]:
    """Return what axe-core holds to be serious or critical, with the first elements of each."""
    found = Axe().run(opened.page).response["violations"]
    return [
        (each["id"], [node["html"] for node in each["nodes"]][:3])
        for each in found
        if each["impact"] in OF_WEIGHT
    ]


def too_wide(opened: OpenedPage) -> list[int]:
    """Return the widths of screens on which the page, with all parts open, scrolls sideways."""
    opened.run(OPEN_ALL)
    wide = []
    for width in (1200, 800, PHONE, 320):
        opened.page.set_viewport_size({"width": width, "height": 900})
        wide += [width] if opened.run(WIDTH_OF_ALL) > width else []
    return wide


@pytest.mark.parametrize("state", PAGES)
def test_a_page_asks_for_nothing_complains_of_nothing_and_shuts_nobody_out(
    state: str, open_page: Open
) -> None:
    """In light and dark, on a desk and a phone, and never wider than the screen. Tables of figures are opened
    for axe-core where they are short: it looks at each cell."""
    opened = open_page(PAGES[state])
    opened.run(OPEN_ALL if state == "one_day_old" else OPEN_PARTS)
    faults = {"light": grave_faults(opened)}
    opened.page.set_viewport_size({"width": PHONE, "height": 900})
    opened.page.emulate_media(color_scheme="dark")
    faults["dark, on a phone"] = grave_faults(opened)

    assert faults == {"light": [], "dark, on a phone": []}
    assert too_wide(opened) == []
    assert opened.requests == [opened.address]
    assert opened.errors == []


def test_what_a_page_must_not_do_would_be_seen(open_page: Open) -> None:
    """Or else the test above could not fail: the page's policy stops a script and a request, and says so."""
    opened = open_page(PAGES["healthy"])

    opened.run(
        "() => { const b = document.createElement('button'); b.setAttribute('onclick', '1'); b.click() }"
    )
    opened.run("() => fetch('https://example.com/').catch(() => 0)")

    assert [text for text in opened.errors if "Content Security Policy" in text] == opened.errors
    assert len(opened.errors) >= 2


def test_names_of_others_stay_text(open_page: Open) -> None:
    opened = open_page(hostile_names())

    assert opened.run("() => document.images.length") == 0
    assert opened.page.get_by_text(HOSTILE).count() > 0
    assert opened.errors == []


def test_dark_is_dark_and_light_is_light(open_page: Open) -> None:
    grounds = [
        open_page(PAGES["healthy"], Reader(is_dark=is_dark)).run(
            "() => getComputedStyle(document.body).backgroundColor"
        )
        for is_dark in (False, True)
    ]

    assert grounds == ["rgb(255, 255, 255)", "rgb(16, 23, 30)"]


def test_who_wants_no_motion_gets_none(open_page: Open) -> None:
    smooth, still = (
        open_page(PAGES["healthy"], Reader(wants_motion=wants)).run(
            "() => getComputedStyle(document.documentElement).scrollBehavior"
        )
        for wants in (True, False)
    )

    assert (smooth, still) == ("smooth", "auto")


def test_the_first_key_leads_past_the_navigation(open_page: Open) -> None:
    opened = open_page(PAGES["healthy"])

    opened.page.keyboard.press("Tab")

    assert opened.run("() => document.activeElement.textContent") == "Skip to the figures"


def test_a_link_to_a_part_that_is_closed_opens_it(open_page: Open) -> None:
    opened = open_page(PAGES["healthy"])
    part = opened.page.locator("details.entity")
    assert part.get_attribute("open") is None

    opened.page.locator("#who table.who a", has_text="111122223333").click()

    # The page follows its address a moment after the click.
    part.and_(opened.page.locator("[open]")).wait_for()
    part.locator("svg.drawn").first.wait_for(state="visible")


def test_ages_are_counted_from_the_readers_clock_and_renewed(open_page: Open) -> None:
    """Made 2026-11-27 10:05 UTC; review began on 2026-11-25 14:05, 1 day 20 hours before."""
    opened = open_page(incident(), Reader(clock=NOW + timedelta(minutes=1)))
    since = opened.page.locator("#curve .ago").first
    note = opened.page.locator(".age")

    assert since.text_content() == "(1 day 20 hours ago)"
    assert not note.is_visible()
    opened.page.clock.run_for(5 * 3_600_000)
    assert since.text_content() == "(2 days 1 hour ago)"
    assert (note.text_content() or "").startswith("This page is 5 hours 1 minute old.")
    assert note.is_visible()


@pytest.mark.parametrize(
    "reader", [Reader(has_scripts=False), Reader(clock=NOW - timedelta(hours=1))], ids=["no scripts", "slow"]
)
def test_without_a_clock_that_can_be_right_ages_are_those_at_making(reader: Reader, open_page: Open) -> None:
    opened = open_page(incident(), reader)

    assert opened.page.locator("#curve .ago").first.text_content() == "(1 day 20 hours ago at making)"
    assert not opened.page.locator(".age").is_visible()


def test_what_is_closed_is_open_in_print_and_closed_again_after(open_page: Open) -> None:
    """Tables of charts are left out: the charts themselves are printed."""
    opened = open_page(incident())
    closed = opened.page.locator("details:not([open], .figures)")
    before = closed.count()

    opened.run("() => dispatchEvent(new Event('beforeprint'))")
    assert before > 3
    assert closed.count() == 0
    assert opened.page.locator("details.entity svg.drawn").count() > 0
    opened.run("() => dispatchEvent(new Event('afterprint'))")
    assert closed.count() == before


def test_parts_that_are_closed_are_printed_without_scripts_too(open_page: Open) -> None:
    opened = open_page(incident(), Reader(has_scripts=False))
    words = opened.page.locator("#words dd").first
    assert not words.is_visible()

    opened.page.emulate_media(media="print")

    assert (words.bounding_box() or {"height": 0})["height"] > 10


def test_what_a_reader_opened_stays_open_when_the_page_is_loaded_anew(open_page: Open) -> None:
    opened = open_page(incident())
    opened.page.locator("#words summary").click()

    opened.page.reload()

    assert opened.page.locator("#words dd").first.is_visible()
    assert opened.page.locator("details[open]").count() == 1


def test_a_term_leads_to_its_meaning(open_page: Open) -> None:
    opened = open_page(incident())

    opened.page.locator("dfn a", has_text="hard bounces").first.press("Enter")

    opened.page.locator("#words dt", has_text="hard bounces").wait_for(state="visible")
    assert opened.page.locator("#words").get_attribute("open") is not None


@pytest.mark.parametrize("state", ["healthy", "incident"])
def test_a_print_is_of_figures_alone(state: str, open_page: Open) -> None:
    opened = open_page(PAGES[state], Reader(is_dark=True))

    printed = opened.page.pdf(prefer_css_page_size=True)
    opened.page.emulate_media(media="print")

    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595 842]" in printed
    assert not opened.page.locator("nav").is_visible()
    assert opened.page.locator("svg.drawn").first.is_visible()
    assert opened.run("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("state", PAGES)
def test_paper_has_room_for_each_column(state: str, open_page: Open) -> None:
    """Chromium shrinks a page only so far, and cuts off what is beyond."""
    opened = open_page(PAGES[state], Reader(width=PAPER))

    opened.page.emulate_media(media="print")
    opened.run("() => dispatchEvent(new Event('beforeprint'))")

    assert opened.run(OUT_OF_PAPER) == []
