"""What one account sends with an identity: where it stands by itself, as statements' pages have it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.errors import NotFoundError
from console.stack.selection import EntityChoice, check_known
from ses_reputation.environment import read_owners
from ses_reputation.parties import Ownership
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import SenderIdentity, identity_entity
from ses_reputation.rollup.sender_mail import DistantMailTable, read_mail, read_totals_before
from ses_reputation.standing.state import EntityState
from ses_reputation.statement.facts.evaluated import Evaluated, evaluate_part, with_beginnings
from ses_reputation.statement.facts.reasons import view_reasons
from ses_reputation.statement.inputs import DAYS_READ, WHOLE_DAYS
from ses_reputation.statement.scopes import senders_of_domain
from ses_reputation.statement.view.rates import SliceView
from ses_reputation.visible_text import shorten_addresses, visible


@dataclass(frozen=True, slots=True)
class PartStanding:
    """An account's part in an identity, rated at a time over its latest mail within 30 days.

    choice: the account, the identity, and a Region if it is of one alone. identities: whose mail it is,
    sorted. reasons: why its mail of these days bounced, and what people complained of.
    """

    choice: EntityChoice
    identities: Sequence[str]
    at: datetime
    mail: Evaluated
    reasons: Sequence[SliceView] = ()

    @property
    def title(self) -> str:
        """The part in words: `identity example.com, as 444455556666 sends with it`."""
        where = f" in {self.choice.region}" if self.choice.region else ""
        return visible(f"identity {self.choice.identity}, as {self.choice.account} sends with it{where}")

    @property
    def state(self) -> EntityState:
        """The part as an entity that was assessed at that time: nobody assesses parts."""
        view = {"measures": {str(measure): plain for measure, plain in self.mail.measures.items()}}
        return EntityState(self.mail.entity, 1, self.at, dict(self.mail.states), view=view)


def choose_part(
    senders: Iterable[SenderIdentity],
    choice: EntityChoice,
    parameters: Mapping[str, str],
    *,
    is_grouped: bool,
) -> list[SenderIdentity]:
    """Return the senders of an account's part in an identity alone, or in all that is grouped under a domain.

    senders: all that are known. An address can be chosen as pages show it: `s...@example.com`. parameters:
    those of the stack, which tell whose identities are grouped. Raises NotFoundError where there are none.
    """
    known, place = sorted(senders), EntityChoice(choice.account, choice.region)
    meant = _grouped(known, choice.identity, parameters) if is_grouped else _named(known, choice.identity)
    found = [sender for sender in meant if place.has_sender(sender)]
    if not found:
        check_known(known, choice)
        within = sorted({sender.identity for sender in known if choice.has_sender(sender)})
        raise NotFoundError(
            f"Of {choice.title()} the ledger knows mail of {visible(', '.join(within))}: name one of "
            "them, or add those of a domain up by --with-subdomains."
        )
    return found


def read_part(
    table: DistantMailTable,
    senders: Sequence[SenderIdentity],
    choice: EntityChoice,
    rules: StandingRules,
    now: datetime,
) -> PartStanding:
    """Return where the mail of a part's senders stands by itself, as of an aware time."""
    entity = identity_entity(choice.identity)
    days = read_mail(table, senders, now, WHOLE_DAYS).days
    accounts = {(sender.account, sender.region) for sender in senders}
    earlier = read_totals_before(table, accounts, now, DAYS_READ, WHOLE_DAYS)
    sent_on = {day.day for day in (*earlier, *days) if day.sender in senders}
    mail = with_beginnings(evaluate_part(entity, days, rules, now), days, sent_on, rules, now)
    identities = sorted({sender.identity for sender in senders})
    return PartStanding(choice, identities, now, mail, view_reasons(days))


def _named(senders: Iterable[SenderIdentity], identity: str) -> list[SenderIdentity]:
    return [each for each in senders if identity in {each.identity, shorten_addresses(each.identity)}]


def _grouped(
    senders: Iterable[SenderIdentity], domain: str, parameters: Mapping[str, str]
) -> list[SenderIdentity]:
    """Return the senders with a domain's identities of the same owner, whichever account that is."""
    ownership = Ownership("", read_owners(parameters, "IdentityOwners"))
    owner = ownership.owner_of(domain)
    return senders_of_domain((each for each in senders if ownership.owner_of(each.identity) == owner), domain)
