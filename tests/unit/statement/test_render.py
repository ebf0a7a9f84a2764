"""Statements as pages of HTML, taken apart by a parser that knows nothing of the templates."""

import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from ses_reputation.notifications.texts.render import TEMPLATES
from ses_reputation.parties import PartyKind
from ses_reputation.rates.thresholds import Standing
from ses_reputation.statement.render import render_index, render_statement
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.statement.view.statement import StatementParty
from tests.support.hostile import NAMES
from tests.support.html_pages import HtmlPage, read_page
from tests.support.statements import (
    HOSTILE,
    NOW,
    STATES,
    a_thousand_identities,
    healthy,
    hostile_names,
    make_advice,
    make_statement,
    one_delegate_at_pause,
)

LARGEST = 330_000
LARGEST_OF_A_VENDOR = 800_000


def page_of(state: str) -> HtmlPage:
    return read_page(render_statement(STATES[state]))


def line(account: str, standing: Standing | None, headline: str = "All is well.") -> IndexLine:
    party = StatementParty(PartyKind.DELEGATE, account, "")
    return IndexLine(party, standing, headline, NOW, f"{party.name}.html")


@pytest.mark.parametrize("state", STATES)
def test_nothing_but_the_pages_own_style_and_script_may_act(state: str) -> None:
    page = page_of(state)
    hashes = {name: b64encode(sha256(text.encode()).digest()).decode() for name, text in page.inline.items()}

    assert page.policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert [(len(page.named("style")), len(page.named("script")))] == [(1, 1)]
    assert [name for _, each in page.tags for name in each if name == "style" or name.startswith("on")] == []


@pytest.mark.parametrize("state", STATES)
def test_a_page_names_nothing_outside_itself(state: str) -> None:
    page = page_of(state)
    targets = [
        value or "" for _, each in page.tags for name, value in each.items() if name in {"src", "href"}
    ]

    assert [target for target in targets if not target.startswith(("#", "data:image/svg+xml,"))] == []
    assert {"iframe", "object", "embed", "img", "form", "base"} & {tag for tag, _ in page.tags} == set()


@pytest.mark.parametrize("state", STATES)
def test_every_link_leads_to_one_place_of_the_page(state: str) -> None:
    page = page_of(state)
    places = Counter(each["id"] for _, each in page.tags if "id" in each)
    tables = [each["data-table"] for each in page.named("figure")]
    links = [href[1:] for each in [*page.named("a"), *page.named("use")] if (href := each["href"])]

    assert [place for place, number in places.items() if number > 1] == []
    assert [target for target in [*links, *tables] if target not in places] == []


@pytest.mark.parametrize("state", STATES)
def test_a_page_has_one_title_and_headings_in_order(state: str) -> None:
    page = page_of(state)
    levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3", "h4"}]

    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert len(page.named("caption")) == len(page.named("table"))


@pytest.mark.parametrize("state", STATES)
def test_a_page_is_small(state: str) -> None:
    assert len(render_statement(STATES[state]).encode()) < LARGEST


def test_a_page_of_a_thousand_identities_is_small_even_where_all_have_as_much_as_they_may() -> None:
    assert len(render_statement(a_thousand_identities()).encode()) < LARGEST_OF_A_VENDOR


def test_the_measure_that_the_headline_is_of_is_drawn_first() -> None:
    """Both are healthy: 0.04 % of complaints are nearer to 0.1 % than 0.4 % of bounces to 5 %."""
    lead = healthy().entities[0]
    text = read_page(render_statement(replace(healthy(), entities=(lead,)))).text
    assert (lead.bounces.rate.value, lead.complaints.rate.value) == (0.004, 0.0004)

    assert text.index("Complaints Healthy") < text.index("Bounces Healthy")


def test_the_command_behind_one_day_names_the_last_with_mail() -> None:
    """Nothing was sent on the 26th and 27th, the last of the days."""
    lead = healthy().entities[0]
    days = replace(lead.days, sends=(*lead.days.sends[:-2], 0, 0))
    page = render_statement(replace(healthy(), entities=(replace(lead, days=days),)))

    assert "--from 2026-11-25 --to 2026-11-25" in page


def test_a_page_leaves_out_identities_of_least_concern_and_says_how_to_see_them() -> None:
    made = a_thousand_identities()
    (group,) = made.groups
    *calm, bad = group.entities
    calm = [replace(each, standing=Standing.HEALTHY) for each in calm]
    page = render_statement(replace(made, groups=(replace(group, entities=(*calm, bad)),)))
    table = page[page.index('<table class="sortable who"') :].partition("</table>")[0]
    named = set(re.findall(r"<tr><th scope=row>(?:<a [^>]*>)?<code>([^<]*)</code>", table))

    assert len(named) == 200
    assert {bad.name, *(each.name for each in made.entities)} <= named
    assert "1,000 identities, 200 of them here" in table
    assert (
        '800 identities of less concern are left out. <code class="command">ses-reputation standing --stack '
        "ses-reputation</code> lists all" in page
    )
    assert "190 entities stand in this table alone." in page
    delegates = replace(made.party, kind=PartyKind.DELEGATE)
    assert f"balances --account {delegates.account} --stack" in render_statement(
        replace(made, party=delegates)
    )


