"""What a stack sets of SES identities, as plain values: what to change, in which order, and what to leave.

```
wanted before --\
wanted now ------>  plan_changes  ->  steps, one call each, and what was left alone
as SES has it --/
```
A resource gives back only what it set itself: a value that somebody changed since is theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Settings = Mapping[str, str]
"""Of one identity, by the setting's name; "" is what SES has where nothing is set."""
Wanted = Mapping[str, Settings]
"""Settings by identity."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One call: an identity's setting gets a value in place of another."""

    identity: str
    setting: str
    value: str
    previous: str

    def undone(self) -> "SettingChange":
        """The call that takes this one back."""
        return SettingChange(self.identity, self.setting, self.previous, self.value)


@dataclass(frozen=True, slots=True)
class SettingPlan:
    """Changes in their order, and sentences on what was left alone or replaced."""

    changes: tuple[SettingChange, ...]
    notes: tuple[str, ...] = ()


def plan_settings(identity: str, wanted: Settings, current: Settings) -> SettingPlan:
    """Return the changes from what an identity has to what is wanted, in the order of `wanted`."""
    changes = [
        SettingChange(identity, setting, value, current.get(setting, ""))
        for setting, value in wanted.items()
        if current.get(setting, "") != value
    ]
    notes = [
        f"{change.setting} of {identity} was {change.previous}."
        for change in changes
        if change.previous and change.setting not in FLAGS
    ]
    return SettingPlan(tuple(changes), tuple(notes))


def plan_release(identity: str, ours: Settings, current: Settings) -> SettingPlan:
    """Return the changes that give back what is still ours; what is not, is named."""
    changes = [
        SettingChange(identity, setting, "", value)
        for setting, value in ours.items()
        if value and current.get(setting, "") == value
    ]
    notes = [
        f"{setting} of {identity} was left alone: somebody made it {current[setting]} since."
        for setting, value in ours.items()
        if current.get(setting) and current[setting] != value
    ]
    return SettingPlan(tuple(changes), tuple(notes))


def join_plans(plans: Sequence[SettingPlan]) -> SettingPlan:
    """Return the changes and notes of several identities as one plan."""
    return SettingPlan(
        tuple(change for plan in plans for change in plan.changes),
        tuple(note for plan in plans for note in plan.notes),
    )


ON, OFF = "on", ""
FORWARDING = "e-mail forwarding"
HEADERS = "headers of "
FLAGS = frozenset({FORWARDING, *(f"{HEADERS}{kind}" for kind in ("Bounce", "Complaint", "Delivery"))})
"""Settings that are on or off: whose value before needs no mention."""
