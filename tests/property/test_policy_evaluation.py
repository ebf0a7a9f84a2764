"""Policies of any shape are evaluated as ministack evaluates them, which shares no code with ours."""

import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

from ses_reputation.authorization.evaluation import Decision, PolicyRequest, evaluate

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "150"))
COURIER, HARBOR = "222222222222", "333333333333"
IDENTITY = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"
ROLE = f"arn:aws:iam::{COURIER}:role/mailer"
ASKERS = (
    f"arn:aws:iam::{COURIER}:root",
    ROLE,
    f"arn:aws:iam::{COURIER}:user/ada",
    f"arn:aws:iam::{HARBOR}:root",
)
VALUES = ("news@orchard.example", "news@ORCHARD.example", "a@b.example")
PATTERNS = ("*", "*@orchard.example", "news?orchard.example", "news@orchard.example", "NEWS@orchard.example")
TIMES = ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z")

principals = st.one_of(
    st.just("*"),
    st.builds(
        lambda named: {"AWS": named},
        st.lists(st.sampled_from((*ASKERS, COURIER, HARBOR, "*")), min_size=1, max_size=2),
    ),
)
actions = st.lists(
    st.sampled_from(
        ("ses:SendEmail", "ses:sendrawemail", "ses:Send*", "ses:*", "*", "ses:Send?mail", "sns:*")
    ),
    min_size=1,
    max_size=2,
)
resources = st.sampled_from((IDENTITY, "*", "arn:aws:ses:*:111111111111:identity/*", f"{IDENTITY}x"))
strings = st.builds(
    lambda operator, suffix, values: {f"{operator}{suffix}": {"ses:FromAddress": values}},
    st.sampled_from(
        ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
    ),
    st.sampled_from(("", "IfExists")),
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
)
sets = st.builds(
    lambda quantifier, operator, values: {f"{quantifier}:{operator}": {"ses:Recipients": values}},
    st.sampled_from(("ForAllValues", "ForAnyValue")),
    st.sampled_from(("StringEquals", "StringLike")),
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
)
dates = st.builds(
    lambda operator, value: {operator: {"aws:TokenIssueTime": value}},
    st.sampled_from(("DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals")),
    st.sampled_from(TIMES),
)
nulls = st.builds(lambda value: {"Null": {"ses:FromAddress": value}}, st.sampled_from(("true", "false")))
addresses = st.builds(
    lambda operator, value: {operator: {"aws:SourceIp": value}},
    st.sampled_from(("IpAddress", "NotIpAddress")),
    st.sampled_from(("203.0.113.0/24", "203.0.113.9", "198.51.100.0/24")),
)
conditions = st.one_of(st.just({}), strings, sets, dates, nulls, addresses)
statements = st.builds(
    lambda effect, principal, action, resource, condition: {
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    },
    st.sampled_from(("Allow", "Allow", "Deny")),
    principals,
    actions,
    resources,
    conditions,
)
policies = st.builds(
    lambda listed: {"Version": "2012-10-17", "Statement": listed},
    st.lists(statements, min_size=1, max_size=3),
)
contexts = st.fixed_dictionaries(
    {
        "aws:SourceIp": st.just(("203.0.113.9",)),
        "aws:TokenIssueTime": st.sampled_from(TIMES).map(lambda t: (t,)),
    },
    optional={
        "ses:FromAddress": st.sampled_from(VALUES).map(lambda value: (value,)),
        "ses:Recipients": st.lists(st.sampled_from(VALUES), min_size=1, max_size=2, unique=True).map(tuple),
    },
)
SAME = {Decision.ALLOWED: "Allow", Decision.DENIED: "Deny", Decision.NOT_ALLOWED: "ImplicitDeny"}


def decide(policy: dict[str, Any], asker: str, action: str, context: dict[str, tuple[str, ...]]) -> str:
    """What ministack decides."""
    service = {
        key.lower(): list(values) if key == "ses:Recipients" else values[0] for key, values in context.items()
    }
    kind = {"role": "AssumedRole", "user": "User"}.get(asker.rpartition(":")[2].partition("/")[0], "Account")
    asked = EvalContext(
        asker,
        kind,
        asker.split(":")[4],
        action,
        IDENTITY,
        "eu-west-1",
        source_ip="203.0.113.9",
        service_context=service,
    )
    return str(evaluate_resource_policy(policy, asked).decision)


@settings(max_examples=EXAMPLES)
@given(policies, st.sampled_from(ASKERS), st.sampled_from(("ses:SendEmail", "ses:SendRawEmail")), contexts)
def test_a_policy_is_evaluated_as_another_evaluator_does(
    policy: dict[str, Any], asker: str, action: str, context: dict[str, tuple[str, ...]]
) -> None:
    ours = evaluate(policy, PolicyRequest(asker, action, IDENTITY, context)).decision

    assert SAME[ours] == decide(policy, asker, action, context)
