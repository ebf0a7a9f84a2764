"""The simulated pipeline: that no fact is lost in it, and that thinning changes no price."""

from collections import Counter
from datetime import timedelta

import pytest

from benchmarks import pipeline
from benchmarks.mail_lives import ReportedEvent, lives, sender_hours
from benchmarks.pipeline import Scenario, simulate
from benchmarks.sender_hour import HOUR
from benchmarks.simulated_ledger import SimulatedBalances, stored_page
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.pages import Page
from ses_reputation.ledger.segments import Segment, segment_of


def reported(mails: int) -> list[ReportedEvent]:
    return [each for life in lives(mails, several=False) for each in life]


def one_page(mails: int) -> Page:
    draft = JournalDraft(HOUR, timedelta(days=400))
    for _, observed in reported(mails):
        draft.add("", observed)
    (page,) = [row for row, _ in draft.rows() if isinstance(row, Page)]
    return page


def test_a_mail_is_sent_once_and_ends_once_unless_it_is_still_delayed() -> None:
    outcomes = Counter(each.observed.observations[0].outcome.wire_name for each in reported(2_000))
    assert outcomes["sent"] == 2_000
    delivered = sum(count for name, count in outcomes.items() if name.startswith("delivered"))
    refused = outcomes["bounced_permanent_general"] // 2
    assert 0 <= 2_000 - delivered - refused <= 30


def test_a_page_keeps_its_size_when_its_fingerprints_are_thinned() -> None:
    page = one_page(mails=500)
    whole, thinned = stored_page(page, HOUR, thinning=1), stored_page(page, HOUR, thinning=10)
    assert whole.size == thinned.size
    facts = {(each.message_id, each.observations[0].outcome, each.feed) for _, each in reported(500)}
    assert sum(len(run.fingerprints) for run in whole.sample) == len(facts)
    assert len(facts) / 20 < sum(len(run.fingerprints) for run in thinned.sample) < len(facts) / 5


def test_reading_a_segment_costs_a_unit_for_each_four_kilobytes() -> None:
    (_, sender_hour, _) = sender_hours(several=False)[0]
    segment = segment_of(sender_hour, HOUR)
    store = SimulatedBalances(is_sampled=False)
    page = stored_page(one_page(mails=500), HOUR, thinning=1)
    for _ in range(3):
        store.store(page)
    read = store.read_segment(Segment(segment.sender_hour))
    assert (read.pages, read.read_units) == (3, -(-3 * page.size // 4_096))


def test_thinning_changes_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = simulate(Scenario(1, several_senders=False))
    monkeypatch.setattr(pipeline, "_FACTS_IN_SAMPLE", 900)
    thinned = simulate(Scenario(1, several_senders=False))
    assert (whole.events, whole.pages, whole.page_units) == (
        thinned.events,
        thinned.pages,
        thinned.page_units,
    )
    assert whole.entry_units == thinned.entry_units
    assert thinned.query_units == pytest.approx(whole.query_units, rel=0.05)
    assert thinned.posting == pytest.approx(whole.posting, rel=0.1)
