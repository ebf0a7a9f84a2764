"""How much mail a finding concerns, and what counts as much more than before."""

from typing import Any

import pytest

from ses_reputation.findings.extent import extent_of, has_grown
from ses_reputation.findings.finding import FindingKind
from tests.support.evaluated import firing

# By hand, from tests/support/evaluated.py: 122 of 2,000 mails bounced, 9 of 5,000 were complained of; 310 of
# 1,000 were delayed; the feed reported none of 40 bounces; 30 of 600 sends have no outcome; 50 outcomes came
# without any send; no mail came; the ledger holds 900 of 2,400 sends.
EXTENTS = {
    FindingKind.BOUNCE_SPIKE: 0.061,
    FindingKind.COMPLAINT_SPIKE: 0.0018,
    FindingKind.PROVIDER_DEFERRAL: 0.31,
    FindingKind.MAIL_STOPPED: 1,
    FindingKind.COVERAGE_GAP: 1,
    FindingKind.MISSING_OUTCOMES: 0.05,
    FindingKind.SENDS_MISSING: 1,
    FindingKind.RECONCILIATION_GAP: 0.625,
}


@pytest.mark.parametrize("kind", FindingKind)
def test_the_evidence_of_every_kind_says_how_much_mail_it_concerns(kind: FindingKind) -> None:
    evidence = firing(kind).evidence_json
    assert evidence is not None

    assert extent_of(kind, evidence) == pytest.approx(EXTENTS[kind])


def test_of_sends_that_are_missing_in_part_the_rest_is_what_is_concerned() -> None:
    assert extent_of(FindingKind.SENDS_MISSING, {"sends": 12, "outcomes": 30}) == pytest.approx(0.6)


@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("evidence", [{}, {"missed": {}, "reported": 0, "share": None}, {"recent": None}])
def test_evidence_of_another_version_says_nothing(kind: FindingKind, evidence: dict[str, Any]) -> None:
    assert extent_of(kind, evidence) is None


@pytest.mark.parametrize(
    ("before", "now", "grown"),
    [
        (0.03, 0.06, True),
        (0.03, 0.059, False),
        (0.5, 0.75, True),
        (0.5, 0.74, False),
        (0.8, 0.95, True),
        (0.8, 0.85, False),
        (0.8, 0.8, False),
        (0.8, 0.1, False),
        (1.0, 1.0, False),
        # The ledger holds two and a half times, then nearly three times what SES counted: not twice as wrong.
        (1.5, 1.9, False),
        (1.5, 3.0, True),
        (0.0, 0.0, False),
        (0.0, 0.01, True),
        (None, 0.9, False),
        (0.9, None, False),
    ],
)
def test_twice_as_much_or_half_of_what_was_left_is_much_more(
    before: float | None, now: float | None, grown: bool
) -> None:
    assert has_grown(now, before) is grown
