"""docs/ledger.md explains the ledger by an example: the library says the same of its notifications.

It also explains why a message is quarantined: every reason that there is.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed, Reason, Registry
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.ledger.balance import BalanceCounts, tally
from ses_reputation.ledger.journal import JournalDraft
from ses_reputation.ledger.pages import PAGE_VERSION, FactRun, Page, unpack_page
from ses_reputation.rates.rates import rate_of_figures
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import EVERYTHING, break_down
from tests.support.notifications import DELEGATE, OWNER
from tests.support.stack_template import ROOT

PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("## One bounce, reported twice: an example\n")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| `(\S+)` \| (\w+)'s \| `(\w+)` \| `(\w+)` \|$", EXAMPLE, re.MULTILINE)
FIRST, SECOND = ROWS[:3], ROWS[3:]


def read(name: str) -> Observed:
    body = json.loads((ROOT / "events" / name).read_text(encoding="utf-8"))["Records"][0]["body"]
    reading = read_wire(body, Registry(frozenset({OWNER}), frozenset({DELEGATE})))
    assert isinstance(reading, Observed)
    return reading


def page_of(rows: Sequence[tuple[str, ...]]) -> Page:
    """The one page that a batch of these notifications makes."""
    draft = JournalDraft(datetime(2026, 11, 20, 14, 10, tzinfo=UTC), timedelta(days=400))
    for name, *_ in rows:
        draft.add(name, read(name))
    (page,) = [row for row, _ in draft.rows() if isinstance(row, Page)]
    return page


def runs_of(page: Page) -> list[FactRun]:
    return list(unpack_page(page.content, PAGE_VERSION))


def facts_of(page: Page) -> list[tuple[str, str]]:
    return [
        (f"{dispatch:016x}", Outcome(run.outcome).wire_name)
        for run in runs_of(page)
        for dispatch in run.fingerprints
    ]


def balance_of(*pages: Page) -> BalanceCounts:
    (counts,) = tally([run for page in pages for run in runs_of(page)]).values()
    return counts


def documented(pattern: str) -> Any:
    """What a sentence of the example says."""
    found = re.search(pattern, EXAMPLE, re.DOTALL)
    assert found, pattern
    return found[1] if found.re.groups == 1 else found.groups()


def test_each_notification_says_what_its_row_says() -> None:
    for name, feed, dispatch, outcome in ROWS:
        observed = read(name)
        ((recipient, reported),) = [(each.recipient, each.outcome) for each in observed.observations]
        key = f"{observed.message_id}|{recipient}".encode()

        assert (observed.feed, reported.wire_name) == (Feed(feed), outcome)
        assert blake2b(key, digest_size=8).hexdigest() == dispatch


def test_two_batches_make_two_pages_of_one_hour() -> None:
    first, second = page_of(FIRST), page_of(SECOND)

    assert sorted(facts_of(first)) == sorted((dispatch, outcome) for _, _, dispatch, outcome in FIRST)
    assert facts_of(second) == [(dispatch, outcome) for _, _, dispatch, outcome in SECOND]
    assert first.shard == second.shard
    assert first.shard.segment.account_hour == (DELEGATE, "us-east-1", documented(r"the hour (\S+) \(UTC\)"))
    assert documented(r"one page with (\d) facts.+second page with (\d) fact\.") == ("3", "1")


def test_the_union_counts_each_fact_once_in_whatever_batch_it_comes_again() -> None:
    first, second = page_of(FIRST), page_of(SECOND)
    once = balance_of(first, second)

    assert len({*facts_of(first), *facts_of(second)}) == int(documented(r"3 \+ 1 facts are (\d) distinct"))
    assert balance_of(first, second, second, page_of(ROWS)) == once


def test_the_balance_is_the_one_that_is_shown() -> None:
    shown = json.loads(documented(r"```json\n(.*?)```"))
    real = {
        name: counts for name, counts in asdict(balance_of(page_of(FIRST), page_of(SECOND))).items() if counts
    }

    assert real == shown


def test_the_rate_is_the_one_that_is_shown() -> None:
    balance = balance_of(page_of(FIRST), page_of(SECOND))
    table = break_down(balance.counts, followed=balance.followed)
    rate = rate_of_figures(table[EVERYTHING], Measure.BOUNCES)

    assert rate
    low, high = rate.interval
    sends, bounced, *shown = documented(
        r"(\d) mails are eligible.+?(\d) bounced hard: ([\d.]+) %, "
        r"with a 95 % interval from ([\d.]+) % to ([\d.]+) %"
    )
    assert (rate.numerator, rate.denominator) == (int(bounced), int(sends))
    assert [f"{100 * share:.2f}" for share in (float(rate.value), low, high)] == shown


def test_every_reason_of_quarantine_is_explained() -> None:
    section = PAGE.split("## What is believed\n")[1].split("\n## ")[0]
    explained = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))

    assert explained.keys() == set(Reason)
