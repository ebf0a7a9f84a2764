"""Checks of a statement's conditions: refused, never met, or wider than they look.

Keys and operators: Amazon SES developer guide, "Sending policy examples"; IAM user guide, "IAM JSON policy
elements: Condition operators". SES compares its own keys with capitals and lower case apart.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import ip_network

from ses_reputation.authorization.conditions import ConditionOperator, parse_operator, read_time
from ses_reputation.authorization.lint.finding import LintedStatement, LintFinding, error, warning
from ses_reputation.authorization.principals import is_everybody, named_in
from ses_reputation.environment import is_account

_KEYS = ("ses:FromAddress", "ses:Recipients", "ses:FromDisplayName", "ses:FeedbackAddress")
_ADDRESSES = {"ses:fromaddress", "ses:feedbackaddress", "ses:recipients"}
_SERVICE_KEYS = {"aws:sourceaccount", "aws:sourcearn"}
# Keys that say whose the caller is, and nothing about the mail.
_WHO = {"aws:principalorgid", "aws:principalaccount", "aws:principalorgpaths", *_SERVICE_KEYS}
_LATEST_BEGINNING, _EARLIEST_END = "DateGreaterThan", "DateLessThan"


def check_conditions(statement: LintedStatement) -> Iterator[LintFinding]:
    """Yield what is wrong with a statement's conditions."""
    condition = statement.fields.get("Condition")
    if condition is not None and not (
        isinstance(condition, Mapping) and all(isinstance(keys, Mapping) for keys in condition.values())
    ):
        mend = 'write "Condition": {"StringLike": {"ses:FromAddress": "..."}}'
        yield error("condition-form", "its Condition is not made of operators, keys and values", mend)
        return
    for name, key, values in statement.conditions:
        operator = parse_operator(name)
        if operator is None:
            mend = "write one of IAM's, such as StringLike"
            yield error("unknown-operator", f"IAM has no condition operator {name}", mend)
            continue
        yield from _check_key(statement, key)
        yield from _check_values(statement, operator, key, values)
    yield from _check_dates(statement)
    yield from _check_presence(statement)


def _check_key(statement: LintedStatement, key: str) -> Iterator[LintFinding]:
    prefix, _, rest = key.partition(":")
    if prefix not in {"aws", "ses"} and prefix.lower() in {"aws", "ses"}:
        problem = f"SES refuses {key} for its capitals"
        yield error("key-capitals", problem, f"write {prefix.lower()}:{rest}")
    elif prefix.lower() == "ses" and key.lower() not in map(str.lower, _KEYS):
        yield warning(
            "unknown-key", f"SES documents no key {key} for sending", f"use one of {', '.join(_KEYS)}"
        )
    elif prefix.lower() not in {"aws", "ses"}:
        yield warning(
            "unknown-key", f"{key} is no key of SES or of all AWS", f"use one of {', '.join(_KEYS)}"
        )
    is_for_callers = not named_in(statement.fields.get("Principal"), "Service")
    if statement.allows and key.lower() in _SERVICE_KEYS and is_for_callers:
        problem = (
            f"{key} comes with calls of AWS services; with accounts, users and roles it may never be met"
        )
        yield warning("service-key", problem, "remove it: the principal says whose the caller is")


def _check_values(
    statement: LintedStatement, operator: ConditionOperator, key: str, values: list[str]
) -> Iterator[LintFinding]:
    is_exact = operator.base in {"StringEquals", "StringNotEquals"}
    if is_exact and any("*" in each or "?" in each for each in values):
        mend = f"write {operator.base.replace('Equals', 'Like')}"
        yield error("wildcard-in-equals", f"{operator.base} on {key} knows no wildcards", mend)
    has_capitals = any(each != each.lower() for each in values)
    if key.lower() in _ADDRESSES and has_capitals and not operator.base.endswith("IgnoreCase"):
        problem = f"{operator.base} on {key} tells capitals apart, and a value has some"
        yield warning("capitals-in-value", problem, "write it in lower case, as the mail will")
    if key.lower() == "ses:recipients" and operator.quantifier != "ForAllValues" and not operator.is_negated:
        problem = "a mail has many recipients, and without ForAllValues one that fits may be enough"
        yield warning("recipients-as-one", problem, f"write ForAllValues:{operator.base}")
    if operator.base in {"IpAddress", "NotIpAddress"}:
        yield from _check_networks(key, values)
    if key.lower() == "ses:fromaddress" and statement.allows and not operator.is_negated:
        yield from _check_senders(statement, values)


def _check_networks(key: str, values: list[str]) -> Iterator[LintFinding]:
    for value in values:
        try:
            ip_network(value, strict=False)
        except ValueError:
            yield error("address-range", f"{value} on {key} is no range", "write one such as 203.0.113.0/24")


def _check_senders(statement: LintedStatement, values: list[str]) -> Iterator[LintFinding]:
    """Yield patterns of From addresses that no mail of the identity can have."""
    for value in values:
        _, at, domain = value.rpartition("@")
        is_plain = at and not set(domain) & set("*?$")
        if is_plain and not statement.identity.covers(f"a@{domain}") and not statement.identity.is_address:
            problem = f"no mail of {statement.identity.name} comes from {value}"
            yield error("foreign-sender", problem, f"write an address of {statement.identity.domain}")


def _check_dates(statement: LintedStatement) -> Iterator[LintFinding]:
    """Yield dates that cannot be read, are over, or leave no time between them."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for name, key, values in statement.conditions:
        base = name.removesuffix("IfExists")
        if not base.startswith("Date") or parse_operator(name) is None:
            continue
        try:
            times = [read_time(value) for value in values]
        except ValueError:
            mend = "write one such as 2027-01-01T00:00:00Z"
            yield error("unreadable-date", f"{name} on {key} has a value that is no date", mend)
            continue
        if base.startswith(_LATEST_BEGINNING) and times:
            first = max(first, min(times))
        elif base.startswith(_EARLIEST_END) and times:
            last = min(last, max(times))
    if first >= last:
        mend = "let it begin before it ends"
        yield error("no-time-left", "it begins when it has ended already: nothing is ever met", mend)
    elif last <= statement.now and statement.allows:
        yield warning("expired", f"it ended on {last.isoformat()}", "write a later date, or remove it")


def _check_presence(statement: LintedStatement) -> Iterator[LintFinding]:
    """Yield that a statement lets whole accounts send as any address of a domain, and always."""
    principal = statement.fields.get("Principal")
    is_wide = is_everybody(principal) or any(
        str(each).endswith(":root") or is_account(str(each)) for each in named_in(principal)
    )
    keys = {key.lower() for _, key, _ in statement.conditions}
    if statement.allows and is_wide and not statement.identity.is_address and not keys - _WHO:
        problem = f"it lets whole accounts send as any address of {statement.identity.name}, without an end"
        mend = 'name a user or role, or add "StringLike": {"ses:FromAddress": "news@..."}'
        yield warning("no-condition", problem, mend)
