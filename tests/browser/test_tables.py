"""Tables that readers sort."""

from playwright.sync_api import Locator

from tests.browser.conftest import Open
from tests.support.lively_statements import incident
from tests.support.statements import many_senders


def column(table: Locator, place: int) -> list[str]:
    return [text.strip() for text in table.locator(f"tbody tr > :nth-child({place})").all_text_contents()]


def test_a_column_sorts_down_then_up_and_says_so(open_page: Open) -> None:
    table = open_page(incident()).page.locator("table.delegates")
    sends = sorted((each.sends for each in incident().delegates), reverse=True)
    header = table.get_by_role("columnheader", name="Sends")

    header.get_by_role("button").click()
    assert column(table, 4) == [f"{number:,}" for number in sends]
    assert header.get_attribute("aria-sort") == "descending"

    header.get_by_role("button").click()
    assert column(table, 4) == [f"{number:,}" for number in reversed(sends)]
    assert header.get_attribute("aria-sort") == "ascending"


def test_one_column_at_a_time_is_the_sorted_one(open_page: Open) -> None:
    table = open_page(incident()).page.locator("table.delegates")

    table.get_by_role("columnheader", name="Sends").get_by_role("button").click()
    table.get_by_role("columnheader", name="Bounce rate").get_by_role("button").click()

    assert table.locator("[aria-sort]").count() == 1
    rates = sorted((each.bounces.value or 0 for each in incident().delegates), reverse=True)
    assert [text.split(" ")[0] for text in column(table, 5)] == [f"{rate * 100:.2f}" for rate in rates]


def test_the_keyboard_sorts_too(open_page: Open) -> None:
    table = open_page(incident()).page.locator("table.delegates")
    table.get_by_role("columnheader", name="Standing by itself").get_by_role("button").press("Enter")

    assert column(table, 2)[0] == "Pause"


def test_a_table_is_first_as_the_statement_has_it(open_page: Open) -> None:
    table = open_page(incident()).page.locator("table.delegates")

    assert [
        next(a for a in (each.account,) if a in text)
        for each, text in zip(incident().delegates, column(table, 1), strict=True)
    ]
    assert table.locator("[aria-sort]").count() == 0


def test_of_two_hundred_senders_twenty_are_shown_until_all_are_asked_for(open_page: Open) -> None:
    page = open_page(many_senders()).page
    shown = page.locator("table.delegates tbody tr:visible")

    assert shown.count() == 20
    page.get_by_role("button", name="Show all 200").click()
    assert shown.count() == 200
