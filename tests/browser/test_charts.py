"""The charts of a page show the statement's figures, where their values say; read from the DOM."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from playwright.sync_api import Locator

from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.statement.view.mail import RateColumns
from tests.browser.conftest import Open
from tests.browser.opened import PHONE, OpenedPage, Reader
from tests.browser.test_pages import PAGES
from tests.support.lively_statements import incident
from tests.support.statements import (
    complaints_by_ses_alone,
    healthy,
    make_list,
    make_measure,
    make_statement,
    provider_deferring,
)

MEASURED = ("incident", "one_day_old", "too_little_mail", "paused_by_ses")


def numbers(marks: Locator, *names: str) -> list[tuple[float, ...]]:
    """Return attributes of each of the marks as numbers."""
    found = marks.evaluate_all(
        "(marks, names) => marks.map((m) => names.map((n) => m.getAttribute(n)))", names
    )
    return [tuple(map(float, each)) for each in found]


def chart(opened: OpenedPage, measure: str, table: str) -> Locator:
    return opened.page.locator(f'#curve figure[data-measure="{measure}"][data-table^="{table}"]')


def known(columns: RateColumns) -> list[float]:
    return [value for value in columns.values if value is not None]


@pytest.mark.parametrize("state", MEASURED)
def test_a_curve_has_the_statements_rates(state: str, open_page: Open) -> None:
    lead = PAGES[state].entities[0]
    opened = open_page(PAGES[state])

    for measure, table, columns in (
        ("bounces", "days", lead.days.bounces),
        ("complaints", "days", lead.days.complaints),
        ("bounces", "hours", lead.hours.bounces),
        ("complaints", "hours", lead.hours.complaints),
    ):
        drawn = numbers(chart(opened, measure, table).locator(".points > *"), "data-value")
        assert sorted(value for (value,) in drawn) == pytest.approx(sorted(known(columns)), abs=1e-6)


def test_points_and_marks_stand_where_their_values_say(open_page: Open) -> None:
    """Two marks fix the scale: 2 % and 5 % are so many pixels apart, so each point's height is its rate."""
    figure = chart(open_page(incident()), "bounces", "days")

    (watch, low), (review, high), (pause, highest) = numbers(figure.locator("line.mark"), "data-rate", "y1")
    per_percent = (low - high) / 3

    assert (watch, review, pause) == (0.02, 0.05, 0.1)
    assert low - highest == pytest.approx(8 * per_percent)
    for value, height in numbers(figure.locator(".points circle"), "data-value", "cy"):
        assert height == pytest.approx(low - (value * 100 - 2) * per_percent, abs=0.01)


def test_days_stand_at_equal_distances_in_their_order(open_page: Open) -> None:
    places = [
        x for (x,) in numbers(chart(open_page(incident()), "bounces", "days").locator(".points circle"), "cx")
    ]
    steps = [later - earlier for earlier, later in pairwise(places)]

    assert len(places) == 90
    assert max(steps) == pytest.approx(min(steps), abs=0.01)
    assert min(steps) > 0


def test_bars_are_as_high_as_the_mail_of_their_day(open_page: Open) -> None:
    bars = numbers(
        chart(open_page(incident()), "bounces", "days").locator(".volume rect"), "data-sends", "height"
    )
    most, highest = max(bars)

    assert [sends for sends, _ in bars] == list(incident().entities[0].days.sends)
    assert [height for _, height in bars] == pytest.approx([highest * sends / most for sends, _ in bars])


def test_what_an_axis_has_no_room_for_is_an_arrow_on_its_edge_and_said(open_page: Open) -> None:
    """On three days of the incident 1 of 1,200 to 1,550 complained; the axis ends over watch, 0.05 %."""
    figure = chart(open_page(incident()), "complaints", "days")
    [(top,)] = numbers(figure.locator("svg.drawn"), "data-top")
    over = [value for value in known(incident().entities[0].days.complaints) if value > top]

    assert len(over) == 3
    assert [value for (value,) in numbers(figure.locator(".points path"), "data-value")] == pytest.approx(
        over, abs=1e-6
    )
    assert figure.locator(".readout").text_content() == "▲ 3 days off the scale, up to 0.083 %"
    assert [
        text
        for text in chart(open_page(incident()), "bounces", "days").locator(".readout").all_text_contents()
        if text
    ] == []


