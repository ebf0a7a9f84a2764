"""From how much mail without an outcome on a set is said to deliver nothing."""

import pytest

from ses_reputation.findings.missing_outcomes import MissingOutcomes, MissingOutcomesEvidence, SetOutcomes


@pytest.mark.parametrize(("lost", "deliveries", "named"), [(19, 0, []), (20, 0, ["news"]), (20, 1, [])])
def test_a_set_that_delivered_nothing_is_named_from_20_on(
    lost: int, deliveries: int, named: list[str]
) -> None:
    mail = MissingOutcomes("2026-11-19", "2026-11-20", 600, lost, {"news": SetOutcomes(60, lost, deliveries)})

    assert MissingOutcomesEvidence(mail).to_json()["undelivered_sets"] == named
