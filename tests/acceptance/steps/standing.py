"""From the ledger to a standing, by the stack's own schedule."""

from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import identity_entity
from tests.acceptance.run import Run


def reach_pause(run: Run) -> str:
    """A fifth of the mail bounced: the schedule assesses it, and the standing is `pause`."""
    entity = identity_entity(run.identity)

    def is_paused() -> bool:
        state = run.connection.assessments.read_states().get(entity)
        return state is not None and state.standing is Standing.PAUSE

    run.await_that(f"the standing of {run.identity} is pause", is_paused)
    return f"{run.identity} stands at pause"
