"""Findings that are open, a line each."""

from datetime import UTC, datetime

import pytest
from rich.console import Console

from console.reports.findings import OpenFinding, print_headlines
from ses_reputation.findings.finding import FindingKind
from ses_reputation.notifications.texts.render import TextParts
from ses_reputation.standing.state import FindingState

FOUND = FindingState(
    FindingKind.SENDS_MISSING, "since-2025", "2026-11-20", datetime(2026, 11, 22, tzinfo=UTC), None, {}
)


@pytest.mark.parametrize(
    ("headline", "line"),
    [
        ("The feed is silent", "The feed is silent, since 2026-11-20."),
        ("The feed is silent since 2026-11-20", "The feed is silent since 2026-11-20."),
        # A configuration set may have this name.
        ("Set since-2025 reports no sends", "Set since-2025 reports no sends, since 2026-11-20."),
    ],
)
def test_a_headline_says_once_since_when(
    headline: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_headlines(Console(width=100), [OpenFinding(FOUND, TextParts(headline=headline), None)])

    assert capsys.readouterr().out.strip() == line
