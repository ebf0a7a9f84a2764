"""Where an address is listed, as people and programs read it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console

from console.terminal.screen import print_indented, print_line, print_title
from console.terminal.wording import age
from ses_reputation.suppression.changes.cause import describe_cause
from ses_reputation.suppression.forgotten import name_address, show_address
from ses_reputation.suppression.lookup.address_validation import AddressValidation
from ses_reputation.suppression.lookup.find import AddressInList, FoundRow, ListAnswer
from ses_reputation.suppression.lookup.newest_run import UnreadLists
from ses_reputation.suppression.lookup.run_history import ListedSince
from ses_reputation.wording import count


def print_answers(
    screen: Console, address: str, answers: Sequence[AddressInList], unread: UnreadLists, now: datetime
) -> None:
    """Print what each list says, those that have the address first, and then the sum of it."""
    print_title(screen, address)
    order = list(ListAnswer)
    for each in sorted(answers, key=lambda each: order.index(each.answer)):
        _print_answer(screen, each, now)
    for (account, region), why in unread.tenants.items():
        screen.print()
        print_indented(screen, f"{account} {region}, tenants: unknown", columns=0, style="bold")
        print_indented(screen, why)
    screen.print()
    print_line(screen, _sum_up(answers), "bold")


def _print_answer(screen: Console, each: AddressInList, now: datetime) -> None:
    screen.print()
    print_indented(screen, f"{each.target.name}: {_name_answer(each)}", columns=0, style="bold")
    for found in each.found:
        row = found.row
        shown = show_address(row.email_address)
        print_indented(screen, f"{shown}  {row.reason}, last updated {row.last_update_time}")
        for line in _describe_found(found):
            print_indented(screen, line, columns=4)
    if each.manifest:
        finished = age(each.manifest.finished_at, now)
        print_indented(screen, f"As of snapshot {each.manifest.run.run_id}, finished {finished}.")
    for line in (each.problem, _describe_validation(each)):
        if line:
            print_indented(screen, line)


def _name_answer(each: AddressInList) -> str:
    if each.answer is ListAnswer.NOT_LISTED and each.validation and each.validation.may_hold_mail_back:
        return "not listed; may be held back by address validation (EmailValidationSuppressed)"
    return each.answer.replace("_", " ")


def _describe_found(found: FoundRow) -> Iterator[str]:
    yield _describe_since(found.since)
    if found.cause:
        yield f"Cause: {describe_cause(found.cause)}."
    if found.is_acted_on is False:
        yield (
            f"Not acted on: the account's settings do not suppress for {found.row.reason}. A configuration "
            "set that overrides them may."
        )


def _describe_since(since: ListedSince | None) -> str:
    if since is None:
        return "Older snapshots cannot be read: since when it is listed is not known."
    first = since.first.run.run_id
    if since.before:
        return f"Listed since between snapshots {since.before.run.run_id} (not in it) and {first}."
    if since.is_older:
        return (
            f"Listed in snapshot {first} already, and renewed so often since that older ones were not read."
        )
    return f"Listed in the oldest snapshot there is, {first}."


def _describe_validation(each: AddressInList) -> str:
    validation = each.validation
    if each.answer is not ListAnswer.NOT_LISTED or validation is None:
        return ""
    places = [*(["the account"] if validation.is_on_for_account else []), *map(repr, validation.sets)]
    if places:
        return f"Address validation is on for {', '.join(places)}: it holds mail back that no list names."
    if validation.is_on_for_account is None:
        return "Whether address validation holds mail back there was not recorded."
    return ""


def _sum_up(answers: Sequence[AddressInList]) -> str:
    counts = Counter(each.answer for each in answers)
    said = f"Listed in {counts[ListAnswer.LISTED]} of {count(len(answers), 'list')}."
    unknown = counts[ListAnswer.UNKNOWN]
    return f"{said} {count(unknown, 'list is', 'lists are')} unknown." if unknown else said


def describe_answer(each: AddressInList) -> dict[str, Any]:
    """Return what a list says as JSON values; rows with the field names of the SES API."""
    target, manifest = each.target, each.manifest
    return {
        "account": target.account,
        "region": target.region,
        "tenant": target.tenant or None,
        "answer": each.answer,
        "snapshot": manifest and manifest.run.run_id,
        "finished_at": manifest and manifest.finished_at.isoformat().replace("+00:00", "Z"),
        "rows": [_describe_row(found) for found in each.found],
        "address_validation": each.validation and _validation_to_json(each.validation),
        "problem": each.problem or None,
    }


def describe_unnamed(unread: UnreadLists) -> list[dict[str, str]]:
    """Return the places whose tenants could not be listed, as JSON values."""
    return [
        {"account": account, "region": region, "problem": why}
        for (account, region), why in unread.tenants.items()
    ]


def _describe_row(found: FoundRow) -> dict[str, Any]:
    since = found.since
    name, address = name_address(found.row.email_address)
    return {
        name: address,
        "Reason": found.row.reason,
        "LastUpdateTime": found.row.last_update_time,
        "listed_since": since and since.first.run.run_id,
        "not_listed_in": since.before.run.run_id if since and since.before else None,
        "is_older": since.is_older if since else None,
        "is_acted_on": found.is_acted_on,
        "cause": found.cause and found.cause.to_json(),
    }


def _validation_to_json(validation: AddressValidation) -> dict[str, Any]:
    return {"account": validation.is_on_for_account, "configuration_sets": list(validation.sets)}