def test_names_of_others_stay_text() -> None:
    html = render_statement(hostile_names())

    assert HOSTILE in read_page(html).text
    assert "<img" not in html


@pytest.mark.parametrize("name", NAMES)
def test_names_that_act_elsewhere_add_no_tag(name: str) -> None:
    calm = healthy()
    party = replace(calm.party, display_name=f"</script><b onclick=x>{name}")
    made = replace(calm, party=party, headline=f"</style>{name}", stack_name=f'"><script>{name}')

    tags = [tag for tag, _ in read_page(render_statement(made)).tags]

    assert tags == [tag for tag, _ in read_page(render_statement(calm)).tags]


def test_the_title_names_party_and_standing() -> None:
    assert "Healthy: Example Ltd (111122223333), statement of 2026-11-27" in page_of("healthy").text


def test_a_silent_feed_stands_before_all_figures() -> None:
    text = page_of("feed_silent").text

    place = text.index("These figures are incomplete.")
    assert text.index("The topic of account 444455556666 has reported nothing since 2026-11-24.") > place
    assert text.index("Can I believe it") > place


def test_parts_are_shown_of_what_there_is_any_of() -> None:
    """The worse measure first; of complaints there are none."""
    entity = one_delegate_at_pause().entities[0]
    calm = [replace(each, events=0, events_of_all=0) for each in entity.bounces.slices]
    without = replace(
        entity, complaints=replace(entity.complaints, slices=tuple(calm)), reasons=entity.reasons[:2]
    )

    text = read_page(render_statement(make_statement(without))).text

    assert "Share of the hard bounces" in text
    assert "Share of the complaints" not in text


def test_a_share_of_fewer_sends_than_the_rest_of_its_row_says_of_which() -> None:
    """Of 1,325 sends that SES reported, 27 are 2.04 %; of no reported send there is no share."""
    entity = healthy().entities[0]
    line = replace(entity.providers[0], sends=2_000, delivered=1_700, delayed=27, delayed_share=27 / 1_325)
    lines = (replace(line, delayed_of=1_325), replace(line, delayed=0, delayed_of=0, delayed_share=None))

    page = read_page(render_statement(make_statement(replace(entity, providers=lines))))

    assert page.text.count("1,700 (85.0 %)") == 2
    assert page.text.count("27 (2.0 %) of 1,325") == 1


def test_parts_that_have_no_share_are_one_line() -> None:
    """Of 40 hard bounces all are Gmail's."""
    table = render_statement(healthy()).partition('aria-label="Mailbox providers of bounces"')[2]

    assert "None in 2 others: Yahoo, Apple" in read_page(table).text
    assert table.partition("</table>")[0].count("<tr>") == 2


def test_reasons_and_what_ses_recommends_are_there() -> None:
    text = page_of("paused_by_ses").text

    assert "no such mailbox (Permanent, NoEmail)" in text
    assert "Share of 40" in text
    assert "Reputation: verify with DKIM (sub.example.com)" in text


def now_of(state: str) -> str:
    """Return the part What now of a page."""
    return page_of(state).text.rpartition("What now")[2]


def test_what_now_has_the_advice_of_findings_and_says_what_ses_stopped_and_what_is_incomplete() -> None:
    assert "Send less to Microsoft until it accepts again" in now_of("provider_deferring")
    assert "SES has paused all sending, since 2026-11-26 08:00 UTC or before." in now_of("paused_by_ses")
    assert "has reported nothing since 2026-11-24." in now_of("feed_silent")
    assert "ses-reputation doctor --stack ses-reputation" in now_of("feed_silent")


def test_nothing_has_to_be_done_where_nothing_is_wrong_alone() -> None:
    calm = {state for state in STATES if "Nothing has to be done" in now_of(state)}

    assert calm >= {"healthy", "nothing_sent", "many_senders"}
    assert calm & {"one_delegate_at_pause", "provider_deferring", "feed_silent", "paused_by_ses"} == set()


def test_the_first_step_stands_below_the_sentence() -> None:
    head, _, _ = page_of("one_delegate_at_pause").text.partition("Curve")

    assert "Have account 444455556666 stop configuration set import until its list is clean." in head
    assert "What now" not in page_of("healthy").text.partition("Curve")[0]


