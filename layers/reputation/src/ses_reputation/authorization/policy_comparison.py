"""Whether two policies say the same, however each is written down, and where they differ."""

import json
from collections.abc import Iterator, Mapping
from re import compile as pattern
from typing import Any, NamedTuple

from ses_reputation.authorization.policy_document import read_policy, statement_title, statements_of, texts
from ses_reputation.authorization.principals import EVERYBODY, is_unique_id, named_in
from ses_reputation.json_text import parse_json
from ses_reputation.visible_text import visible

_is_root = pattern(r"arn:[a-z-]+:iam::(\d{12}):root").fullmatch
# Elements whose values are a set: one alone is the same as a list of it, and order and repetition say nothing
# (IAM user guide, "Grammar of the IAM JSON policy language").
_SETS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")


class PolicyDifference(NamedTuple):
    """What was given and is not stored, and what is stored in its place; each as text, "" for nothing.

    where: the statement and its element, such as `Statement AllowSending, Principal`.
    """

    where: str
    given: str
    stored: str

    def __str__(self) -> str:
        """Say it for people, whatever stands in a policy."""
        return visible(
            f"{self.where}: {self.given or 'nothing'} was given, {self.stored or 'nothing'} is stored"
        )


def normal_policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy in the one form that all its spellings have: itself a policy that says the same.

    AWS may store an account's 12 digits as the ARN of its root, or the other way round: both are the same
    principal (IAM user guide, "AWS JSON policy elements: Principal"). Statements are sorted too: they are
    joined by OR.
    """
    statements = sorted((_normal_statement(each) for each in statements_of(policy)), key=_text)
    return {**policy, "Statement": statements}


def differences_of(stored: Any, document: Mapping[str, Any]) -> tuple[PolicyDifference, ...]:
    """Return where a stored policy says something else than a document; nothing where it says the same.

    Raises ValueError where either is no policy.
    """
    given, kept = normal_policy(read_policy(document)), normal_policy(read_policy(stored))
    return tuple(_of_document(given, kept)) + tuple(_of_statements(given["Statement"], kept["Statement"]))


def has_id_for_name(differences: tuple[PolicyDifference, ...]) -> bool:
    """Return whether all that differs is that AWS shows unique ids in place of names of users or roles.

    It does so where a user or role was deleted (IAM user guide, "AWS JSON policy elements: Principal"), and
    for a while where it does not find one that was made just now (go-to-k/cdkd issue 1515, of S3).
    """
    return bool(differences) and all(
        difference.where.endswith(_PRINCIPALS) and _has_unique_ids(difference.stored)
        for difference in differences
    )


def _of_document(given: Mapping[str, Any], kept: Mapping[str, Any]) -> Iterator[PolicyDifference]:
    for key in sorted({*given, *kept} - {"Statement"}):
        if given.get(key) != kept.get(key):
            yield PolicyDifference(key, _shown(given.get(key)), _shown(kept.get(key)))


def _of_statements(given: list[Any], kept: list[Any]) -> Iterator[PolicyDifference]:
    """Pair statements by what they are called, then compare their elements."""
    lost = [each for each in given if each not in kept]
    new = [each for each in kept if each not in given]
    for place, statement in enumerate(lost, start=1):
        title = statement_title(statement, place)
        same = [each for each in new if _sid(each) == _sid(statement)]
        if not same or not isinstance(statement, Mapping):
            yield PolicyDifference(title, _text(statement), "")
            continue
        new.remove(same[0])
        for key in sorted({*statement, *same[0]}):
            if statement.get(key) != same[0].get(key):
                yield PolicyDifference(
                    f"{title}, {key}", _shown(statement.get(key)), _shown(same[0].get(key))
                )
    for place, statement in enumerate(new, start=1):
        yield PolicyDifference(statement_title(statement, place), "", _text(statement))


def _normal_statement(statement: Any) -> Any:
    if not isinstance(statement, Mapping):
        return statement
    normal = dict(statement)
    for element in _SETS:
        if element in statement:
            normal[element] = _set(texts(statement[element]))
    for element in _PRINCIPALS:
        if element in statement:
            normal[element] = _normal_principal(statement[element])
    if isinstance(statement.get("Condition"), Mapping):
        normal["Condition"] = {
            operator: _normal_keys(keys) for operator, keys in statement["Condition"].items()
        }
    return normal


def _normal_keys(keys: Any) -> Any:
    return {key: _set(texts(values)) for key, values in keys.items()} if isinstance(keys, Mapping) else keys


def _normal_principal(principal: Any) -> dict[str, Any]:
    """`"*"` alone is `{"AWS": "*"}` (IAM user guide, "AWS JSON policy elements: Principal")."""
    kinds = principal if isinstance(principal, Mapping) else {"AWS": named_in(principal)}
    return {kind: _set([_normal_name(each) for each in texts(names)]) for kind, names in kinds.items()}


def _normal_name(name: str) -> str:
    found = _is_root(name)
    return found[1] if found else name


def _set(values: list[str]) -> Any:
    each_once = sorted(set(values))
    return each_once[0] if len(each_once) == 1 else each_once


def _sid(statement: Any) -> Any:
    return statement.get("Sid") if isinstance(statement, Mapping) else None


def _has_unique_ids(shown: str) -> bool:
    names = named_in(parse_json(shown) if shown else EVERYBODY)
    return any(isinstance(each, str) and is_unique_id(each) for each in names)


def _shown(value: Any) -> str:
    return "" if value is None else _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
