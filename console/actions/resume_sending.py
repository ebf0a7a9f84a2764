"""A person resumes a configuration set that protection paused, and the ledger records it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from console.errors import NotFoundError, NotPausedError, NotRecordedError
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.protection.actions import Resuming, resume_sending
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.shell_words import shell_command, shell_option
from ses_reputation.standing.state import EntityState, ProtectionState, ProtectionStep, Transition

_ATTEMPTS = 5
_NOT_PAUSED: Mapping[ProtectionStep, str] = {
    ProtectionStep.WOULD_PAUSE: "would have been paused",
    ProtectionStep.FAILED: "could not be paused",
    ProtectionStep.RESUMED: "was resumed by a person",
}


class StateTable(Protocol):
    """What is read and written of the ledger's table."""

    def read_states(self) -> Mapping[ReputationEntity, EntityState]:
        """Read the stored state of each entity."""

    def save(self, state: EntityState, transitions: Sequence[Transition]) -> bool:
        """Store a state that follows the stored one; return whether it was stored."""


@dataclass(frozen=True, slots=True)
class AccountSet:
    """A configuration set of an account in one Region."""

    entity: ReputationEntity
    name: str


def find_pause(table: StateTable, paused: AccountSet) -> ProtectionState:
    """Return when and why a configuration set was paused.

    Raises NotFoundError where nothing is known of the account, NotPausedError where it is not paused.
    """
    return _find(table, paused)[1]


def resume_configuration_set(
    table: StateTable,
    paused: AccountSet,
    who: str,
    resuming: Resuming,
    clock: Callable[[], datetime],
    stack_name: str,
) -> Transition:
    """Let a paused configuration set send again, and store that with its transition, which is published next.

    Where an assessment stores the account's state meanwhile, both are done again on the new state: to resume
    twice does no harm. Raises as `find_pause`, UnavailableError where SES does not do it, NotRecordedError.
    """
    for _ in range(_ATTEMPTS):
        now = clock()
        state, _paused = _find(table, paused)
        state, action = resume_sending(state, paused.name, f"{who} resumed it", resuming, now)
        transition = transition_of_action(NotificationContext(paused.entity, now, stack_name, None), action)
        following = replace(state, version=state.version + 1, unpublished=(*state.unpublished, transition.id))
        if table.save(following, [transition]):
            return transition
    raise NotRecordedError(
        f"{paused.name} sends again, but the ledger does not know it yet: an assessment stored its account "
        "each time. Run the command again."
    )


def _find(table: StateTable, paused: AccountSet) -> tuple[EntityState, ProtectionState]:
    state = table.read_states().get(paused.entity)
    if state is None:
        raise NotFoundError(
            f"Nothing is known of {paused.entity.title}: `ses-reputation standing` lists the known accounts."
        )
    taken = state.protection.get(paused.name)
    if taken is None or taken.step is not ProtectionStep.PAUSED:
        raise NotPausedError(_describe_other(paused, taken))
    return state, taken


def _describe_other(paused: AccountSet, taken: ProtectionState | None) -> str:
    says = f"says that it {_NOT_PAUSED[taken.step]}" if taken else "holds no pause of it"
    options = [
        "--sending-enabled",
        shell_option("--configuration-set-name", paused.name),
        shell_option("--region", paused.entity.region),
    ]
    resume = shell_command("aws sesv2 put-configuration-set-sending-options", options)
    return (
        f"{paused.name} of {paused.entity.title} is not paused by ses-reputation: the ledger {says}. If "
        f"somebody else paused it, this lets it send again: {' '.join(resume)}"
    )
