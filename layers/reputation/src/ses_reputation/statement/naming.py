"""How a statement names things: accounts, entities, text of others, and commands to copy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2s

from ses_reputation.rollup.entities import EntityKind, ReputationEntity
from ses_reputation.shell_words import our_command
from ses_reputation.visible_text import shorten_addresses, visible

_FINGERPRINT_BYTES = 6


@dataclass(frozen=True, slots=True)
class Naming:
    """What a stack calls itself, and the accounts.

    account_names: display names by account, as the parameter AccountNames has them.
    """

    stack_name: str
    account_names: Mapping[str, str] = field(default_factory=dict)

    def display_name(self, account: str) -> str:
        """Return an account's display name, "" where it has none."""
        return shown(self.account_names.get(account, ""))

    def account_title(self, account: str) -> str:
        """Return `Agency North (444455556666)`, or the account alone."""
        name = self.display_name(account)
        return f"{name} ({account})" if name else account

    def command(self, name: str, options: Mapping[str, str], argument: str = "") -> str:
        """Return a command of ours to copy; an option without a value is left out, addresses are short."""
        return our_command(name, {**options, "stack": self.stack_name}, argument)


def shown(text: str) -> str:
    """Return text of others as a statement has it: each letter can be seen, addresses are shortened."""
    return shorten_addresses(visible(text))


def entity_title(entity: ReputationEntity) -> str:
    """Return `identity example.com`, `account 444455556666 in us-east-1`; an address is shortened."""
    return shorten_addresses(entity.title)


def entity_id(entity: ReputationEntity) -> str:
    """Return what names an entity within a statement: it holds no address, and no letter that acts.

    `account-444455556666-us-east-1`, `identity-example.com`, `identity-9f3a5c01d2e4` of an address.
    """
    if entity.kind is EntityKind.ACCOUNT:
        return f"{entity.kind}-{shown(entity.name)}-{shown(entity.region)}"
    is_domain = "@" not in entity.name and entity.name.isascii() and entity.name.isprintable()
    fingerprint = blake2s(entity.name.encode(), digest_size=_FINGERPRINT_BYTES).hexdigest()
    return f"{entity.kind}-{entity.name if is_domain else fingerprint}"
