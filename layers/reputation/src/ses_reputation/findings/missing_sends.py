"""Configuration sets that tell deliveries and bounces, but no sends: their rates have no denominator."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ses_reputation.findings.feed_coverage.reported import (
    Cell,
    Tellings,
    by_stretch,
    newest_told,
    stretch_after,
)
from ses_reputation.findings.finding import FindingKind, Sighting, Verdict
from ses_reputation.rollup.entities import Book
from ses_reputation.wording import count, moment_of

# The latest outcomes that are looked at, and how few still tell something.
_ENOUGH_OUTCOMES, _LEAST_OUTCOMES = 50, 20
# Out-of-office replies give some mail two outcomes, and a send event is lost now and then.
_FOUND_SHARE, _CLEAR_SHARE = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class _SendsTold:
    """Sends and outcomes that a sender's feed told of the same stretches of mail."""

    sends: int
    outcomes: int

    def judge(self) -> Verdict:
        if self.sends >= _CLEAR_SHARE * self.outcomes:
            return Verdict.CLEAR
        is_found = self.outcomes >= _LEAST_OUTCOMES and self.sends <= _FOUND_SHARE * self.outcomes
        return Verdict.FOUND if is_found else Verdict.UNSURE


def find_missing_sends(book: Book, cells: Iterable[Cell]) -> list[Sighting]:
    """Return a sighting of each configuration set of an account. cells: the account's own, newest first.

    FOUND: at most half as many sends as outcomes, of at least 20. CLEAR: nine in ten are there.
    """
    by_set: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.is_settled:
            by_set.setdefault(cell.configuration_set, []).append(cell)
    return [_sight(book, name, own) for name, own in sorted(by_set.items())]


def _sight(book: Book, name: str, cells: Sequence[Cell]) -> Sighting:
    told = _latest(cells)
    verdict = told.judge()
    if verdict is not Verdict.FOUND:
        return Sighting(FindingKind.SENDS_MISSING, name, verdict)
    last_told = newest_told(cells, lambda each: each.sends)
    since = stretch_after(last_told)
    began = f"tells almost no sends since {moment_of(since)}" if since else "tells no sends"
    return Sighting(
        FindingKind.SENDS_MISSING,
        name,
        verdict,
        since,
        f"Configuration set {name} of account {book.name} {began}: its rates have no denominator",
        (
            ("told of the latest mail", f"{count(told.outcomes, 'outcome')}, {count(told.sends, 'send')}"),
            ("Region", book.region),
            ("likely cause", "the event destination does not select sends"),
        ),
        {"configuration_set": name, "sends": told.sends, "outcomes": told.outcomes, "last_told": last_told},
        (
            f"Add SEND to the MatchingEventTypes of the set's event destination: `aws sesv2 "
            f"get-configuration-set-event-destinations --configuration-set-name {name} --region "
            f"{book.region}` shows it.",
            "Until then bounces and complaints of this mail stand against the sends of other mail.",
        ),
    )


def _latest(cells: Sequence[Cell]) -> _SendsTold:
    sends = outcomes = 0
    for _, told in by_stretch(cells):
        sends, outcomes = sends + told.sends, outcomes + _outcomes(told)
        if outcomes >= _ENOUGH_OUTCOMES:
            break
    return _SendsTold(sends, outcomes)


def _outcomes(told: Tellings) -> int:
    return told.delivered.by_sender + told.bounced.by_sender
