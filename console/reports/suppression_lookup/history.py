"""What became of an address from snapshot to snapshot, as people and programs read it."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console

from console.terminal.screen import print_indented, print_title
from ses_reputation.suppression.changes.cause import describe_cause
from ses_reputation.suppression.forgotten import name_address, show_address
from ses_reputation.suppression.lookup.address_history import (
    AddressHistory,
    ListingEvent,
    ListingEventKind,
)
from ses_reputation.suppression.targets import Target
from ses_reputation.wording import count


def print_history(screen: Console, address: str, histories: Iterable[tuple[Target, AddressHistory]]) -> None:
    """Print the events of each list, oldest first."""
    print_title(screen, address)
    for target, history in histories:
        screen.print()
        print_indented(screen, f"{target.name}: {_describe_reading(history)}", columns=0, style="bold")
        for event in history.events:
            said = _describe_event(event)
            said = f"{said} ({describe_cause(event.cause)})" if event.cause else said
            print_indented(screen, said, marker=event.manifest.run.run_id)


def _describe_reading(history: AddressHistory) -> str:
    if not history.snapshots:
        return "unknown: it has no snapshot that can be read"
    read = count(len(history.snapshots), "snapshot")
    return read if history.events else f"never listed in {read}"


def _describe_event(event: ListingEvent) -> str:
    row, previous, shown = event.row, event.previous, show_address(event.email_address)
    match event.kind:
        case ListingEventKind.LISTED if row:
            already = "" if event.before else "already "
            return f"{already}listed as {shown}: {row.reason}, {row.last_update_time}"
        case ListingEventKind.REASON_CHANGED if row and previous:
            return f"{shown}: {previous.reason} became {row.reason}, {row.last_update_time}"
        case ListingEventKind.RENEWED if row:
            return f"{shown}: {row.reason} renewed, {row.last_update_time}"
    return f"{shown} removed"


def describe_history(target: Target, history: AddressHistory) -> dict[str, Any]:
    """Return the events of a list as JSON values."""
    return {
        "account": target.account,
        "region": target.region,
        "tenant": target.tenant or None,
        "snapshots_read": len(history.snapshots),
        "events": [_event_to_json(event) for event in history.events],
    }


def _event_to_json(event: ListingEvent) -> dict[str, Any]:
    row, previous = event.row, event.previous
    name, address = name_address(event.email_address)
    return {
        "snapshot": event.manifest.run.run_id,
        "previous_snapshot": event.before and event.before.run.run_id,
        "event": event.kind,
        name: address,
        "Reason": row and row.reason,
        "PreviousReason": previous and previous.reason,
        "LastUpdateTime": row and row.last_update_time,
        "cause": event.cause and event.cause.to_json(),
    }
