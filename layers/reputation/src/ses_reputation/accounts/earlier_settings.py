"""What identities had before a stack set them: kept in the resource's physical id, and given back with it.

A stack that fails later deletes the resource again: all that CloudFormation then sends of it is that id, of
at most 1,024 characters (AWS CloudFormation user guide, "Custom resource response objects").
"""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import replace

from ses_reputation.accounts.identity_settings import FLAGS, SettingChange, SettingPlan, Wanted
from ses_reputation.json_text import parse_json

_MARK = "~"
_MOST_LETTERS = 1_000


def remember(own_id: str, wanted: Wanted, changes: Iterable[SettingChange]) -> str:
    """Return the id with what identities had before the changes to what is wanted.

    The id alone, where that is too long, or nothing: of an identity that had no topic, policy or set.
    """
    earlier: dict[str, dict[str, str]] = {}
    for change in changes:
        had = earlier.setdefault(change.identity, dict(wanted[change.identity]))
        had[change.setting] = change.previous
    replaced = {identity: had for identity, had in earlier.items() if _is_worth_it(had)}
    if not replaced:
        return own_id
    text = json.dumps(replaced, sort_keys=True, separators=(",", ":")).encode()
    whole = own_id + _MARK + base64.urlsafe_b64encode(zlib.compress(text, 9)).decode()
    return whole if len(whole) <= _MOST_LETTERS else own_id


def recall(own_id: str) -> Wanted:
    """Return what identities had before, by the id; nothing where the id holds nothing that can be read."""
    _, _, packed = own_id.partition(_MARK)
    try:
        earlier = parse_json(zlib.decompress(base64.urlsafe_b64decode(packed)).decode())
    except (ValueError, zlib.error):
        return {}
    return earlier if isinstance(earlier, dict) else {}


def give_back(plan: SettingPlan, earlier: Wanted) -> SettingPlan:
    """Return a plan of release that restores in place of clearing, where something was before."""
    changes = [
        replace(change, value=earlier.get(change.identity, {}).get(change.setting, change.value))
        for change in plan.changes
    ]
    return replace(plan, changes=tuple(each for each in changes if each.value != each.previous))


def name_forgotten(changes: Iterable[SettingChange], ours: Wanted, kept: Wanted) -> tuple[str, ...]:
    """Return a note on identities whose earlier topics, policies or sets are not kept, if there are any.

    ours: what this resource has set until now, which is nothing of before. kept: what its id holds.
    """
    lost = {
        change.identity
        for change in changes
        if change.previous and change.setting not in FLAGS and change.identity not in {*ours, *kept}
    }
    if not lost:
        return ()
    names = ", ".join(sorted(lost))
    return (f"What {names} had before is not kept: to take them out again clears these settings.",)


def _is_worth_it(had: dict[str, str]) -> bool:
    return any(value for setting, value in had.items() if setting not in FLAGS)
