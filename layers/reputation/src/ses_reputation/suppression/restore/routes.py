"""Which changes go by import jobs, and which one address a call."""

from dataclasses import dataclass

from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.restore.plan import ChangePlan

IMPORT_FROM = 100
"""From so many changes on, a job is sooner done than single calls at one a second."""


@dataclass(frozen=True, slots=True)
class Routes:
    """How the changes of a plan are made. impossible: what neither way can remove."""

    by_import: tuple[ListChange, ...]
    by_call: tuple[ListChange, ...]
    impossible: tuple[ListChange, ...]


def choose_routes(plan: ChangePlan, *, can_import: bool) -> Routes:
    """Part the changes of a plan.

    An address with a slash cannot be named in the path of GetSuppressedDestination and
    DeleteSuppressedDestination: SES answers 400. Only an import job removes it.
    """
    if can_import and len(plan.changes) >= IMPORT_FROM:
        return Routes(plan.changes, (), ())
    slashed = tuple(change for change in plan.changes if "/" in change.email_address)
    plain = tuple(change for change in plan.changes if "/" not in change.email_address)
    if can_import:
        return Routes(slashed, plain, ())
    puts = tuple(change for change in slashed if change.operation is Operation.PUT)
    deletes = tuple(change for change in slashed if change.operation is Operation.DELETE)
    return Routes((), (*plain, *puts), deletes)
