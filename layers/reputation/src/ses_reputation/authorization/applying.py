"""Writing policies to SES: what is to be written, written with patience, read back and compared.

Each step can be repeated: what SES stores already is left alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from ses_reputation.authorization.errors import (
    PolicyConflictError,
    PolicyNotStoredError,
    PolicyRefusedError,
    TooManyPoliciesError,
)
from ses_reputation.authorization.policy_comparison import differences_of, has_id_for_name
from ses_reputation.authorization.policy_document import MOST_POLICIES, policy_text

# About a minute: a user or role that was made just now is not known everywhere at once, and SES refuses it as
# an invalid principal until then (hashicorp/terraform-provider-aws issue 22549).
WAITS = (2, 4, 8, 16, 30)


class PolicyStore(Protocol):
    """What writing policies needs of a store."""

    def read(self) -> dict[str, str]:
        """Return the documents by name."""
        ...

    def create(self, name: str, text: str) -> None:
        """Add a policy."""
        ...

    def update(self, name: str, text: str) -> None:
        """Replace a policy."""
        ...

    def delete(self, name: str) -> None:
        """Delete a policy."""
        ...


class WriteKind(StrEnum):
    """What is done to a policy."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class PolicyWrite:
    """One policy to write. document: as it is to be; None where it is deleted."""

    name: str
    kind: WriteKind
    document: Mapping[str, Any] | None


def plan_writes(
    existing: Mapping[str, str], wanted: Mapping[str, Mapping[str, Any] | None]
) -> tuple[PolicyWrite, ...]:
    """Return what to do so that SES stores the documents that are wanted; None for a policy to delete.

    Raises TooManyPoliciesError where the identity would have more policies than SES keeps.
    """
    # Those to be deleted count too, since they go last: nobody may send more in between.
    together = {*existing, *wanted}
    if len(together) > MOST_POLICIES:
        raise TooManyPoliciesError(
            f"The identity would have {len(together)} policies, and SES keeps {MOST_POLICIES}. Nothing was "
            "written: merge some, delete what is not needed, or allow a whole AWS organization by one "
            "(`authorize draft --organization`)."
        )
    writes = (
        PolicyWrite(name, _kind(name, document, existing), document) for name, document in wanted.items()
    )
    return tuple(sorted(writes, key=lambda write: write.kind is WriteKind.DELETE))


def write_policies(
    store: PolicyStore,
    writes: Sequence[PolicyWrite],
    wait: Callable[[float], None],
    report: Callable[[str], None],
) -> None:
    """Write policies, and compare what SES stores with what it was given.

    A refusal is tried again for about a minute, and so is reading back where something else is stored;
    `report` hears why, and in how many seconds. Raises what the store raises, and PolicyNotStoredError where
    SES stores something else to the end.
    """
    for write in writes:
        _write_patiently(store, write, wait, report)
    for seconds in WAITS:
        if not (odd := _first_odd(store.read(), writes)):
            return
        report(f"SES does not show policy {odd.name} as it was given yet: again in {seconds:.0f} s.")
        wait(seconds)
    stored = store.read()
    if odd := _first_odd(stored, writes):
        raise PolicyNotStoredError(_describe_odd(odd, stored.get(odd.name)))


def is_same(stored: str | None, document: Mapping[str, Any] | None) -> bool:
    """Return whether SES stores a document: what it says, however it is written down."""
    if stored is None or document is None:
        return stored is None and document is None
    try:
        return not differences_of(stored, document)
    except ValueError:
        return False


def _first_odd(stored: Mapping[str, str], writes: Sequence[PolicyWrite]) -> PolicyWrite | None:
    return next((each for each in writes if not is_same(stored.get(each.name), each.document)), None)


def _describe_odd(odd: PolicyWrite, stored: str | None) -> str:
    said = f"SES does not store policy {odd.name} as it was given"
    if odd.document is None:
        return f"{said}: it was deleted, and is still there. Look at `authorize show`."
    if stored is None:
        return f"{said}: there is none of that name. Look at `authorize show`."
    try:
        differences = differences_of(stored, odd.document)
    except ValueError as error:
        return f"{said}: {error}. Read it with `authorize show`."
    where = "; ".join(map(str, differences))
    if has_id_for_name(differences):
        return (
            f"{said}: {where}. An id in place of a name is a user or role that was deleted, or made anew: "
            "see that it exists, and apply the policy again."
        )
    return f"{said}: {where}. Read it with `authorize show`."


def _kind(name: str, document: Mapping[str, Any] | None, existing: Mapping[str, str]) -> WriteKind:
    if is_same(existing.get(name), document):
        return WriteKind.KEEP
    if document is None:
        return WriteKind.DELETE
    return WriteKind.UPDATE if name in existing else WriteKind.CREATE


def _write_patiently(
    store: PolicyStore, write: PolicyWrite, wait: Callable[[float], None], report: Callable[[str], None]
) -> None:
    for seconds in WAITS:
        try:
            return _write(store, write)
        except PolicyRefusedError as refusal:
            later = f"It may not know a new user or role yet: again in {seconds:.0f} s."
            said = str(refusal).rstrip(".")
            report(f"SES refuses policy {write.name}: {said}. {later}")
            wait(seconds)
    return _write(store, write)


def _write(store: PolicyStore, write: PolicyWrite) -> None:
    text = policy_text(write.document or {})
    try:
        match write.kind:
            case WriteKind.CREATE:
                store.create(write.name, text)
            case WriteKind.UPDATE:
                store.update(write.name, text)
            case WriteKind.DELETE:
                store.delete(write.name)
    except PolicyConflictError:
        # An answer that was lost on its way makes the same call come twice.
        if not is_same(store.read().get(write.name), write.document):
            raise
