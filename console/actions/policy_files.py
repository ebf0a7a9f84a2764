"""Policies as files: one each, named as the policy, for people who apply them by their own tools."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from console.errors import ConsoleError
from ses_reputation.authorization.policy_document import MOST_BYTES, policy_text
from ses_reputation.visible_text import visible


def write_files(folder: Path, policies: Mapping[str, Mapping[str, Any]]) -> list[Path]:
    """Write each policy to `NAME.json` in a folder, which is made if need be; return the files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.json" for name in policies]
        for path, policy in zip(paths, policies.values(), strict=True):
            path.write_text(_readable(policy), encoding="utf-8")
    except OSError as error:
        raise ConsoleError(f"The files cannot be written: {_cause(error)}.") from error
    return paths


def read_files(paths: Iterable[Path]) -> dict[str, str]:
    """Return what files hold, by the names of their policies. Raises ConsoleError, which names the file."""
    found: dict[str, str] = {}
    for path in paths:
        if path.stem in found:
            raise ConsoleError(
                f"Two files are named {visible(path.name)}, and a file's name is its policy's."
            )
        try:
            found[path.stem] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConsoleError(f"{visible(str(path))} cannot be read: {_cause(error)}.") from error
    return found


def _readable(policy: Mapping[str, Any]) -> str:
    """Return a policy with line breaks, or, where these would not fit into what SES takes, without.

    Whether SES counts white space is not documented, and others' tools send a file as it is.
    """
    indented = json.dumps(policy, indent=2)
    return f"{indented}\n" if len(indented) < MOST_BYTES else policy_text(policy)


def _cause(error: OSError | UnicodeDecodeError) -> str:
    return visible(getattr(error, "strerror", None) or str(error))
