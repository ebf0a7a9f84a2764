"""What a resource's policies say of a request, worked by hand from the IAM user guide."""

import json
from typing import Any

import pytest

from ses_reputation.authorization.evaluation import (
    Decision,
    PolicyEvaluation,
    PolicyRequest,
    StatementElement,
    evaluate,
    evaluate_policies,
)

IDENTITY = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"
COURIER = "arn:aws:iam::222222222222:root"
SEND = PolicyRequest(COURIER, "ses:SendEmail", IDENTITY, {"ses:FromAddress": ("news@orchard.example",)})
CALLER = "ses:FromAddress"


def statement(**fields: Any) -> dict[str, Any]:
    usual = {
        "Effect": "Allow",
        "Principal": {"AWS": COURIER},
        "Action": "ses:SendEmail",
        "Resource": IDENTITY,
    }
    return {**usual, **fields}


def policy(*statements: Any, version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def say(*statements: Any, request: PolicyRequest = SEND) -> PolicyEvaluation:
    return evaluate(policy(*statements), request)


def test_a_statement_that_names_asker_action_and_resource_allows() -> None:
    assert say(statement()) == PolicyEvaluation(Decision.ALLOWED, ("Statement 1",), ())


def test_a_policy_may_be_its_json_and_have_a_single_statement() -> None:
    assert evaluate(json.dumps({"Statement": statement(Sid="Courier")}), SEND).statements == (
        "Statement Courier",
    )


def test_an_explicit_deny_beats_an_allow_in_any_order() -> None:
    deny = statement(Effect="Deny", Sid="Revoked", Action="ses:Send*")

    for evaluation in (say(statement(), deny), say(deny, statement())):
        assert (evaluation.decision, evaluation.statements) == (Decision.DENIED, ("Statement Revoked",))


@pytest.mark.parametrize(
    ("change", "element", "reason"),
    [
        (
            {"Principal": {"AWS": "333333333333"}},
            StatementElement.PRINCIPAL,
            "it is not for arn:aws:iam::222222222222:root",
        ),
        ({"Action": ["ses:SendRawEmail"]}, StatementElement.ACTION, "it is not about ses:SendEmail"),
        ({"NotAction": "ses:Send*"}, StatementElement.ACTION, "it is not about ses:SendEmail"),
        (
            {"Resource": "arn:aws:ses:us-east-1:111111111111:identity/orchard.example"},
            StatementElement.RESOURCE,
            f"it is not about {IDENTITY}",
        ),
        ({"NotResource": "arn:aws:ses:*"}, StatementElement.RESOURCE, f"it is not about {IDENTITY}"),
        (
            {"Condition": {"StringLike": {"ses:FromAddress": "news@harvest.example"}}},
            StatementElement.CONDITION,
            "condition StringLike on ses:FromAddress does not hold: the policy has news@harvest.example, "
            "the request news@orchard.example",
        ),
    ],
)
def test_what_does_not_match_is_named(change: dict[str, Any], element: StatementElement, reason: str) -> None:
    fields = statement(**change)
    for negation in change.keys() & {"NotAction", "NotResource"}:
        del fields[negation.removeprefix("Not")]
    evaluation = say(fields)

    assert evaluation.decision is Decision.NOT_ALLOWED
    assert evaluation.statements == ()
    assert [(each.element, each.reason) for each in evaluation.mismatches] == [(element, reason)]
    assert evaluation.reasons == (f"Statement 1: {reason}.",)


def test_a_condition_that_is_not_met_is_named_by_operator_and_key() -> None:
    evaluation = say(statement(Condition={"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}))

    (mismatch,) = evaluation.mismatches
    assert (mismatch.operator, mismatch.key) == ("DateLessThan", "aws:CurrentTime")


@pytest.mark.parametrize(
    "change",
    [
        {"Action": "SES:sendemail"},
        {"Action": "ses:*"},
        {"Action": "*"},
        {"Action": ["ses:SendRawEmail", "ses:Send?mail"]},
        {"Resource": "*"},
        {"Resource": "arn:aws:ses:*:111111111111:identity/*"},
        {"Principal": "*"},
        {"Principal": {"AWS": ["333333333333", "222222222222"]}},
    ],
)
def test_wildcards_and_capitals_of_actions_match(change: dict[str, Any]) -> None:
    assert say(statement(**change)).is_allowed


@pytest.mark.parametrize(
    ("denied_except", "decision"),
    [
        (COURIER, Decision.ALLOWED),
        ("333333333333", Decision.DENIED),
        # IAM asks for the account beside a role that is excepted; without it, the role may be denied too.
        (["222222222222", "arn:aws:iam::222222222222:role/mailer"], Decision.ALLOWED),
        ("arn:aws:iam::222222222222:role/mailer", Decision.UNCERTAIN),
    ],
)
def test_not_principal_denies_all_but_some(denied_except: Any, decision: Decision) -> None:
    deny = {**statement(Effect="Deny"), "NotPrincipal": {"AWS": denied_except}}
    del deny["Principal"]
    asker = COURIER if denied_except == COURIER else "arn:aws:iam::222222222222:role/mailer"
    request = PolicyRequest(asker, "ses:SendEmail", IDENTITY)

    assert say(statement(), deny, request=request).decision is decision


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([statement(Condition={"StringAlike": {CALLER: "x"}})], Decision.UNCERTAIN),
        ([statement(), statement(Condition={"StringAlike": {CALLER: "x"}})], Decision.ALLOWED),
        (
            [statement(), statement(Effect="Deny", Condition={"StringAlike": {CALLER: "x"}})],
            Decision.UNCERTAIN,
        ),
        ([statement(Effect="Deny", Condition={"StringAlike": {CALLER: "x"}})], Decision.NOT_ALLOWED),
        ([statement(Effect="Deny"), statement(Condition={"StringAlike": {CALLER: "x"}})], Decision.DENIED),
        (
            [statement(Principal={"AWS": "333333333333"}, Condition={"StringAlike": {CALLER: "x"}})],
            Decision.NOT_ALLOWED,
        ),
        (["no statement"], Decision.UNCERTAIN),
        ([statement(), statement(Effect="deny")], Decision.UNCERTAIN),
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], Decision.UNCERTAIN),
        ([statement(Resource="arn:aws:ses:*:*:identity/${aws:username}")], Decision.UNCERTAIN),
    ],
)
def test_what_cannot_be_told_is_uncertain_only_where_it_would_decide(
    statements: list[Any], decision: Decision
) -> None:
    assert say(*statements).decision is decision


