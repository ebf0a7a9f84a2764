"""Tables that readers sort."""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Open
from tests.support.lively_statements import incident
from tests.support.statements import many_senders, provider_deferring, rate_view


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


def test_a_rate_sorts_by_itself_and_not_by_what_it_is_made_of(open_page: Open) -> None:
    """9.00 % of 100 is more than 6.41 % of 10,000, and less than 12.00 % of 50."""
    line = incident().groups[0].entities[0]
    rates = ("641 / 10,000", "9 / 100", "6 / 50")
    lines = tuple(
        replace(
            line,
            id=made_of,
            bounces=rate_view(*(int(each.replace(",", "")) for each in made_of.split(" / "))),
        )
        for made_of in rates
    )
    table = open_page(replace(incident(), accounts=lines, groups=())).page.locator("table.who")

    table.get_by_role("columnheader", name="Bounce rate").get_by_role("button").click()

    assert column(table, 4) == ["12.00 %6 / 50", "9.00 %9 / 100", "6.41 %641 / 10,000"]


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


def test_bars_of_a_column_begin_at_one_place(open_page: Open) -> None:
    """Or else nobody could compare them: one provider delays 6 of 400, another 244."""
    bars = open_page(provider_deferring()).page.locator("#where svg.delays")

    lefts = bars.evaluate_all("(all) => all.map((each) => Math.round(each.getBoundingClientRect().left))")
    assert len(lefts) == 4
    assert len(set(lefts)) == 1


PROVIDERS = (
    # sends, delivered, waiting, bounced, delayed, half and 95 % within: as texts they sort otherwise
    ("gmail", 1_349, 1_209, 18, 117, 90, "within 10 s", "within 10 min"),
    ("microsoft", 900, 70, 800, 9, 700, "within 1 min", "over 6 h"),
    ("yahoo", 99, 68, 0, 31, 8, "within 10 min", "within 1 h"),
    ("apple", 47, 42, 4, 5, 12, "within 1 h", "within 6 h"),
)


@pytest.mark.parametrize(
    ("title", "largest_first"),
    [
        ("Sends", ["Gmail", "Microsoft", "Yahoo", "Apple"]),
        ("Delivered", ["Gmail", "Microsoft", "Yahoo", "Apple"]),
        ("Waiting", ["Microsoft", "Gmail", "Apple", "Yahoo"]),
        ("Bounced", ["Gmail", "Yahoo", "Microsoft", "Apple"]),
        ("Delayed", ["Microsoft", "Apple", "Yahoo", "Gmail"]),
        ("Half within", ["Apple", "Yahoo", "Microsoft", "Gmail"]),
        ("95 % within", ["Microsoft", "Apple", "Yahoo", "Gmail"]),
    ],
)
def test_providers_sort_by_what_is_counted(title: str, largest_first: list[str], open_page: Open) -> None:
    """Delayed: by its share, 78 %, 26 %, 8.1 % and 6.7 %."""
    made = provider_deferring()
    calm = made.entities[0].providers[0]
    lines = tuple(
        replace(
            calm, provider=name, title=name.title(), sends=sends, delivered=delivered, waiting=waiting,
            bounced=bounced, delayed=delayed, delayed_of=sends,
            delayed_share=delayed / sends, within_50=half, within_95=most,
        )
        for name, sends, delivered, waiting, bounced, delayed, half, most in PROVIDERS
    )  # fmt: skip
    entity = replace(made.entities[0], providers=lines)
    table = open_page(replace(made, entities=(entity,))).page.locator("#where table.providers")

    table.get_by_role("columnheader", name=title, exact=True).get_by_role("button").click()

    assert column(table, 1) == largest_first
