"""What a program reads of the demo's day: the same figures as a person, and whether they add up."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from console.demo.expected.comparison import Comparison, Mismatch
from console.demo.report_json import describe_demo
from console.demo.run import DemoRun, Snapshot
from console.demo.traffic import generate_day
from console.local_stack.ledger_contents import LedgerContents
from console.reports.message_tally import MessageTally
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.suppression.snapshot.location import SnapshotRun
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.targets import Target
from tests.support.finished_snapshots import describe_snapshot
from tests.support.printed_json import check_printed
from tests.unit.console.demo.test_standings_report import AGENCY, WATCHED, assess, state_of
from tests.unit.console.perfect_ledger import hours_of
from tests.unit.console.running import undocumented

DAY = generate_day(7, datetime(2026, 11, 22, tzinfo=UTC), 300)
RUN = SnapshotRun(Target("111122223333", "us-east-1"), "20261122T070000Z")
PART = SnapshotPart("part-00001.ndjson.gz", 2, 90, "a" * 64)
SNAPSHOT = Snapshot(
    describe_snapshot(RUN, 2, (PART,)), ["a@example.com", "b@example.com"], ["a@example.com"], throttled=3
)
TALLY = MessageTally(9, 7, {"open": 1}, {"unreadable": 1})
COMPARISONS = {"suppressed addresses": Comparison(2, (Mismatch(("address", "1"), 1, 0),))}


def test_a_program_reads_the_figures_that_a_person_sees() -> None:
    rate = {"numerator": 6, "denominator": 100, "value": 0.06, "low": 0.027788, "high": 0.124766}
    view = {measure.value: {"sends": 2_625, "rate": rate} for measure in Measure}
    state = replace(state_of(AGENCY, 2_625, Standing.WATCH), view={"measures": view})
    assessed = assess(12, state, alerts=[WATCHED])
    run = DemoRun(DAY, [assessed], (), LedgerContents(TALLY, hours_of(DAY)), ())

    document = describe_demo(run, COMPARISONS, [SNAPSHOT], Path("pages/index.html"), adds_up=False)

    check_printed(["demo", "--json"], json.dumps({"format_version": 1} | document))
    (stage,) = document["stages"]
    assert stage["alerts"] == [WATCHED.subject]
    assert stage["events"] == {"Reputation Standing Changed": 1}
    (standing,) = stage["standings"]
    assert (standing["account"], standing["standing"]) == ("444455556666", "watch")
    assert document["messages"]["received"] == 9
    assert document["suppression"]["throttled_requests"] == 3
    assert document["arithmetic"] == {
        "adds_up": False,
        "comparisons": [{"what": "suppressed addresses", "figures": 2, "differ": 1}],
    }
    assert document["statements"] == "pages/index.html"
    assert undocumented(document, stage, document["suppression"], *document["totals"]) == set()


def test_totals_are_the_distinct_facts_of_the_day_by_sender() -> None:
    run = DemoRun(DAY, (), (), LedgerContents(TALLY, hours_of(DAY)), ())

    totals = describe_demo(run, {}, [SNAPSHOT], None, adds_up=True)["totals"]

    expected = Counter((*fact[:3], fact.outcome) for fact in DAY.facts)
    assert {
        (row["sending_account"], row["region"], row["identity"], outcome): number
        for row in totals
        for outcome, number in row["facts"].items()
    } == dict(expected)
    assert len(totals) == len({fact[:3] for fact in DAY.facts})
