"""Whom a stack speaks to: the owners of identities, and the accounts that send. Each has a statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ses_reputation.rollup.entities import EntityKind, ReputationEntity


class PartyKind(StrEnum):
    """Whose statement it is: an owner's, of its identities, or a sending account's, of its own mail."""

    OWNER = "owner"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class PartyId:
    """Who a statement is for."""

    kind: PartyKind
    account: str

    @property
    def name(self) -> str:
        """Its name among the parties, which commands and keys of objects have: `owner-111122223333`."""
        return f"{self.kind}-{self.account}"


def page_of(party: str) -> str:
    """Return where a party's page is, within the folder of all: `owner-111122223333/statement.html`."""
    return f"{party}/statement.html"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which account owns an identity.

    SES names the owner in each event, but balances do not keep it; so the stack's parameter IdentityOwners
    says which identities are not of the ledger's own account.

    ledger_account: owns what `owners` does not name; whoever reads its stack sees all figures anyway. owners:
    accounts by domain or address, in lower case; a domain's subdomains and addresses are with it.
    """

    ledger_account: str
    owners: Mapping[str, str] = field(default_factory=dict)

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that own identities."""
        return frozenset({self.ledger_account, *self.owners.values()})

    def party_of(self, entity: ReputationEntity) -> PartyId:
        """Return on whose statement an entity stands: an identity on its owner's, an account on its own."""
        return self.party_of_account(
            entity.name if entity.kind is EntityKind.ACCOUNT else self.owner_of(entity.name)
        )

    def party_of_account(self, account: str) -> PartyId:
        """Return an account as the owner that it is, else as a sender."""
        return PartyId(PartyKind.OWNER if account in self.accounts else PartyKind.DELEGATE, account)

    def owner_of(self, identity: str) -> str:
        """Return the account that owns an identity."""
        name = identity
        while name:
            if name in self.owners:
                return self.owners[name]
            # An address is within its domain, and a domain within the one above it.
            name = name.partition("@" if "@" in name else ".")[2]
        return self.ledger_account
