"""Changes made one address a call: for few of them, for tenants, and where SES cannot read import files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ses_reputation.suppression.errors import AddressRefusedError
from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.restore.list_writer import ListWriter
from ses_reputation.suppression.restore.paced_calls import PacedCalls


@dataclass(slots=True)
class SingleResult:
    """What became of single changes so far. absent: deleted by somebody else before; that is no failure."""

    done: int = 0
    absent: int = 0
    refused: int = 0


def make_changes(
    writer: ListWriter,
    changes: Sequence[ListChange],
    calls: PacedCalls,
    result: SingleResult,
    on_progress: Callable[[int], None],
) -> None:
    """Make each change, and count it in the result, which is right even when this raises half-way.

    Raises ListRefusedError and ListUnavailableError, with which nothing further would be changed.
    """
    for number, change in enumerate(changes, 1):
        try:
            was_there = calls.make(lambda: _make(writer, change))  # noqa: B023
        except AddressRefusedError:
            result.refused += 1
        else:
            result.done += was_there
            result.absent += not was_there
        on_progress(number)


def read_reasons(writer: ListWriter, addresses: Iterable[str], calls: PacedCalls) -> dict[str, str]:
    """Return the reasons of those addresses that are listed in exactly this spelling, a call each.

    Addresses that SES cannot be asked about (with a slash) are left out, as if they were not listed.
    """
    found: dict[str, str] = {}
    for address in addresses:
        try:
            reason = calls.make(lambda: writer.get(address))  # noqa: B023
        except AddressRefusedError:
            continue
        if reason is not None:
            found[address] = reason
    return found


def _make(writer: ListWriter, change: ListChange) -> bool:
    """Make one change; return whether there was anything to do."""
    if change.operation is Operation.DELETE:
        return writer.delete(change.email_address)
    writer.put(change.email_address, change.reason)
    return True