def test_without_the_version_of_2012_a_variable_is_plain_text() -> None:
    named = statement(Resource="arn:aws:ses:*:*:identity/${aws:username}")

    assert evaluate(policy(named, version="2008-10-17"), SEND).decision is Decision.NOT_ALLOWED


def test_an_identity_s_policies_are_joined_and_one_deny_beats_them_all() -> None:
    allow, deny = policy(statement()), policy(statement(Effect="Deny", Action="ses:Send*"))

    assert evaluate_policies({"Courier": allow, "Harbor": policy()}, SEND).statements == (
        "policy Courier, Statement 1",
    )
    assert evaluate_policies({"Courier": allow, "Revoked": deny}, SEND).decision is Decision.DENIED
    assert evaluate_policies({}, SEND).decision is Decision.NOT_ALLOWED


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("{", "the policy is no JSON"),
        ("[]", "the policy is no JSON object"),
        ({"Version": "2012-10-17"}, "the policy has no Statement"),
    ],
)
def test_what_is_no_policy_is_said(document: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        evaluate(document, SEND)
    with pytest.raises(ValueError, match=f"^policy Broken: {problem}$"):
        evaluate_policies({"Broken": document}, SEND)


TOPIC = "arn:aws:sns:eu-west-1:111111111111:feedback"


@pytest.mark.parametrize(
    ("context", "operator", "is_allowed"),
    [
        ({"aws:SourceAccount": ("111111111111",), "aws:SourceArn": (IDENTITY,)}, "StringEquals", False),
        ({"aws:SourceAccount": ("111111111111",), "aws:SourceArn": (IDENTITY,)}, "ArnLike", True),
        ({"aws:SourceAccount": ("222222222222",), "aws:SourceArn": (IDENTITY,)}, "ArnLike", False),
        ({"aws:SourceAccount": ("111111111111",)}, "ArnLike", False),
    ],
)
def test_a_topic_s_policy_lets_ses_publish_for_its_identities(
    context: dict[str, tuple[str, ...]], operator: str, *, is_allowed: bool
) -> None:
    """The pattern in StringEquals is row A24 of the field's mistakes."""
    published = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": TOPIC,
        "Condition": {
            "StringLike": {"AWS:SourceAccount": "111111111111"},
            operator: {"AWS:SourceArn": "arn:aws:ses:eu-west-1:111111111111:identity/*"},
        },
    }
    request = PolicyRequest("ses.amazonaws.com", "sns:Publish", TOPIC, context)

    assert evaluate(policy(published, version="2008-10-17"), request).is_allowed is is_allowed
