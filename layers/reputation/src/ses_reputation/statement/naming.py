"""How a statement names things: accounts, entities, text of others, and commands to copy."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from re import ASCII
from re import compile as pattern

from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.shell_words import our_command
from ses_reputation.visible_text import shorten_addresses, visible

_IS_PLAIN = pattern(r"[\w.@+-]+", ASCII).fullmatch


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


def entity_ids(entities: Iterable[ReputationEntity]) -> dict[ReputationEntity, str]:
    """Return what names each entity within a statement: it holds no whole address, and no letter that acts.

    `account-444455556666-us-east-1`, `identity-example.com`, of an address `identity-s...@example.com`. Those
    that would be alike count on in the order of their names, `identity-s...@example.com~2`. There is no hash
    of an address either: whoever has a list of addresses could try them.
    """
    ids: dict[ReputationEntity, str] = {}
    number: Counter[str] = Counter()
    for entity in sorted(set(entities)):
        name = _plain_id(entity)
        number[name] += 1
        ids[entity] = name if number[name] == 1 else f"{name}~{number[name]}"
    return ids


def _plain_id(entity: ReputationEntity) -> str:
    names = "-".join(filter(None, (entity.name, entity.region)))
    return f"{entity.kind}-{shorten_addresses(names)}" if _IS_PLAIN(names) else str(entity.kind)
