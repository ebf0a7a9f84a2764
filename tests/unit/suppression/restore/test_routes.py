"""Which changes go by import jobs, and which one address a call."""

import pytest

from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.restore.plan import ChangePlan, PlanCounts
from ses_reputation.suppression.restore.routes import Routes, choose_routes
from ses_reputation.suppression.targets import Target

SLASHED_DELETE = ListChange("a/b@example.com", Operation.DELETE)
SLASHED_PUT = ListChange("c/d@example.com", Operation.PUT, "BOUNCE")
PLAIN = ListChange("ann@example.com", Operation.DELETE)


def plan(*changes: ListChange) -> ChangePlan:
    return ChangePlan(Target("222222222222", "eu-west-1"), changes, PlanCounts())


def test_few_changes_go_one_by_one_and_those_with_a_slash_by_import() -> None:
    routes = choose_routes(plan(SLASHED_DELETE, PLAIN, SLASHED_PUT), can_import=True)

    assert routes == Routes((SLASHED_DELETE, SLASHED_PUT), (PLAIN,), ())


@pytest.mark.parametrize(("number", "imported"), [(99, 0), (100, 100)])
def test_from_a_hundred_on_all_go_by_import(number: int, imported: int) -> None:
    routes = choose_routes(plan(*[PLAIN] * number), can_import=True)

    assert (len(routes.by_import), len(routes.by_call)) == (imported, number - imported)


def test_without_imports_a_deletion_with_a_slash_is_impossible() -> None:
    routes = choose_routes(plan(SLASHED_DELETE, PLAIN, SLASHED_PUT), can_import=False)

    assert routes == Routes((), (PLAIN, SLASHED_PUT), (SLASHED_DELETE,))
