"""The policies of an account's identities, kept in memory as SES keeps them."""

import json

from ses_reputation.authorization.errors import (
    IdentityUnknownError,
    PolicyConflictError,
    PolicyRefusedError,
    TooManyPoliciesError,
)
from ses_reputation.authorization.identity_arn import IdentityArn

MOST = 20


class PoliciesInMemory:
    """Stands for `IdentityPolicies`. refusals: SES's texts for the next writes; calls: what was written."""

    def __init__(self, identity: IdentityArn, others: dict[str, dict[str, str]] | None = None) -> None:
        self.identity = identity
        self.identities: dict[str, dict[str, str]] = {**(others or {}), identity.name: {}}
        self.refusals: list[str] = []
        self.calls: list[tuple[str, str]] = []

    @property
    def stored(self) -> dict[str, str]:
        """The documents of the identity, by name."""
        return self.identities[self.identity.name]

    def read(self) -> dict[str, str]:
        return self.read_of(self.identity.name)

    def read_of(self, name: str) -> dict[str, str]:
        if name not in self.identities:
            raise IdentityUnknownError(f"Email identity {name} does not exist.")
        return dict(self.identities[name])

    def create(self, name: str, text: str) -> None:
        self._take("create", name)
        if name in self.stored:
            raise PolicyConflictError(f"Policy {name} already exists")
        if len(self.stored) == MOST:
            raise TooManyPoliciesError("Number of policies exceeds max allowed number")
        self.stored[name] = _without_white_space(text)

    def update(self, name: str, text: str) -> None:
        self._take("update", name)
        self._find(name)
        self.stored[name] = _without_white_space(text)

    def delete(self, name: str) -> None:
        self._take("delete", name)
        self._find(name)
        del self.stored[name]

    def names_of_identities(self) -> list[str]:
        return list(self.identities)

    def _take(self, verb: str, name: str) -> None:
        self.calls.append((verb, name))
        if self.refusals:
            raise PolicyRefusedError(self.refusals.pop(0))

    def _find(self, name: str) -> None:
        if name not in self.stored:
            raise PolicyConflictError(f"Policy {name} does not exist")


def _without_white_space(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":"))
