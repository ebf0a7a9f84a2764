"""A measure in full: what is left out of its table of parts is counted."""

import io

from console.reports.rate_detail import print_measure
from console.reports.standing_json import measures_of
from console.terminal.screen import Screen
from ses_reputation.rates.thresholds import Measure
from tests.unit.console.standings import AGENCY_ENTITY, Ledger


def test_parts_that_are_left_out_are_counted_under_the_table() -> None:
    state = Ledger().states[AGENCY_ENTITY]
    view = {**measures_of(state)[Measure.BOUNCES], "slices_left_out": 3}
    screen = Screen(file=io.StringIO(), width=80)

    print_measure(screen, state, Measure.BOUNCES, view)

    assert isinstance(screen.file, io.StringIO)
    assert "and 3 parts with fewer" in screen.file.getvalue()


def test_headroom_that_nothing_is_known_of_is_not_printed() -> None:
    state = Ledger().states[AGENCY_ENTITY]
    view = measures_of(state)[Measure.BOUNCES]
    unknown = {"standing": "pause", "threshold": 0.3, "more_events": 0, "clean_sends": 0}
    known = {"standing": "watch", "threshold": 0.02, "more_events": 0, "clean_sends": 107}
    screen = Screen(file=io.StringIO(), width=80)

    print_measure(screen, state, Measure.BOUNCES, {**view, "headroom": [known, unknown]})

    assert isinstance(screen.file, io.StringIO)
    assert "107 clean sends lead out of WATCH." in screen.file.getvalue()
    assert "PAUSE" not in screen.file.getvalue()
