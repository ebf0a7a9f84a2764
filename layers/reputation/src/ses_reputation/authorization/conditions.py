"""The Condition of a policy's statement, held against what is known of a request.

IAM user guide: "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
values", "Set operators for multi-valued context keys". What is unknown is None, never a guess.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any

from ses_reputation.authorization.policy_document import VERSION_WITH_VARIABLES, texts
from ses_reputation.authorization.wildcards import arn_fits, fits

Context = Mapping[str, tuple[str, ...]]
"""Values by condition key: what a request is known to carry. Keys in any capitals."""
_Test = Callable[[str, str], bool | None]
_ANY, _ALL = "ForAnyValue", "ForAllValues"
_IF_EXISTS = "IfExists"


@dataclass(frozen=True, slots=True)
class UnmetCondition:
    """A condition that does not hold, or of which that is unknown (`is_certain` False)."""

    operator: str
    key: str
    reason: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class ConditionOperator:
    """One operator: the test of a policy's value against a request's, and how tests are put together.

    quantifier: `ForAnyValue`, `ForAllValues` or "". is_negated: it holds where no value passes the test.
    """

    base: str
    test: _Test
    is_negated: bool
    quantifier: str
    is_met_by_absence: bool


def unmet_conditions(condition: Any, context: Context, version: str) -> list[UnmetCondition]:
    """Return the conditions of a statement that a request does not meet, or may not; none where it meets all.

    version: of the policy. Variables (`${...}`), operators that IAM does not have, and single-value operators
    on keys with many values are uncertain.
    """
    if condition is None:
        return []
    if not isinstance(condition, Mapping) or not all(
        isinstance(each, Mapping) for each in condition.values()
    ):
        return [UnmetCondition("", "", "its Condition has no known form", is_certain=False)]
    given = {key.lower(): values for key, values in context.items()}
    triples = ((name, key, texts(value)) for name, keys in condition.items() for key, value in keys.items())
    return list(_unmet(triples, given, has_variables=version == VERSION_WITH_VARIABLES))


def parse_operator(name: str) -> ConditionOperator | None:
    """Return an operator by its name, such as `ForAllValues:StringLikeIfExists`; None where IAM has none."""
    quantifier, colon, rest = name.rpartition(":")
    base = rest.removesuffix(_IF_EXISTS)
    if base not in _TESTS or (colon and quantifier not in {_ANY, _ALL}) or (base == "Null" and base != name):
        return None
    test, is_negated = _TESTS[base]
    is_negation = is_negated and quantifier != _ANY
    is_met_by_absence = rest != base or quantifier == _ALL or is_negation
    return ConditionOperator(base, test, is_negated, quantifier, is_met_by_absence)


def _unmet(
    triples: Iterable[tuple[str, str, list[str]]], given: Context, *, has_variables: bool
) -> Iterator[UnmetCondition]:
    for name, key, wanted in triples:
        operator, values = parse_operator(name), given.get(key.lower(), ())
        title = f"condition {name} on {key}"
        if operator is None:
            yield UnmetCondition(name, key, f"{title}: IAM has no such operator", is_certain=False)
            continue
        if has_variables and any("${" in each for each in wanted):
            yield UnmetCondition(name, key, f"{title} has a variable", is_certain=False)
            continue
        holds = _holds(operator, wanted, values)
        if holds is None:
            reason = f"{title} cannot be decided by what is known of the request"
            yield UnmetCondition(name, key, reason, is_certain=False)
        elif not holds:
            yield UnmetCondition(name, key, f"{title} {_why(key, wanted, values)}")


def _holds(operator: ConditionOperator, wanted: list[str], values: tuple[str, ...]) -> bool | None:
    if operator.base == "Null":
        return any((not values) == (each.lower() == "true") for each in wanted)
    if not values:
        return operator.is_met_by_absence
    results = [_value_holds(operator, wanted, value) for value in values]
    if operator.quantifier == _ANY:
        return _any(results)
    if operator.quantifier == _ALL:
        return _not(_any([_not(each) for each in results]))
    # Without a set operator, IAM says nothing about keys with many values.
    return results[0] if len(set(results)) == 1 else None


def _value_holds(operator: ConditionOperator, wanted: list[str], value: str) -> bool | None:
    found = _any([operator.test(value, each) for each in wanted])
    return _not(found) if operator.is_negated else found


def _any(results: list[bool | None]) -> bool | None:
    if True in results:
        return True
    return None if None in results else False


def _not(result: bool | None) -> bool | None:
    return None if result is None else not result


def _why(key: str, wanted: list[str], values: tuple[str, ...]) -> str:
    if not values:
        return "does not hold: the request has no such key"
    # Whom mail goes to stands in no text of ours.
    if key.lower() == "ses:recipients":
        return "does not hold for these recipients"
    return f"does not hold: the policy has {', '.join(wanted)}, the request {', '.join(values)}"


def _compared(convert: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> _Test:
    """Return a test of values that are numbers or times: None where one cannot be read."""

    def test(value: str, wanted: str) -> bool | None:
        try:
            return compare(convert(value), convert(wanted))
        except ValueError:
            return None

    return test


def read_time(text: str) -> datetime:
    """Return a time of ISO 8601 or of seconds since 1970 (IAM user guide, "Date condition operators")."""
    if text.isascii() and text.isdecimal():
        return _from_epoch(int(text))
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _from_epoch(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("no time") from error


def _is_in_network(value: str, network: str) -> bool | None:
    try:
        return ip_address(value) in ip_network(network, strict=False)
    except ValueError:
        return None


def _same_text(value: str, wanted: str) -> bool:
    return value.casefold() == wanted.casefold()


def _turned(test: Callable[[str, str], bool]) -> _Test:
    """Return the test of a pattern with its arguments in the order of the others: value, then pattern."""
    return lambda value, pattern: test(pattern, value)


_ORDERS = {"LessThan": lt, "LessThanEquals": le, "GreaterThan": gt, "GreaterThanEquals": ge}
_POSITIVE: dict[str, _Test] = {
    "StringEquals": eq,
    "StringEqualsIgnoreCase": _same_text,
    "StringLike": _turned(fits),
    # The two are the same (IAM user guide, "Amazon Resource Name (ARN) condition operators").
    "ArnEquals": _turned(arn_fits),
    "ArnLike": _turned(arn_fits),
    "NumericEquals": _compared(float, eq),
    "DateEquals": _compared(read_time, eq),
    "IpAddress": _is_in_network,
}
_NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
_TESTS: dict[str, tuple[_Test, bool]] = {
    **{name: (test, False) for name, test in _POSITIVE.items()},
    **{name: (_POSITIVE[other], True) for name, other in _NEGATIONS.items()},
    **{f"Numeric{name}": (_compared(float, order), False) for name, order in _ORDERS.items()},
    **{f"Date{name}": (_compared(read_time, order), False) for name, order in _ORDERS.items()},
    "Bool": (_same_text, False),
    "Null": (_same_text, False),
}
