"""What would change in a list, and what did, reads right for one address as for many."""

import io
from datetime import UTC, datetime

from console.actions.change_suppression import PreparedChange, prepare_change
from console.reports.suppression.changes import print_applied, print_plan
from console.terminal.screen import Screen
from ses_reputation.suppression.restore.actions import (
    ActionKind,
    ActionOutcome,
    ListChange,
    Operation,
    SuppressionAction,
)
from ses_reputation.suppression.restore.applying import AppliedPlan
from ses_reputation.suppression.restore.import_jobs import ImportedFile
from ses_reputation.suppression.restore.list_writer import ImportStatus
from ses_reputation.suppression.restore.plan import ChangePlan, PlanCounts
from ses_reputation.suppression.restore.preflight import ImportFacts
from ses_reputation.suppression.restore.single_changes import SingleResult
from ses_reputation.suppression.targets import Target

TARGET = Target("222222222222", "eu-west-1")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
FACTS = ImportFacts("reputation", "eu-west-1", "aws", is_out_of_sandbox=True)


def printed(prepared: PreparedChange) -> str:
    written = io.StringIO()
    print_plan(Screen(file=written, width=80), prepared)
    return written.getvalue()


def plan(counts: PlanCounts, changes: int) -> PreparedChange:
    made = tuple(ListChange(f"{each}@example.com", Operation.PUT, "BOUNCE") for each in range(changes))
    return prepare_change(ChangePlan(TARGET, made, counts), FACTS)


def test_a_plan_counts_what_changes_and_what_does_not() -> None:
    assert printed(plan(PlanCounts(added=1, others=1_234), 1)) == (
        "List: 222222222222 eu-west-1\n"
        "                                       addresses\n"
        "to add                                         1\n"
        "on the list, not asked for: left there     1,234\n"
        "1 change, one address a call.\n"
    )


def test_a_plan_without_changes_says_so() -> None:
    assert printed(plan(PlanCounts(unchanged=3), 0)).endswith("So there is nothing to change.\n")


def test_what_was_changed_counts_addresses_and_names_the_job_that_left_some_out() -> None:
    action = SuppressionAction(
        TARGET, NOON, "4711", ActionKind.ADD, "ada", "ticket", 1, 1, 1, outcome=ActionOutcome.INCOMPLETE
    )
    job = ImportedFile("key", 1, ImportStatus("job-1", "COMPLETED", processed=1, failed=1))
    written = io.StringIO()
    print_applied(Screen(file=written, width=80), AppliedPlan(action, SingleResult(absent=1), [job]))

    changed, gone, left_out, again = written.getvalue().splitlines()
    assert changed.startswith("Changed 1 of 2 addresses. Recorded as ")
    assert gone == "Gone already: 1 address."
    assert left_out == "Import job job-1 is COMPLETED: SES did not take 1 of 1 record."
    assert again.startswith("Not all was done. Run the command again")
