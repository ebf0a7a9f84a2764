"""Every list that can be reached becomes a complete snapshot, exact as of an instant, whatever happens."""

import pytest

from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.targets import Target
from tests.support.every_list import UNREACHABLE, Scenario, run_every_list
from tests.support.suppression_function import OWN
from tests.support.suppression_workflow import LARGEST_PAYLOAD_BYTES

SETTINGS = ExportSettings("bucket", page_size=20, pages_per_part=10, rows_per_part=500, chain_restarts=20)


@pytest.mark.parametrize("seed", [13, 14, 15])
def test_all_reachable_lists_are_exact_as_of_an_instant_though_they_change_and_workers_die(seed: int) -> None:
    scenario = Scenario(3_000, 70, SETTINGS, 1.0, killed_requests=0.01, killed_writes=0.02, seed=seed)
    seen = run_every_list(scenario)

    # 4 accounts, 2 Regions, a list of the account and of two tenants in each.
    assert (seen.summary["complete"], seen.summary["failed"]) == (24, 2)
    assert {target.name: each.wrong for target, each in seen.exactness.items() if each.wrong} == {}
    assert UNREACHABLE not in {target.account for target in seen.exactness}
    # It was a hard day: things were refused, died, expired and changed.
    assert seen.killed > 0
    assert seen.chains_restarted > 0
    assert all(limiter.refused for limiter in seen.limiters.values())
    assert len(seen.lists[Target(*OWN)].changes) > 30
    assert sum(each.undefined for each in seen.exactness.values()) < 0.1 * sum(
        each.compared for each in seen.exactness.values()
    )
    assert seen.workflow.failed_children == []
    assert seen.workflow.largest_payload < LARGEST_PAYLOAD_BYTES / 10
