"""What a file of a former provider holds reads right for one row as for many."""

import io
import re

from console.reports.suppression.former_list import print_former_list
from console.terminal.screen import Screen
from ses_reputation.suppression.restore.former_formats import EntryKind
from ses_reputation.suppression.restore.former_lists import FileRepairs, FormerList, KindRules


def test_each_kind_of_row_has_a_line_with_what_becomes_of_it() -> None:
    entries = {"a@example.com": EntryKind.BOUNCE, "b@example.com": EntryKind.UNKNOWN}
    found = FormerList("addresses", entries, FileRepairs(blank_lines=1), unreadable=[4], repeated=1)
    written = io.StringIO()
    print_former_list(Screen(file=written, width=80), found, KindRules())

    assert [re.split(r"  +", line.strip()) for line in written.getvalue().splitlines()] == [
        ["Read as: addresses"],
        ["rows"],
        ["bounce: taken as BOUNCE", "1"],
        ["unknown: left out, unless --unknown-as says BOUNCE or COMPLAINT", "1"],
        ["another row of an address: the more serious reason counts", "1"],
        ["without a readable address: line 4", "1"],
        ["put right: blank line", "1"],
    ]
