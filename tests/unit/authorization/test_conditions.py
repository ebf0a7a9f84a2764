"""Each operator of conditions, by tables worked by hand from the IAM user guide."""

from typing import Any

import pytest

from ses_reputation.authorization.conditions import unmet_conditions

KEY = "ses:FromAddress"
ARN = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"


def holds(operator: str, wanted: Any, *given: str, version: str = "2012-10-17") -> bool | None:
    """Return whether a condition holds for a request with these values; None where that cannot be told."""
    unmet = unmet_conditions({operator: {KEY: wanted}}, {KEY: given} if given else {}, version)
    return not unmet if not unmet or unmet[0].is_certain else None


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "*@orchard.example", "news@orchard.example", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "News", "nEWS", True),
        ("StringNotEqualsIgnoreCase", "News", "nEWS", False),
        ("StringLike", "*@orchard.example", "news@orchard.example", True),
        ("StringLike", "news?@orchard.example", "news@orchard.example", False),
        ("StringLike", "news.@orchard.example", "newsX@orchard.example", False),
        ("StringLike", "*@orchard.example", "news@ORCHARD.example", False),
        ("StringNotLike", "*@orchard.example", "news@orchard.example", False),
        ("ArnEquals", "arn:aws:ses:*:111111111111:identity/*", ARN, True),
        ("ArnLike", "arn:aws:ses:*:111111111111:identity/*", ARN, True),
        ("ArnLike", "arn:aws:ses:*", ARN, False),
        ("ArnNotLike", "arn:aws:ses:*:111111111111:configuration-set/*", ARN, True),
        ("ArnNotEquals", ARN, ARN, False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.9", "203.0.113.9", True),
        ("IpAddress", "203.0.113.1/24", "203.0.113.9", True),
        ("IpAddress", "2001:db8::/32", "203.0.113.9", False),
        ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "198.51.100.7", False),
        ("DateLessThan", "2026-12-01T00:00:00Z", "2026-11-30T23:59:59Z", True),
        ("DateLessThan", "2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z", False),
        ("DateLessThanEquals", "2026-12-01T00:00:00Z", "2026-12-01T01:00:00+01:00", True),
        ("DateGreaterThan", "2026-12-01", "2026-12-01T00:00:01Z", True),
        ("DateGreaterThanEquals", "0", "1970-01-01T00:00:00Z", True),
        ("DateEquals", "86400", "1970-01-02", True),
        ("DateNotEquals", "86400", "1970-01-02", False),
        ("NumericLessThan", 10, "9.5", True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericNotEquals", "10", "10.0", False),
        ("NumericGreaterThanEquals", "10", "9", False),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("Null", "true", "a", False),
        ("Null", "false", "a", True),
        ("Null", ["true", "false"], "a", True),
        ("StringEqualsIfExists", "a", "b", False),
    ],
)
def test_an_operator_compares_as_iam_does(operator: str, wanted: Any, given: str, *, expected: bool) -> None:
    assert holds(operator, wanted, given) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("NotIpAddress", True),
        ("DateLessThan", False),
        ("StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_a_key_that_the_request_lacks_decides_by_the_operator(operator: str, *, expected: bool) -> None:
    assert holds(operator, "a") is expected


def test_null_asks_whether_the_key_is_there() -> None:
    assert holds("Null", "true") is True
    assert holds("Null", False) is False


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAllValues:StringLike", ["a@x.example", "b@x.example"], True),
        ("ForAllValues:StringLike", ["a@x.example", "b@y.example"], False),
        ("ForAnyValue:StringLike", ["a@x.example", "b@y.example"], True),
        ("ForAnyValue:StringLike", ["a@z.example", "b@y.example"], False),
        ("ForAllValues:StringNotLike", ["a@z.example", "b@y.example"], True),
        ("ForAllValues:StringNotLike", ["a@x.example", "b@y.example"], False),
        ("ForAnyValue:StringNotLike", ["a@x.example", "b@y.example"], True),
        ("ForAnyValue:StringNotLike", ["a@x.example", "b@x.example"], False),
    ],
)
def test_set_operators_compare_each_of_a_request_s_values(
    operator: str, given: list[str], *, expected: bool
) -> None:
    assert holds(operator, ["*@x.example"], *given) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "given"),
    [
        ("StringAlike", "a", ("a",)),
        ("stringequals", "a", ("a",)),
        ("ForSomeValues:StringEquals", "a", ("a",)),
        ("NullIfExists", "true", ()),
        ("BinaryEquals", "YQ==", ("YQ==",)),
        ("StringLike", "${aws:username}@orchard.example", ("news@orchard.example",)),
        ("DateLessThan", "tomorrow", ("2026-12-01",)),
        ("DateLessThan", "9" * 30, ("2026-12-01",)),
        ("IpAddress", "203.0.113.0/33", ("203.0.113.9",)),
        ("NumericLessThan", "few", ("3",)),
        # Without a set operator, IAM does not say how many values are compared.
        ("StringLike", "a*", ("a", "b")),
    ],
)
def test_what_iam_does_not_say_is_not_guessed(operator: str, wanted: Any, given: tuple[str, ...]) -> None:
    assert holds(operator, wanted, *given) is None


def test_many_values_that_all_pass_need_no_set_operator() -> None:
    assert holds("StringLike", "a*", "a", "ab") is True


def test_a_variable_of_the_version_of_2008_is_plain_text() -> None:
    assert holds("StringEquals", "${a}", "${a}", version="2008-10-17") is True


def test_keys_are_the_same_in_any_capitals() -> None:
    condition = {"StringEquals": {"AWS:SourceAccount": "111111111111"}}

    assert unmet_conditions(condition, {"aws:sourceaccount": ("111111111111",)}, "2012-10-17") == []


def test_every_operator_and_every_key_has_to_hold() -> None:
    condition = {"StringEquals": {"a:b": "1", "a:c": "2"}, "StringLike": {"a:d": "3*"}}
    unmet = unmet_conditions(condition, {"a:b": ("1",), "a:c": ("1",), "a:d": ("x",)}, "2012-10-17")

    assert [each.key for each in unmet] == ["a:c", "a:d"]


@pytest.mark.parametrize("condition", ["StringEquals", {"StringEquals": "a"}, []])
def test_a_condition_of_no_known_form_is_uncertain(condition: Any) -> None:
    (unmet,) = unmet_conditions(condition, {}, "2012-10-17")

    assert not unmet.is_certain


def test_recipients_stand_in_no_reason() -> None:
    condition = {"ForAllValues:StringLike": {"ses:Recipients": "*@harbor.example"}}
    (unmet,) = unmet_conditions(condition, {"ses:recipients": ("reader@orchard.example",)}, "2012-10-17")

    assert "reader" not in unmet.reason
    assert "harbor" not in unmet.reason
