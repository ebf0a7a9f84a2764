"""Changes made in SES one after another, and taken back where one of them fails."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from ses_reputation.accounts.errors import IdentityGoneError, IdentitySettingError
from ses_reputation.accounts.identity_settings import SettingChange
from ses_reputation.errors import SesReputationError

RESERVE_SECONDS = 75
"""For the last call with its repeats, and for the answer."""


class SettingStore(Protocol):
    """Reads settings by identity, and writes one change a call; see identity_store.py for its errors."""

    def read(self, identities: Iterable[str]) -> dict[str, dict[str, str]]:
        """Read what identities have; unknown identities are left out."""

    def write(self, change: SettingChange) -> None:
        """Make one change."""


class HalfDoneError(IdentitySettingError):
    """A change failed, and some that were made before it could not be taken back; the text names them."""


def apply_changes(
    store: SettingStore, changes: Sequence[SettingChange], seconds_left: Callable[[], float]
) -> None:
    """Make all changes, or none: each takes a second, and so does taking it back.

    Raises what the change that failed raised, after all before it are taken back; HalfDoneError where one of
    these could not be.
    """
    require_time(2 * len(changes), seconds_left)
    for number, change in enumerate(changes, start=1):
        try:
            require_time(number, seconds_left)
            store.write(change)
        except Exception as error:
            # The one that failed may have been made all the same, if only its answer was lost.
            _undo(store, changes[:number], error)
            raise


def release_changes(
    store: SettingStore, changes: Sequence[SettingChange], seconds_left: Callable[[], float]
) -> None:
    """Make changes that give back what is ours. An identity that is gone has nothing to give back.

    Raises IdentitySettingError or UnavailableError; done again, it goes on from there.
    """
    for number, change in enumerate(changes):
        require_time(len(changes) - number, seconds_left)
        try:
            store.write(change)
        except IdentityGoneError:
            continue


def require_time(calls: int, seconds_left: Callable[[], float]) -> None:
    """Raise IdentitySettingError where so many calls, at one a second, take longer than there is time."""
    if calls + RESERVE_SECONDS > seconds_left():
        raise IdentitySettingError(
            f"{calls} more calls to SES, at one a second, take longer than this function may run: "
            "name fewer identities in this stack, and the others in another"
        )


def _undo(store: SettingStore, made: Sequence[SettingChange], cause: Exception) -> None:
    remaining = []
    for change in reversed(made):
        try:
            store.write(change.undone())
        except IdentityGoneError:
            continue
        except SesReputationError as error:
            # The change that failed was most likely never made, and then there is nothing to take back.
            if change is not made[-1]:
                remaining.append(f"{change.setting} of {change.identity} ({error})")
    if remaining:
        raise HalfDoneError(f"{cause}. Could not be taken back: {', '.join(remaining)}") from cause
