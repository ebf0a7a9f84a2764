"""What is wrong with policies, as commands print it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from console.terminal.screen import print_heading, print_indented
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.finding import LintFinding, LintSeverity
from ses_reputation.wording import count

_STYLES = {LintSeverity.ERROR: "red", LintSeverity.WARNING: "yellow"}


def print_lint(
    screen: Console, identity: IdentityArn, findings: Sequence[LintFinding], number: int, obstacle: str = ""
) -> None:
    """Print findings, each with what to write instead. number: of policies that were looked at."""
    looked_at = f"{count(number, 'policy', 'policies')} looked at."
    print_heading(screen, f"{identity.name}: policies", f"{identity}: {looked_at}")
    print_findings(screen, findings)
    if not findings:
        print_indented(screen, "Nothing found.", 0)
    if obstacle:
        print_indented(screen, obstacle, 0)


def print_findings(screen: Console, findings: Sequence[LintFinding]) -> None:
    """Print findings one below the other."""
    for finding in findings:
        title = f"{finding.severity} {finding.check}{_where(finding)}"
        print_indented(screen, title, 0, style=_STYLES[finding.severity])
        print_indented(screen, f"{finding.problem}.")
        print_indented(screen, f"Mend: {finding.mend}.")


def findings_to_json(findings: Sequence[LintFinding]) -> list[dict[str, Any]]:
    """Return findings as `--json` prints them."""
    return [
        {
            "check": finding.check,
            "severity": str(finding.severity),
            "policy": finding.policy or None,
            "statement": finding.statement or None,
            "problem": finding.problem,
            "mend": finding.mend,
        }
        for finding in findings
    ]


def _where(finding: LintFinding) -> str:
    parts = (f"policy {finding.policy}" if finding.policy else "", finding.statement)
    where = ", ".join(filter(None, parts))
    return f" ({where})" if where else ""
