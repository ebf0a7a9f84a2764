"""What a check finds, and what it looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.policy_document import statement_title, statements_of, texts
from ses_reputation.authorization.principals import named_in
from ses_reputation.authorization.wildcards import fits


class LintSeverity(StrEnum):
    """ERROR: SES refuses it, it never has an effect, or it is open to the world. WARNING: all the rest."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """What is wrong, and what to write instead.

    check: its name, for those who filter. policy, statement: where; "" where it is about all of them.
    """

    check: str
    severity: LintSeverity
    problem: str
    mend: str
    policy: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class LintedStatement:
    """A statement with what a check has to know about it. fields: its elements."""

    identity: IdentityArn
    title: str
    version: str
    fields: Mapping[str, Any]
    now: datetime

    @property
    def allows(self) -> bool:
        """Whether it allows, rather than denies."""
        return self.fields.get("Effect") == "Allow"

    @property
    def actions(self) -> list[str]:
        """The actions that it names."""
        return texts(self.fields.get("Action"))

    @property
    def accounts_and_users(self) -> list[Any]:
        """The accounts, users and roles that it names."""
        return named_in(self.fields.get("Principal"))

    @property
    def conditions(self) -> list[tuple[str, str, list[str]]]:
        """Its conditions: operator, key as it is written, values."""
        condition = self.fields.get("Condition")
        if not isinstance(condition, Mapping):
            return []
        return [
            (operator, key, texts(values))
            for operator, keys in condition.items()
            if isinstance(keys, Mapping)
            for key, values in keys.items()
        ]

    def covers(self, action: str) -> bool:
        """Return whether its actions cover one."""
        return any(fits(each.lower(), action.lower()) for each in self.actions)


def linted_statements(
    identity: IdentityArn, policy: Mapping[str, Any], now: datetime
) -> list[LintedStatement]:
    """Return the statements of a policy that are JSON objects."""
    return [
        LintedStatement(identity, statement_title(fields, place), str(policy.get("Version", "")), fields, now)
        for place, fields in enumerate(statements_of(policy), start=1)
        if isinstance(fields, Mapping)
    ]


def error(check: str, problem: str, mend: str) -> LintFinding:
    """Return a finding that has to be mended."""
    return LintFinding(check, LintSeverity.ERROR, problem, mend)


def warning(check: str, problem: str, mend: str) -> LintFinding:
    """Return a finding to think about."""
    return LintFinding(check, LintSeverity.WARNING, problem, mend)
