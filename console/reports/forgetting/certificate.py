"""The certificate of what was forgotten, for people and as JSON. It has no address, and may be filed."""

from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.forgetting.forget_person import Certificate
from console.terminal.screen import print_indented, print_line, print_title
from console.terminal.tables import make_table
from console.terminal.wording import number
from ses_reputation.forgetting.erasure import ErasedKind
from ses_reputation.hours import format_second

_MEANINGS = {
    ErasedKind.ENTRY: "entries of the ledger (bounces, complaints, rejects)",
    ErasedKind.DELAY: "delays in the ledger",
    ErasedKind.MENTION: "mentions in entries and delays of others",
    ErasedKind.QUARANTINED: "quarantined messages",
    ErasedKind.SNAPSHOT: "snapshots",
    ErasedKind.SNAPSHOT_ROW: "  rows of them, a hash in their place",
    ErasedKind.CHANGE: "  changes in them, a hash in their place",
    ErasedKind.PARQUET: "Parquet files, written anew from their snapshots",
    ErasedKind.RECORDED_CHANGE: "recorded changes of lists, a hash in their place",
    ErasedKind.EXPORTED_ENTRY: "entries in exports",
    ErasedKind.IMPORT_FILE: "files of import jobs",
    ErasedKind.UNFINISHED: "files of exports at work, or that never finished",
    ErasedKind.OLD_VERSION: "older versions of objects",
}


def print_certificate(screen: Console, certificate: Certificate) -> None:
    """Print what was found or erased, where the person stays suppressed, and what expires when."""
    _print_heading(screen, certificate)
    _print_counts(screen, certificate)
    _print_lists(screen, certificate)
    print_title(screen, "What AWS keeps for a time")
    for expiry in certificate.expiries:
        print_indented(screen, f"until {format_second(expiry.gone_at)}: {expiry.what}", columns=2)
        print_indented(screen, expiry.why, columns=4)
    for heading, names in (
        ("Damaged, so nobody can say whether they have the address", certificate.erasure.unread),
        ("Have the address, and are none of this stack's: look into them", certificate.erasure.left),
        (
            "Exports began meanwhile, and may have copied the address: run this again when they have ended",
            certificate.exports_meanwhile,
        ),
    ):
        if names:
            print_title(screen, heading)
            for name in names:
                print_line(screen, f"  {name}")


def _print_heading(screen: Console, certificate: Certificate) -> None:
    done = "Forgotten" if certificate.applied else "Would be forgotten"
    print_title(screen, f"{done} by stack {certificate.stack}, {certificate.account} {certificate.region}")
    print_line(screen, f"{format_second(certificate.at)}, by {certificate.by}")
    if certificate.digest:
        print_line(screen, f"Known from now on as {certificate.digest}, a keyed hash of the address.")


def _print_counts(screen: Console, certificate: Certificate) -> None:
    table = make_table("", "erased" if certificate.applied else "found")
    for kind, meaning in _MEANINGS.items():
        found = certificate.erasure.counts[kind]
        if found:
            table.add_row(meaning, number(found))
    screen.print()
    screen.print(table if table.row_count else "Nothing has the address.")


def _print_lists(screen: Console, certificate: Certificate) -> None:
    if certificate.suppressed_in:
        print_title(screen, "Stays suppressed: SES alone has the address")
        for target in certificate.suppressed_in:
            print_line(screen, f"  {target.name}")


def certificate_to_json(certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as `--json` has it."""
    erasure = certificate.erasure
    return {
        "applied": certificate.applied,
        "stack": certificate.stack,
        "account": certificate.account,
        "region": certificate.region,
        "at": format_second(certificate.at),
        "by": certificate.by,
        "forgotten": certificate.digest or None,
        "erased" if certificate.applied else "found": {kind: erasure.counts[kind] for kind in ErasedKind},
        "is_complete": certificate.is_complete,
        "damaged": erasure.unread,
        "left": erasure.left,
        "exports_meanwhile": list(certificate.exports_meanwhile),
        "suppressed_in": [asdict(target) for target in certificate.suppressed_in],
        "expires": [
            {"what": each.what, "gone_at": format_second(each.gone_at), "why": each.why}
            for each in certificate.expiries
        ],
    }
