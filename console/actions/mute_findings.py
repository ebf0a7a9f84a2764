"""A person mutes a finding or a standing, or ends a mute, and the ledger records who did and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from console.actions.resume_sending import StateTable
from console.errors import NotFoundError, NotRecordedError
from ses_reputation.notifications.transitions import transition_of_mute, transition_of_unmute
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.mutes import keys_to_mute, with_mute, without_mute
from ses_reputation.standing.state import EntityState, Mute, Transition
from ses_reputation.visible_text import visible

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class OpenKey:
    """What is muted: the key of a finding, or the measure of a standing, in one entity."""

    entity: ReputationEntity
    key: str


def find_key(states: Iterable[EntityState], key: str, *, is_muted: bool = False) -> OpenKey:
    """Return the one entity among some in which a finding or a standing is open, or muted, by its key.

    Raises NotFoundError where it is in none of them, or in several.
    """
    keys = [
        OpenKey(state.entity, each)
        for state in states
        for each in (sorted(state.mutes) if is_muted else keys_to_mute(state))
    ]
    # A person copies a key as it is shown.
    found = [each for each in keys if visible(each.key) == visible(key)]
    if len(found) == 1:
        return found[0]
    if found:
        titles = ", ".join(each.entity.title for each in found)
        raise NotFoundError(
            f"{visible(key)} is there of several: name one with --account and --region, or with --identity "
            f"({titles})."
        )
    known = ", ".join(dict.fromkeys(visible(each.key) for each in keys)) or "none"
    raise NotFoundError(f"{visible(key)} is not {'muted' if is_muted else 'open'} here. These are: {known}.")


def mute(table: StateTable, chosen: OpenKey, wanted: Mute) -> None:
    """Store a mute with its transition, in place of a mute before it.

    Raises NotFoundError where what is to be muted is over, NotRecordedError, UnavailableError.
    """

    def change(state: EntityState) -> tuple[EntityState, Transition]:
        find_key([state], chosen.key)
        muted = with_mute(state, chosen.key, wanted)
        return muted, transition_of_mute(chosen.entity, chosen.key, wanted)

    _store(table, chosen, change)


def unmute(table: StateTable, chosen: OpenKey, who: str, at: datetime) -> None:
    """End a mute, and store that with its transition.

    Raises NotFoundError where it is over already, NotRecordedError, UnavailableError.
    """

    def change(state: EntityState) -> tuple[EntityState, Transition]:
        find_key([state], chosen.key, is_muted=True)
        unmuted = without_mute(state, chosen.key)
        return unmuted, transition_of_unmute(chosen.entity, chosen.key, who, at)

    _store(table, chosen, change)


def _store(
    table: StateTable, chosen: OpenKey, change: Callable[[EntityState], tuple[EntityState, Transition]]
) -> None:
    """Store a change of an entity's state: again on the new state, where an assessment came first."""
    for _ in range(_ATTEMPTS):
        state = table.read_states().get(chosen.entity)
        if state is None:
            raise NotFoundError(f"Nothing is known of {chosen.entity.title} any more.")
        following, transition = change(state)
        if table.save(following, [transition]):
            return
    raise NotRecordedError(
        f"The mute of {visible(chosen.key)} was not stored: an assessment stored {chosen.entity.title} each "
        "time. Run the command again."
    )
