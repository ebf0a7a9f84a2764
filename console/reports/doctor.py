"""What the doctor found, as commands print it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from console.terminal.screen import print_indented, print_line
from console.terminal.tables import make_table
from ses_reputation.doctor.diagnosis import Severity
from ses_reputation.doctor.facts.sending import ConfigurationSet, DedicatedPool, Place
from ses_reputation.doctor.report import RootCause
from ses_reputation.wording import count

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
_UNKNOWN = "unknown"


def describe_place(place: Place) -> dict[str, Any]:
    """Return a place as `--json` prints it; null is unknown, or not set."""
    state = place.state
    return {
        "account": place.account,
        "region": place.region,
        "production_access": state.is_in_production if state else None,
        "sending_enabled": state.is_sending_enabled if state else None,
        "enforcement_status": state.enforcement_status if state else None,
        "address_validation": (state.validation or None) if state else None,
        "shared_pool_delivery_mode": (state.delivery_mode or None) if state else None,
        "identities": len(place.identities.found),
        "configuration_sets": len(place.sets.found),
        "dedicated_pools": {each.name: _scaling_mode(each) for each in place.own_pools},
        "tenants": len(place.tenants.found),
        "set_settings": {each.name: own for each in place.sets if (own := _own_settings(each))},
    }


def _own_settings(each: ConfigurationSet) -> dict[str, Any]:
    """Return what a set has in place of its account's settings."""
    own = {
        "address_validation": each.validation,
        "shared_pool_delivery_mode": each.delivery_mode,
        "suppression_scope": each.suppression_scope,
        "dedicated_pool": each.pool,
    }
    reasons = each.suppressed_reasons
    named = {} if reasons is None else {"suppressed_reasons": list(reasons)}
    return {name: value for name, value in own.items() if value} | named


def print_places(screen: Console, places: Sequence[Place], not_read: Sequence[tuple[str, str]] = ()) -> None:
    """Print what was read of each account and Region, a line each. not_read: where nobody could be asked."""
    table = make_table(
        "account", "Region", "sending", "validation", "shared pool", "identities", "sets", numbers_from=5
    )
    for place in places:
        state = place.state
        table.add_row(
            place.account,
            place.region,
            _sending(place),
            (state.validation.lower() or "off") if state else _UNKNOWN,
            (state.delivery_mode.lower() or "-") if state else _UNKNOWN,
            _number(place.identities),
            _number(place.sets),
        )
    for account, region in not_read:
        table.add_row(account, region, *[_UNKNOWN] * 5)
    screen.print(table)
    for place in places:
        for each in place.sets:
            _print_own_settings(screen, place, each)
        _print_pools(screen, place)


def _print_pools(screen: Console, place: Place) -> None:
    """Print the account's own pools, and the sets that send through none: by shared addresses, mostly."""
    if not place.own_pools:
        return
    named = [f"{each.name} ({_scaling_mode(each).lower()})" for each in place.own_pools]
    bare = sorted(each.name for each in place.sets if not each.pool)
    title = f"Dedicated pools of {place.title}: {', '.join(named)}."
    print_indented(screen, f"{title} Sets that name none: {', '.join(bare) or '-'}.", 0)


def _scaling_mode(pool: DedicatedPool) -> str:
    return "MANAGED" if pool.is_managed else "STANDARD"


def _print_own_settings(screen: Console, place: Place, each: ConfigurationSet) -> None:
    own = _own_settings(each)
    if not own:
        return
    shown = [
        f"{name.replace('_', ' ')} {', '.join(value) or 'none' if isinstance(value, list) else value}".lower()
        for name, value in own.items()
    ]
    print_indented(
        screen, f"Set {each.name} of {place.title} has settings of its own: {'; '.join(shown)}.", 0
    )


def print_causes(screen: Console, causes: Sequence[RootCause]) -> None:
    """Print each cause with what follows from it, and what mends it; commands stay on one line."""
    screen.print()
    if not causes:
        screen.print("Nothing is wrong with what was looked at.", style="bold")
        return
    for cause in causes:
        _print_cause(screen, cause)
    errors = sum(cause.diagnosis.severity is Severity.ERROR for cause in causes)
    screen.print(f"{count(errors, 'error')}, {count(len(causes) - errors, 'warning')}.", style="bold")


def _print_cause(screen: Console, cause: RootCause) -> None:
    found = cause.diagnosis
    label = found.severity.name.lower()
    print_indented(screen, found.problem, 0, marker=f"{label}:", style=_STYLES[found.severity])
    print_indented(screen, found.why)
    for consequence in cause.consequences:
        print_indented(screen, consequence, marker="->")
    where = f"account {found.account}" + (f", {found.region}" if found.region else "")
    print_indented(screen, f"Mend it ({where}): {found.mend}")
    for command in found.commands:
        print_line(screen, f"    {command}")
    screen.print()


def _sending(place: Place) -> str:
    state = place.state
    if state is None:
        return _UNKNOWN
    if not state.is_sending_enabled:
        return "paused"
    return "production" if state.is_in_production else "sandbox"


def _number(listing: Any) -> str:
    return f"{len(listing.found):,}" + ("" if listing.is_whole else "+")
