"""The sentences that open a statement, and say where an entity stands."""

from collections.abc import Sequence

from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.rollup.rate_counts import Dimension
from ses_reputation.standing.state import EntityState
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.facts.measures import measure_sentence
from ses_reputation.statement.facts.ses_view import is_in_trouble, view_ses
from ses_reputation.statement.naming import Naming
from ses_reputation.wording import count, event_noun

NOTHING_SENT = "Nothing has been sent yet."


def entity_headline(title: str, mail: Evaluated, state: EntityState | None, naming: Naming) -> str:
    """Return where an entity stands: what SES has done to it, else its worst measure, and whose it is."""
    ses = view_ses(state, ())
    if ses and is_in_trouble(state):
        return f"{_capital(title)}: {ses.words}"
    if mail.standing is None:
        return f"{_capital(title)} has no mail that is rated."
    whose = _by_whom(mail, naming) if state else ""
    return f"{_capital(title)} is {measure_sentence(mail, mail.worst)}{whose}."


def _by_whom(mail: Evaluated, naming: Naming) -> str:
    """Return `; 404 of its 440 hard bounces came through Agency North (444455556666)`, where it is so."""
    if mail.entity.kind is not EntityKind.IDENTITY or mail.standing is Standing.HEALTHY:
        return ""
    kind, noun = Dimension.SENDING_ACCOUNT, event_noun(mail.worst)
    sender = next((each for each in mail.causes(mail.worst) if each.mail_slice.kind is kind), None)
    if sender is None:
        return ""
    whom = naming.account_title(sender.mail_slice.name)
    number = "all" if sender.events == sender.of else f"{sender.events:,}"
    return f"; {number} of its {count(sender.of, noun)} came through {whom}"


def statement_headline(headlines: Sequence[tuple[str, bool | None]], nothing: str = NOTHING_SENT) -> str:
    """Return how a statement begins.

    headlines: of each entity, that of most concern first, and whether it is well; None where nothing of it is
    rated.
    """
    if not headlines:
        return nothing
    first, is_well = headlines[0]
    if len(headlines) == 1:
        return first
    if is_well is False:
        return f"{first}{_others([each for _, each in headlines[1:]])}"
    return _all_well(first, len(headlines), sum(each is not None for _, each in headlines))


def _all_well(first: str, number: int, rated: int) -> str:
    if not rated:
        return f"None of the {number:,} has mail that is rated."
    if rated == 1:
        return f"One of the {number:,} has mail that is rated. {first}"
    which = f"All {rated:,}" if rated == number else f"The {rated:,} of {number:,} that are rated"
    return f"{which} are healthy. Nearest to a threshold: {first}"


def _others(are_well: Sequence[bool | None]) -> str:
    """Return ` 1 of the 2 others needs a look, too.`; nothing where all others are well."""
    number = are_well.count(False)
    if not number:
        return ""
    if len(are_well) == 1:
        return " The other one needs a look, too."
    return f" {number:,} of the {len(are_well):,} others {'needs' if number == 1 else 'need'} a look, too."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
