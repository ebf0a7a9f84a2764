"""Policies, drafted or stored, as commands print them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from console.reports.authorization.lint import findings_to_json
from console.terminal.screen import print_heading, print_indented
from ses_reputation.authorization.applying import PolicyWrite, WriteKind
from ses_reputation.authorization.draft import DraftedPolicies
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.finding import LintFinding
from ses_reputation.authorization.policy_document import MOST_POLICIES
from ses_reputation.authorization.words import describe_policy
from ses_reputation.wording import count

_DONE = {
    WriteKind.CREATE: "to be created",
    WriteKind.UPDATE: "to be replaced",
    WriteKind.DELETE: "to be deleted",
    WriteKind.KEEP: "stored already",
}


def print_policies(screen: Console, identity: IdentityArn, policies: Mapping[str, Any]) -> None:
    """Print what an identity's policies say, in words."""
    number = f"{count(len(policies), 'policy', 'policies')} of at most {MOST_POLICIES}."
    print_heading(screen, identity.name, f"{identity}: {number}")
    for name, document in sorted(policies.items()):
        print_indented(screen, f"Policy {name}", 0, style="bold")
        for sentence in _sentences(document):
            print_indented(screen, sentence, marker="-")
        screen.print()
    explained = "The delegate's own account has to allow the send too, by the policies of its user or role."
    nobody = "Nobody but its own account can send with it."
    print_indented(screen, explained if policies else nobody, 0)


def policies_to_json(identity: IdentityArn, policies: Mapping[str, Any]) -> dict[str, Any]:
    """Return an identity's policies as `--json` prints them."""
    return {
        "identity_arn": str(identity),
        "policies": [
            {"name": name, "statements": list(_sentences(document)), "document": _document(document)}
            for name, document in sorted(policies.items())
        ],
    }


def print_drafted(
    screen: Console, identity: IdentityArn, drafted: DraftedPolicies, files: Sequence[Path]
) -> None:
    """Print policies that were drafted, with their documents."""
    print_heading(screen, f"{identity.name}: a draft", f"For {identity}. Nothing was changed.")
    for name, document in drafted.policies.items():
        print_indented(screen, f"Policy {name}", 0, style="bold")
        for sentence in _sentences(document):
            print_indented(screen, sentence, marker="-")
        screen.print(json.dumps(document, indent=2), soft_wrap=True)
        screen.print()
    for note in drafted.notes:
        print_indented(screen, note, 0)
    for path in files:
        print_indented(screen, f"Written to {path}", 0)


def drafted_to_json(identity: IdentityArn, drafted: DraftedPolicies, files: Iterable[Path]) -> dict[str, Any]:
    """Return drafted policies as `--json` prints them."""
    return {
        **policies_to_json(identity, drafted.policies),
        "notes": list(drafted.notes),
        "files": [str(path) for path in files],
    }


def print_writes(screen: Console, identity: IdentityArn, writes: Sequence[PolicyWrite]) -> None:
    """Print what is to be done to each policy."""
    print_heading(screen, identity.name, f"The policies of {identity}.")
    for write in writes:
        print_indented(screen, f"Policy {write.name}: {_DONE[write.kind]}", 0, style="bold")
        if write.document is not None and write.kind is not WriteKind.KEEP:
            for sentence in _sentences(write.document):
                print_indented(screen, sentence, marker="-")
    screen.print()


def applied_to_json(
    identity: IdentityArn, findings: Sequence[LintFinding], writes: Sequence[PolicyWrite], *, is_written: bool
) -> dict[str, Any]:
    """Return what was written as `--json` prints it: no policy where a check found an error."""
    return {
        "identity_arn": str(identity),
        "findings": findings_to_json(findings),
        "policies": [
            {"name": write.name, "change": str(write.kind), "document": write.document} for write in writes
        ],
        "applied": is_written,
    }


def _sentences(document: Any) -> tuple[str, ...]:
    try:
        return describe_policy(document)
    except ValueError as error:
        return (f"It cannot be read: {error}.",)


def _document(document: Any) -> Any:
    """Return a policy as JSON; what cannot be read stays text."""
    try:
        return json.loads(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        return document
