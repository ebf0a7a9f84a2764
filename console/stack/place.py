"""Where a command asks AWS, and as whom: what --profile and --region say, and what errors name."""

from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """What an operator asked for, and what came of it.

    regions: where to look for the stack before one's own Region. is_remote: the options are of a deployed
    stack alone. account, region: who and where is asked in the end, "" while that is not known.
    """

    profile: str = ""
    regions: tuple[str, ...] = ()
    is_remote: bool = False
    account: str = ""
    region: str = ""

    def title(self) -> str:
        """The place in words: `account 111122223333, Region eu-west-1, profile prod`; "" where unknown."""
        parts = (("account", self.account), ("Region", self.region), ("profile", self.profile))
        return ", ".join(f"{noun} {name}" for noun, name in parts if name)


_NOWHERE = AskedPlace()
_PLACE = ContextVar("_PLACE", default=_NOWHERE)


def asked_place() -> AskedPlace:
    """Return where the command that runs asks AWS."""
    return _PLACE.get()


def ask_at(place: AskedPlace) -> None:
    """Let all that follows ask there."""
    _PLACE.set(place)


def note_asked(region: str, account: str = "") -> None:
    """Remember who is asked in the end, for an error to name."""
    _PLACE.set(replace(_PLACE.get(), region=region, account=account))
