"""Who has a statement, and what each may see: an owner its identities, a sender its own mail alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ses_reputation.parties import Ownership, PartyKind
from ses_reputation.rollup.entities import (
    EntityKind,
    ReputationEntity,
    SenderIdentity,
    account_entity,
    identity_entity,
)
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.view.statement import StatementParty


@dataclass(frozen=True, slots=True)
class PartyScope:
    """What one party may see.

    accounts: its own account in each Region that it sends in. identities: an owner's, those that it owns; a
    sender's, those that it sends with. senders: whose mail it may see at all: with its identities, and by
    itself.
    """

    party: StatementParty
    accounts: tuple[ReputationEntity, ...]
    identities: tuple[ReputationEntity, ...]
    senders: tuple[SenderIdentity, ...]


@dataclass(frozen=True, slots=True)
class StatementParties:
    """The accounts that have a statement, besides those that send. owners, delegates: as registered."""

    ownership: Ownership
    owners: Collection[str] = ()
    delegates: Collection[str] = ()

    def scopes(
        self, senders: Iterable[SenderIdentity], entities: Iterable[ReputationEntity], naming: Naming
    ) -> list[PartyScope]:
        """Return each party with what it may see, owners first.

        senders: all that are known. entities: all that have a state. An account that owns identities has a
        statement as their owner; one that sends with an identity of another has one as a sender too.
        """
        known, accounts = sorted(set(senders)), _accounts(entities)
        owner_of = {sender.identity: self.ownership.owner_of(sender.identity) for sender in known}
        owners = {*self.owners, *self.ownership.accounts}
        sending = {
            sender.account for sender in known
            if sender.account not in owners or owner_of[sender.identity] != sender.account
        }  # fmt: skip
        others = {entity.name for entity in accounts} - owners
        return [
            *(self._owner(owner, known, owner_of, accounts, naming) for owner in sorted(owners)),
            *(
                _delegate(account, known, accounts, naming)
                for account in sorted(sending | others | set(self.delegates))
            ),
        ]

    def _owner(
        self,
        owner: str,
        known: Iterable[SenderIdentity],
        owner_of: Mapping[str, str],
        accounts: Iterable[ReputationEntity],
        naming: Naming,
    ) -> PartyScope:
        own = tuple(sender for sender in known if owner in {owner_of[sender.identity], sender.account})
        identities = {sender.identity for sender in own if owner_of[sender.identity] == owner}
        party = StatementParty(PartyKind.OWNER, owner, naming.display_name(owner))
        return PartyScope(party, _own_accounts(owner, own, accounts), _identities(identities), own)


def _delegate(
    account: str, known: Iterable[SenderIdentity], accounts: Iterable[ReputationEntity], naming: Naming
) -> PartyScope:
    own = tuple(sender for sender in known if sender.account == account)
    party = StatementParty(PartyKind.DELEGATE, account, naming.display_name(account))
    identities = _identities(sender.identity for sender in own)
    return PartyScope(party, _own_accounts(account, own, accounts), identities, own)


def _accounts(entities: Iterable[ReputationEntity]) -> list[ReputationEntity]:
    return sorted(entity for entity in entities if entity.kind is EntityKind.ACCOUNT)


def _own_accounts(
    account: str, senders: Iterable[SenderIdentity], accounts: Iterable[ReputationEntity]
) -> tuple[ReputationEntity, ...]:
    sent = {account_entity(*sender[:2]) for sender in senders if sender.account == account}
    return tuple(sorted(sent | {entity for entity in accounts if entity.name == account}))


def _identities(names: Iterable[str]) -> tuple[ReputationEntity, ...]:
    return tuple(identity_entity(name) for name in sorted(set(names)))


def domains_of(identities: Iterable[str]) -> dict[str, str]:
    """Return for each identity the shortest of these identities that it lies within, else its own domain.

    `mail.example.com` and `news@example.com` are of `example.com`, where that is one of them. Which domains
    belong to one organisation is not in their names: no list of public suffixes is asked.
    """
    names = set(identities)
    return {name: _domain_of(name, names) for name in sorted(names)}


def senders_of_domain(senders: Iterable[SenderIdentity], domain: str) -> list[SenderIdentity]:
    """Return those of some senders whose identities `domains_of` puts under a domain, sorted.

    senders: all that are known to send with identities of one owner, or more of them.
    """
    within = [sender for sender in sorted(senders) if f".{_host(sender.identity)}".endswith(f".{domain}")]
    domains = domains_of(sender.identity for sender in within)
    return [sender for sender in within if domains[sender.identity] == domain]


def _domain_of(identity: str, names: Collection[str]) -> str:
    domain = _host(identity)
    labels = domain.split(".")
    above = (".".join(labels[place:]) for place in range(len(labels) - 1, -1, -1))
    return next((each for each in above if each in names), domain)


def _host(identity: str) -> str:
    return identity.rpartition("@")[2]
