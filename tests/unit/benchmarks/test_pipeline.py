"""The simulated pipeline: that no fact is lost in it, and that thinning changes no price."""

from collections import Counter
from datetime import timedelta

import pytest

from benchmarks import pipeline
from benchmarks.pipeline import Scenario, simulate
from benchmarks.sender_hour import HOUR
from benchmarks.simulated_ledger import SimulatedBalances, stored_page
from benchmarks.traffic.events import SesEvent
from benchmarks.traffic.lives import lives
from benchmarks.traffic.observed import observed_of
from benchmarks.traffic.shapes import Shape
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.pages import Page


def reported(mails: int) -> list[SesEvent]:
    return [event for life in lives(mails, several=False) for event in life]


def one_page(mails: int) -> Page:
    draft = JournalDraft(HOUR, timedelta(days=400))
    for event in reported(mails):
        draft.add("", observed_of(event))
    (page,) = [row for row, _ in draft.rows() if isinstance(row, Page)]
    return page


def test_a_mail_is_sent_once_and_ends_once_unless_it_is_still_delayed() -> None:
    outcomes = Counter(event.outcome.wire_name for event in reported(2_000))
    assert outcomes["sent"] == 2_000
    delivered = sum(count for name, count in outcomes.items() if name.startswith("delivered"))
    refused = outcomes["bounced_permanent_general"] // 2
    assert 0 <= 2_000 - delivered - refused <= 30


def test_a_page_keeps_its_size_when_its_fingerprints_are_thinned() -> None:
    page = one_page(mails=500)
    whole, thinned = stored_page(page, HOUR, thinning=1), stored_page(page, HOUR, thinning=10)
    assert whole.size == thinned.size
    facts = {(event.mail.message_id, event.outcome, event.feed) for event in reported(500)}
    assert sum(len(run.fingerprints) for run in whole.sample) == len(facts)
    assert len(facts) / 20 < sum(len(run.fingerprints) for run in thinned.sample) < len(facts) / 5


def test_reading_a_shard_costs_a_unit_for_each_four_kilobytes() -> None:
    store = SimulatedBalances(is_sampled=False)
    page = stored_page(one_page(mails=500), HOUR, thinning=1)
    for _ in range(3):
        store.store(page)
    read = store.read_pages(page.shard)
    assert (read.pages, read.read_units) == (3, -(-3 * page.size // 4_096))


def test_thinning_changes_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = simulate(Scenario(Shape.ONE_SENDER, 1))
    monkeypatch.setattr(pipeline, "_FACTS_IN_SAMPLE", 900)
    thinned = simulate(Scenario(Shape.ONE_SENDER, 1))
    assert (whole.events, whole.pages, whole.page_units) == (
        thinned.events,
        thinned.pages,
        thinned.page_units,
    )
    assert whole.entry_units == thinned.entry_units
    assert thinned.query_units == pytest.approx(whole.query_units, rel=0.05)
    assert thinned.units == pytest.approx(whole.units, rel=0.05)