@pytest.mark.parametrize("width", [1200, PHONE])
def test_names_of_marks_do_not_overlap(width: int, open_page: Open) -> None:
    """7 of 830 complaints are 0.843 %: watch and review, 0.05 and 0.1 %, are ten pixels apart there."""
    bad = make_measure(Measure.COMPLAINTS, Standing.REVIEW, Rate(7, 830))
    made = replace(healthy().entities[0], complaints=bad)
    figure = chart(open_page(make_statement(made), Reader(width=width)), "complaints", "days")

    boxes = figure.locator("text.mark").evaluate_all(
        "(labels) => labels.map((each) => { const b = each.getBoundingClientRect();"
        " return [b.left, b.right, b.top + 2, b.bottom - 2] })"
    )

    assert figure.locator("text.mark").all_text_contents() == ["pause 0.5 %", "review 0.1 %", "watch 0.05 %"]
    assert [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
    ] == []


def test_the_first_screen_has_the_sentence_and_the_whole_curve_that_proves_it(open_page: Open) -> None:
    opened = open_page(incident())
    ends = [
        opened.page.locator(place).first.bounding_box() or {"y": 0, "height": 0}
        for place in ("h1", "#curve svg.drawn")
    ]

    assert [box["y"] + box["height"] < 900 for box in ends] == [True, True]


def test_charts_of_a_measure_stand_where_the_other_and_worse_one_has_no_rate(open_page: Open) -> None:
    opened = open_page(complaints_by_ses_alone())

    assert opened.errors == []
    assert numbers(chart(opened, "bounces", "days").locator(".points > *"), "data-value") != []


def test_a_day_of_two_changes_has_the_flag_of_the_worse(open_page: Open) -> None:
    """It went to PAUSE and back to watch within a day; the timeline is newest first."""
    made = incident()
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    base = made.timeline[0]
    two = (
        replace(base, at=at + timedelta(hours=9), standing=Standing.WATCH),
        replace(base, at=at, standing=Standing.PAUSE),
    )
    flags = chart(open_page(replace(made, timeline=two)), "bounces", "days").locator("a.flag")

    assert [flag.get_attribute("class") for flag in flags.all()] == ["flag pause"]


@pytest.mark.parametrize("state", MEASURED)
def test_an_axis_begins_at_nothing_and_ends_over_the_rate_and_the_next_mark(
    state: str, open_page: Open
) -> None:
    view = PAGES[state].entities[0].bounces
    svg = chart(open_page(PAGES[state]), "bounces", "days").locator("svg.drawn")
    [(top,)] = numbers(svg, "data-top")
    following = next((mark.rate for mark in view.thresholds if mark.rate > (view.rate.value or 0)), 0)

    assert svg.locator(".axis").first.locator("text").first.text_content() in {"0 %", "0.0 %"}
    assert top > max(view.rate.value or 0, following)
    # Neither a flat line at the bottom: the next mark, or the worst day, takes most of the height.
    worst = max(low for low in PAGES[state].entities[0].days.bounces.lows if low is not None)
    assert top <= max(
        1.26 * max(worst, view.rate.value or 0),
        1.13
        * next((mark.rate for mark in view.thresholds if mark.rate > max(worst, view.rate.value or 0)), 0),
    )


def test_changes_of_standing_are_flags_that_lead_to_the_timeline(open_page: Open) -> None:
    opened = open_page(incident())
    flags = chart(opened, "bounces", "days").locator("a.flag")

    assert [flag.get_attribute("aria-label") for flag in flags.all()] == [
        event.title for event in incident().timeline
    ]
    flags.first.focus()
    opened.page.keyboard.press("Enter")
    assert (
        opened.run("() => document.querySelector(':target .what').textContent")
        == incident().timeline[0].title
    )


