"""Where suppression lists and the ledger disagree, as last counted: numbers of what the party may see."""

from collections.abc import Collection, Iterator, Mapping

from ses_reputation.parties import PartyKind
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.scopes import PartyScope
from ses_reputation.statement.view.statement import DriftLine, DriftView
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts, DriftKind, DriftPlace
from ses_reputation.tallies import total_by_key
from ses_reputation.wording import count

_OF_IDENTITIES = (DriftKind.UNSUPPRESSED_ELSEWHERE, DriftKind.MISSING_FROM_LIST)
_MOST_NAMED = 10
_WORDS: Mapping[DriftKind, str] = {
    DriftKind.UNSUPPRESSED_ELSEWHERE: "may still be mailed by {place}, though mail of the same identity put "
    "them on another sender's list",
    DriftKind.MISSING_FROM_LIST: "bounced hard or complained, and {place} has them on no list",
    DriftKind.DELIVERED_SINCE: "are on a list of {place} for a bounce, and got mail that was sent later",
    DriftKind.REPEATED_SOFT_BOUNCES: "bounced softly on several days, and {place} has them on no list",
}


def view_drift(scope: PartyScope, inputs: StatementInputs) -> DriftView:
    """Return what was last counted of a party's lists; an owner's, of all who send with its identities.

    What other senders have on their lists is no business of a sender: it does not see what it lacks of them.
    """
    command = inputs.naming.command("suppression drift --publish", {})
    if inputs.drift is None:
        return DriftView(None, (), command)
    numbers = total_by_key(
        ((place.kind, place.account, place.region), number) for place, number in _own(inputs.drift, scope)
    )
    order = list(DriftKind)
    lines = (
        DriftLine(*place, number, _words(*place, number))
        for place, number in sorted(numbers.items(), key=lambda each: (order.index(each[0][0]), each[0]))
    )
    compared = tuple(_say_compared(scope, inputs.drift, is_apart=bool(numbers)))
    return DriftView(inputs.drift.counted_at, tuple(lines), command, compared)


def _say_compared(scope: PartyScope, drift: DriftCounts, *, is_apart: bool) -> Iterator[str]:
    """Yield which lists were compared, of the party's own and of whoever sends what it may see."""
    places = {
        *(place for place in drift.lists if place[0] == scope.party.account),
        *((entity.name, entity.region) for entity in scope.accounts),
        *((sender.account, sender.region) for sender in scope.senders),
    }
    read, unread = places.intersection(drift.lists), places.difference(drift.lists)
    if read:
        lists, ledger = f"lists of {_names(read)}", f"the ledger of the last {count(drift.days, 'day')}"
        yield f"Compared with {ledger}: the {lists}." if is_apart else f"The {lists} agree with {ledger}."
        if drift.hours_left_out:
            yield f"Not searched for later deliveries: {count(drift.hours_left_out, 'hour')} of mail."
    if unread:
        yield f"Not compared, since no complete snapshot was there: the lists of {_names(unread)}."
    if not places:
        yield "No list is known that could be compared."


def _names(places: Collection[tuple[str, str]]) -> str:
    first, others = sorted(places)[:_MOST_NAMED], len(places) - _MOST_NAMED
    names = ", ".join(f"{account} in {region}" for account, region in first)
    return f"{names} and {others:,} more" if others > 0 else names


def _own(drift: DriftCounts, scope: PartyScope) -> Iterator[tuple[DriftPlace, int]]:
    identities = {entity.name for entity in scope.identities}
    is_owner = scope.party.kind is PartyKind.OWNER
    for place, number in drift.counts.items():
        is_of_own_list = place.account == scope.party.account
        if is_owner and place.kind in _OF_IDENTITIES:
            if not identities.isdisjoint(place.identities):
                yield place, number
        elif is_of_own_list and place.kind is not DriftKind.UNSUPPRESSED_ELSEWHERE:
            yield place, number


def _words(kind: DriftKind, account: str, region: str, number: int) -> str:
    return f"{count(number, 'recipient')}: {_WORDS[kind].format(place=f'{account} in {region}')}."