def first_step_of(step: str) -> str:
    """Return what a page says first, where this has to be done first."""
    made = one_delegate_at_pause()
    made = replace(made, entities=(replace(made.entities[0], advice=make_advice(step)),))
    head, _, _ = read_page(render_statement(made)).text.partition("Curve")
    return head.rpartition("What now")[2].strip()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("Clean the list.", "Clean the list."),
        ("Read what it answered (`ses-reputation entries --message ID`).", "Read what it answered."),
        ("Keep a copy. See the pool (`aws x`): with GLOBAL, wait.", "Keep a copy. See the pool."),
        ("Clean the list. To pause the set, as account 1: `aws x`", "Clean the list."),
        ("Draft the policy: `ses-reputation authorize revoke`.", "Draft the policy."),
    ],
)
def test_the_first_step_has_no_command(step: str, said: str) -> None:
    assert first_step_of(step) == said


STEPS = [
    re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "X", line))
    for path in sorted(TEMPLATES.iterdir())
    for line in path.read_text(encoding="utf-8").splitlines()
    if "`" in line and line[0].isupper()
]
"""Each line of the texts that advises a command; names for what is filled in."""


def test_whatever_has_to_be_done_first_is_said_in_whole_sentences() -> None:
    said = [first_step_of(step) for step in STEPS]

    assert len(said) > 15
    assert [text for text in said if not re.fullmatch(r"[A-Z].*[\w)]\.", text)] == []
    assert [text for text in said if text.count("(") != text.count(")")] == []


def test_a_command_that_shows_one_line_of_a_table_says_which() -> None:
    text = " ".join(page_of("one_delegate_at_pause").text.split())
    senders = one_delegate_at_pause().delegates

    assert len(senders) > 1
    for each in senders:
        assert f"{each.account}, {each.domain}: {each.command}" in text
    assert "Behind the feeds of identity example.com: ses-reputation feeds --identity example.com" in text


def test_behind_one_day_stands_the_last_with_mail() -> None:
    made = one_delegate_at_pause()
    days = made.entities[0].days
    quiet = replace(days, sends=(*days.sends[:-2], 0, 0))
    page = render_statement(
        replace(made, entities=(replace(made.entities[0], days=quiet), *made.entities[1:]))
    )

    assert f"--from {days.periods[-3]} --to {days.periods[-3]}" in page


def test_feeds_that_report_completely_are_one_line() -> None:
    text = page_of("feed_silent").text

    assert "1 feed reports completely" in " ".join(text.split())
    assert "The sender's topic has reported nothing since 2026-11-24." in text
    assert "The sender's topic reports." not in text


def test_the_index_says_how_many_parties_stand_how() -> None:
    standings = [Standing.HEALTHY, Standing.REVIEW, Standing.HEALTHY, None, Standing.PAUSE]
    lines = [line(f"44445555666{number}", standing) for number, standing in enumerate(standings)]

    text = " ".join(read_page(render_index("ses-reputation", lines, NOW)).text.split())

    assert "5 parties 1 Pause 1 Review 2 Healthy 1 No standing" in text


def test_no_line_of_the_headline_ends_between_a_number_and_its_percent_sign() -> None:
    made = replace(healthy(), headline="At REVIEW: 6.41 % of 3,680 sends.")

    assert "At REVIEW: 6.41\u00a0% of 3,680 sends." in read_page(render_statement(made)).text


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render_statement(replace(healthy(), party=None))  # type: ignore[arg-type]


def test_the_index_leads_to_the_worst_party_first() -> None:
    lines = [
        line("444455556666", Standing.HEALTHY),
        line("444455556667", None, "Nothing has been sent yet."),
        line("444455556668", Standing.PAUSE, "<b>SES may pause</b>"),
    ]

    page = read_page(render_index("ses-reputation", lines, NOW + timedelta(minutes=1)))

    assert [each["href"] for each in page.named("a")][1:] == [
        "delegate-444455556668.html",
        "delegate-444455556666.html",
        "delegate-444455556667.html",
    ]
    assert "<b>SES may pause</b>" in page.text


def test_an_index_has_no_charts_and_is_small() -> None:
    lines = [line(f"{444455550000 + number}", Standing.HEALTHY) for number in range(50)]

    assert len(render_index("ses-reputation", lines, NOW).encode()) < 50_000


def test_an_index_without_parties_says_so() -> None:
    assert "No party has a statement yet." in read_page(render_index("ses-reputation", [], NOW)).text


def test_jinja_is_loaded_with_the_first_page() -> None:
    program = "import sys, ses_reputation.statement.render; sys.exit('jinja2' in sys.modules)"

    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - all ours