def test_arrow_keys_read_the_figures_of_each_day(open_page: Open) -> None:
    """The import's days: 3,100 sends on 2026-11-25. The newest day is read first."""
    opened = open_page(incident())
    figure, days = chart(opened, "bounces", "days"), incident().entities[0].days
    figure.locator("svg.drawn").focus()
    readout = figure.locator(".readout")

    opened.page.keyboard.press("ArrowLeft")
    opened.page.keyboard.press("ArrowLeft")

    assert (readout.text_content() or "").startswith("2026-11-25: ")
    assert f"({days.bounces.events[-3]} of 3,100 sends; 95 % interval " in (readout.text_content() or "")
    opened.page.keyboard.press("Home")
    assert (readout.text_content() or "").startswith("2026-08-30: ")


def test_a_day_of_mail_to_providers_without_feedback_loops_alone_is_not_called_silent(
    open_page: Open,
) -> None:
    """On the last day 1,000 mails went to Gmail."""
    made = healthy()
    lead = made.entities[0]
    complaints = replace(lead.days.complaints, sends=(*lead.days.complaints.sends[:-1], 0))
    entity = replace(lead, days=replace(lead.days, complaints=complaints))
    opened = open_page(replace(made, entities=(entity,)))
    opened.page.keyboard.press("Tab")
    figure = chart(opened, "complaints", "days")
    figure.locator("svg.drawn").press("End")

    assert figure.locator(".readout").text_content() == (
        "2026-11-27: no sends to providers with feedback loops"
    )


def test_the_pointer_reads_the_figures_of_the_day_under_it(open_page: Open) -> None:
    figure = chart(open_page(incident()), "bounces", "days")
    bar = figure.locator(".volume rect").nth(87).bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}

    figure.page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)

    assert (figure.locator(".readout").text_content() or "").startswith("2026-11-25: ")


def test_a_list_shows_its_sizes_and_changes(open_page: Open) -> None:
    """The newest of 13 snapshots has 700 addresses by bounces and 200 by complaints; 52 came and 12 went."""
    figure = open_page(incident()).page.locator('figure[data-chart="list"]').first

    assert numbers(figure.locator(".added"), "data-added") == [(52,)] * len(make_list().sizes)
    assert numbers(figure.locator(".removed"), "data-removed") == [(12,)] * len(make_list().sizes)
    boxes = [figure.locator(f".layer.{reason}").bounding_box() for reason in ("bounce", "complaint")]
    assert all(box and box["height"] > 0 for box in boxes)


def test_a_provider_that_defers_is_marked_and_its_bars_have_its_shares(open_page: Open) -> None:
    """Microsoft delayed 61 % of 400, 2.8 % would be usual; 120 (30 %) were delivered, 200 (50 %) wait."""
    opened = open_page(provider_deferring())
    row = opened.page.locator("#where tr.deferring")

    assert "defers since 2026-11-27 03:00 UTC (General, IPFailure)" in (
        row.locator("th").text_content() or ""
    )
    assert [rect.get_attribute("width") for rect in row.locator(".outcomes rect").all()] == [
        "1%",
        "50%",
        "30%",
    ]
    assert row.locator(".delays rect.delayed").get_attribute("width") == "61%"
    assert row.locator(".delays line").get_attribute("x1") == "1.9%"


def test_charts_are_drawn_anew_where_the_window_changes(open_page: Open) -> None:
    opened = open_page(incident())
    svg = chart(opened, "bounces", "days").locator("svg.drawn")
    [(wide,)] = numbers(svg, "width")

    opened.page.set_viewport_size({"width": 390, "height": 900})
    opened.page.wait_for_function(
        f"() => +document.querySelector('#curve svg.drawn').getAttribute('width') < {wide}"
    )

    assert len(numbers(svg.locator(".points circle"), "data-value")) == 90


def test_without_scripts_the_tables_stand_open_with_the_same_figures(open_page: Open) -> None:
    """The newest day first: the import's second day is the third from the top."""
    opened = open_page(incident(), Reader(has_scripts=False))
    rows = opened.page.locator("#curve table.series").first.locator("tbody tr")
    days = incident().entities[0].days

    assert not opened.page.locator("figure[data-chart]").first.is_visible()
    assert rows.first.is_visible()
    assert rows.count() == 90
    assert rows.nth(2).locator("td").all_text_contents()[2] == f"{days.bounces.events[87]} / 3,100"
