"""What identities had before a stack set them: kept in a parameter of the stack, and given back from there.

When a stack fails or goes, CloudFormation sends a custom resource its properties and its id, and nothing of
what was before (AWS CloudFormation user guide, "Custom resource request and response objects").
"""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ses_reputation.accounts.errors import IdentitySettingError
from ses_reputation.accounts.identity_settings import FLAGS, SettingChange, SettingPlan, Settings, Wanted
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.json_text import parse_json

_MOST_LETTERS = 4_096
"""Of a standard parameter (AWS Systems Manager API reference, PutParameter)."""
_TOO_LONG = (
    "What {:,} identities had before takes {:,} letters, and the parameter that keeps it holds {:,}. Nothing "
    "was changed, since it could not be given back: add fewer identities at once, or name some of them in "
    "another stack"
)


@dataclass(frozen=True, slots=True)
class EarlierSettings:
    """The parameter of one custom resource. name: "" where its template has none: then nothing is kept."""

    ssm: Any
    name: str

    def read(self) -> Wanted:
        """Return what identities had, by their names; nothing where none is kept. Raises UnavailableError."""
        if not self.name:
            return {}
        with translating_aws_errors("GetParameter"):
            return _unpack(self.ssm.get_parameter(Name=self.name)["Parameter"]["Value"])

    def keep(self, before: Wanted, earlier: Wanted) -> Wanted:
        """Write what identities had in place of what was kept before; return what is kept now.

        Raises UnavailableError, and IdentitySettingError where all of it is longer than a parameter.
        """
        if earlier == before or not self.name:
            return before
        text = _pack(earlier)
        if len(text) > _MOST_LETTERS:
            raise IdentitySettingError(_TOO_LONG.format(len(earlier), len(text), _MOST_LETTERS))
        with translating_aws_errors("PutParameter"):
            self.ssm.put_parameter(Name=self.name, Value=text, Overwrite=True)
        return earlier


def add_earlier(earlier: Wanted, ours: Wanted, wanted: Wanted, changes: Iterable[SettingChange]) -> Wanted:
    """Return what to keep once the changes are made: also of identities that this resource sets from now on.

    ours: what it has set until now. A request that comes again, or goes on where the first was cut off, finds
    some settings as they are wanted: of these, what the first one kept is right.
    """
    kept = {identity: had for identity, had in earlier.items() if identity in {*ours, *wanted}}
    for change in changes:
        name = change.identity
        if name in wanted and name not in ours:
            kept[name] = {**wanted[name], **kept.get(name, {}), change.setting: change.previous}
    return {identity: had for identity, had in kept.items() if _is_worth_it(had)}


def give_back(plan: SettingPlan, earlier: Wanted) -> SettingPlan:
    """Return a plan of release that restores in place of clearing, where something was before."""
    changes = [
        replace(change, value=earlier.get(change.identity, {}).get(change.setting, change.value))
        for change in plan.changes
    ]
    return replace(plan, changes=tuple(each for each in changes if each.value != each.previous))


def name_forgotten(changes: Iterable[SettingChange], ours: Wanted, kept: Wanted) -> tuple[str, ...]:
    """Return a note on identities whose earlier topics, policies or sets are not kept, if there are any.

    ours: what this resource has set until now, which is nothing of before. kept: what is kept of others.
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


def _pack(earlier: Wanted) -> str:
    """Return settings as text; a parameter is never empty."""
    text = json.dumps(earlier, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode()


def _unpack(text: str) -> Wanted:
    """Return settings from their text; nothing where it is another, such as the template's."""
    try:
        earlier = parse_json(zlib.decompress(base64.urlsafe_b64decode(text)).decode())
    except (ValueError, zlib.error):
        return {}
    return earlier if isinstance(earlier, dict) else {}


def _is_worth_it(had: Settings) -> bool:
    return any(value for setting, value in had.items() if setting not in FLAGS)
