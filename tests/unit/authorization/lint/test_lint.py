"""What the checks find in policies of the field, and what they leave alone: each case worked by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from ses_reputation.authorization.identity_arn import parse_identity_arn
from ses_reputation.authorization.lint.finding import LintFinding, LintSeverity
from ses_reputation.authorization.lint.lint import exit_code, lint_policies

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
OWNER, COURIER, HARBOR = "111111111111", "222222222222", "333333333333"
IDENTITY = parse_identity_arn(f"arn:aws:ses:eu-west-1:{OWNER}:identity/orchard.example")
ADDRESS = parse_identity_arn(f"arn:aws:ses:eu-west-1:{OWNER}:identity/news@orchard.example")
FROM_NEWS = {"StringLike": {"ses:FromAddress": "news@orchard.example"}}
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
SEND = ["ses:SendEmail", "ses:SendRawEmail"]


def statement(**changes: Any) -> dict[str, Any]:
    """A statement in which nothing is found; a change of None takes an element out."""
    usual = {
        "Sid": "Courier",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{COURIER}:root"},
        "Action": SEND,
        "Resource": str(IDENTITY),
        "Condition": FROM_NEWS,
    }
    return {key: value for key, value in {**usual, **changes}.items() if value is not None}


def when(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def policy(*statements: Any, **changes: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **changes}


def lint(*statements: Any, **changes: Any) -> tuple[LintFinding, ...]:
    return lint_policies(IDENTITY, {"Courier": policy(*statements, **changes)}, NOW)


def checks_of(findings: tuple[LintFinding, ...]) -> dict[str, str]:
    return {finding.check: str(finding.severity) for finding in findings}


def test_a_usual_policy_has_nothing_to_find() -> None:
    assert lint(statement()) == ()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        # A11, and what closes it.
        ({"Principal": "*"}, {"open-to-the-world": "error"}),
        ({"Principal": {"AWS": "*"}}, {"open-to-the-world": "error"}),
        ({"Principal": "*", "Condition": ORGANIZATION}, {"no-condition": "warning"}),
        ({"Principal": "*", "Condition": {**ORGANIZATION, **FROM_NEWS}}, {}),
        (
            {"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}},
            {"open-to-the-world": "error", "no-condition": "warning"},
        ),
        (
            {
                "Principal": "*",
                "Condition": {**FROM_NEWS, "StringLike": {"aws:PrincipalOrgID": ["o-exampleorgid", "*"]}},
            },
            {"open-to-the-world": "error", "no-condition": "warning"},
        ),
        (
            {"Principal": "*", **when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-exampleorgid")},
            {"open-to-the-world": "error", "no-condition": "warning"},
        ),
        (
            {"Principal": "*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": COURIER}}},
            {"open-to-the-world": "error", "no-condition": "warning"},
        ),
        (
            {
                "Principal": "*",
                "Condition": {
                    **FROM_NEWS,
                    "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/*"},
                },
            },
            {},
        ),
        (
            {
                "Principal": "*",
                "Condition": {**FROM_NEWS, "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{COURIER}:role/*"}},
            },
            {},
        ),
        (
            {
                "Principal": "*",
                "Condition": {**FROM_NEWS, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/mailer"}},
            },
            {"open-to-the-world": "error"},
        ),
        ({"Principal": None, "NotPrincipal": {"AWS": HARBOR}}, {"open-to-the-world": "error"}),
        ({"Principal": "*", "Effect": "Deny"}, {}),
        # Missing conditions.
        ({"Condition": None}, {"no-condition": "warning"}),
        ({"Condition": None, "Principal": {"AWS": COURIER}}, {"no-condition": "warning"}),
        ({"Condition": None, "Principal": {"AWS": f"arn:aws:iam::{COURIER}:role/mailer"}}, {}),
        (when("DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"), {}),
        # The form of principals.
        ({"Principal": None}, {"no-principal": "error"}),
        ({"Principal": {"AWS": f"arn:aws:iam::{COURIER}:user/*"}}, {"principal-form": "error"}),
        ({"Principal": {"AWS": "courier"}}, {"principal-form": "error"}),
        ({"Principal": {"AWS": f"arn:aws-us-gov:iam::{COURIER}:root"}}, {"principal-form": "error"}),
        ({"Principal": {"AWS": f"arn:aws:iam::{COURIER}:group/mailers"}}, {"principal-form": "error"}),
        ({"Principal": {"AWS": "AIDAEXAMPLEOFANIDS0"}}, {"deleted-principal": "warning"}),
        # Region, account, identity.
        ({"Resource": str(IDENTITY).replace("eu-west-1", "us-east-1")}, {"wrong-region": "error"}),
        ({"Resource": str(IDENTITY.in_every_region())}, {"wrong-region": "warning"}),
        ({"Resource": str(IDENTITY).replace(OWNER, COURIER)}, {"other-account": "error"}),
        ({"Resource": str(IDENTITY).replace("orchard", "harvest")}, {"other-identity": "error"}),
        ({"Resource": str(IDENTITY).replace("aws:", "aws-us-gov:", 1)}, {"other-identity": "error"}),
        ({"Resource": "*"}, {"other-identity": "error"}),
        ({"Resource": f"arn:aws:ses:eu-west-1:{OWNER}:configuration-set/news"}, {"other-identity": "error"}),
        ({"Resource": [str(IDENTITY), str(ADDRESS)]}, {"one-resource": "error"}),
        ({"Resource": None, "NotResource": str(ADDRESS)}, {"one-resource": "error"}),
        # A14, and actions that SES ignores.
        ({"Action": [*SEND, "ses:GetEmailIdentity"]}, {"management-action": "warning"}),
        ({"Action": [*SEND, "ses:PutEmailIdentityDkimSigningAttributes"]}, {"management-action": "warning"}),
        ({"Action": [*SEND, "ses:getemailidentity"]}, {"management-action": "warning"}),
        ({"Action": [*SEND, "ses:*Email"]}, {"management-action": "warning"}),
        ({"Action": "ses:*"}, {"management-action": "warning"}),
        ({"Action": "*"}, {"management-action": "warning"}),
        ({"Action": None, "NotAction": "ses:DeleteEmailIdentity"}, {"management-action": "warning"}),
        (
            {"Action": ["ses:GetEmailIdentity"], "Principal": {"AWS": OWNER}},
            {},
        ),
        ({"Action": [*SEND, "ses:SendMail"]}, {"ignored-action": "warning"}),
        ({"Action": [*SEND, "sns:Publish"]}, {"ignored-action": "warning"}),
        ({"Action": [*SEND, "ses:Frobnicate"]}, {"ignored-action": "warning"}),
        ({"Action": ["ses:Send*"]}, {}),
        ({"Action": ["SES:sendemail", "SES:sendrawemail"]}, {}),
        # A02.
        ({"Action": "ses:SendEmail"}, {"no-raw-mail": "warning"}),
        # A10.
        (
            when("StringEquals", "AWS:SourceAccount", COURIER),
            {"key-capitals": "error", "service-key": "warning", "no-condition": "warning"},
        ),
        (
            {"Condition": {**FROM_NEWS, "StringEquals": {"aws:SourceAccount": COURIER}}},
            {"service-key": "warning"},
        ),
        (
            {
                "Principal": {"Service": "cognito-idp.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": COURIER}},
            },
            {},
        ),
        # A13, and what else a condition never meets.
        (when("StringEquals", "ses:FromAddress", "*@orchard.example"), {"wildcard-in-equals": "error"}),
        (when("StringLike", "ses:FromAddress", "News@orchard.example"), {"capitals-in-value": "warning"}),
        (when("StringEqualsIgnoreCase", "ses:FromAddress", "News@orchard.example"), {}),
        (when("StringLike", "ses:FromDisplayName", "The Orchard"), {}),
        (when("StringLike", "ses:FromAddress", "*@harvest.example"), {"foreign-sender": "error"}),
        (when("StringLike", "ses:FromAddress", "*@mail.orchard.example"), {}),
        (when("StringLike", "ses:FromAddress", "*@*"), {}),
        (when("StringNotLike", "ses:FromAddress", "*@harvest.example"), {}),
        (when("StringLike", "ses:Recipients", "*@harbor.example"), {"recipients-as-one": "warning"}),
        (when("ForAllValues:StringLike", "ses:Recipients", "*@harbor.example"), {}),
        (when("StringLike", "ses:Sender", "x"), {"unknown-key": "warning"}),
        (when("StringLike", "from", "x"), {"unknown-key": "warning"}),
        (when("StringAlike", "ses:FromAddress", "x"), {"unknown-operator": "error"}),
        ({"Condition": "StringLike"}, {"condition-form": "error"}),
        (when("IpAddress", "aws:SourceIp", "203.0.113.0/33"), {"address-range": "error"}),
        (when("IpAddress", "aws:SourceIp", "203.0.113.0/24"), {}),
        (when("DateLessThan", "aws:CurrentTime", "2026-11-27T01:59:59Z"), {"expired": "warning"}),
        (when("DateLessThan", "aws:CurrentTime", "2026-11-27T02:00:01Z"), {}),
        (when("DateLessThan", "aws:CurrentTime", "soon"), {"unreadable-date": "error"}),
        (
            {
                "Condition": {
                    "DateGreaterThan": {"aws:CurrentTime": "2027-02-01"},
                    "DateLessThan": {"aws:CurrentTime": "2027-01-01"},
                }
            },
            {"no-time-left": "error"},
        ),
        ({"Effect": "allow"}, {"no-effect": "error"}),
    ],
)
def test_one_change_of_a_good_statement_is_found_and_nothing_else(
    changes: Mapping[str, Any], found: Mapping[str, str]
) -> None:
    assert checks_of(lint(statement(**changes))) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"Version": "2008-10-17"}, {"old-version": "warning"}),
        ({"Version": None}, {"old-version": "warning"}),
        ({"Version": "2026-01-01"}, {"old-version": "error"}),
        ({"Statement": []}, {"no-statement": "error"}),
        ({"Statement": [statement(), "Allow"]}, {"no-statement": "error"}),
        ({"Statement": [statement(), statement()]}, {"repeated-sid": "error"}),
        ({"Id": "x" * 4096}, {"policy-size": "error"}),
    ],
)
def test_a_policy_as_a_whole_is_checked(changes: dict[str, Any], found: dict[str, str]) -> None:
    assert checks_of(lint(statement(), **changes)) == found


def test_4096_bytes_fit_and_one_more_does_not() -> None:
    bare = policy(statement(), Id="")
    fits, over = ("x" * (4096 - length_of(bare) + more) for more in (0, 1))

    assert lint(statement(), Id=fits) == ()
    assert checks_of(lint(statement(), Id=over)) == {"policy-size": "error"}


def length_of(document: Mapping[str, Any]) -> int:
    """The bytes of a document without white space, counted without json."""
    return len(str(document).replace(": ", ":").replace(", ", ",").encode())


def test_names_numbers_and_what_is_no_policy_are_checked() -> None:
    many = {f"Courier-{number}": policy(statement()) for number in range(21)}

    assert checks_of(lint_policies(IDENTITY, many, NOW)) == {"too-many-policies": "error"}
    assert checks_of(lint_policies(IDENTITY, {"A policy": policy(statement())}, NOW)) == {
        "policy-name": "error"
    }
    assert checks_of(lint_policies(IDENTITY, {"x" * 65: policy(statement())}, NOW)) == {
        "policy-name": "error"
    }
    (finding,) = lint_policies(IDENTITY, {"Courier": "{"}, NOW)
    assert (finding.check, finding.policy, finding.problem) == (
        "unreadable-policy",
        "Courier",
        "the policy is no JSON",
    )


@pytest.mark.parametrize("api", ["ses", "sesv2"])
def test_every_action_of_ses_is_known_and_those_that_do_not_send_are_for_the_owners_account(api: str) -> None:
    operations = boto3.client(api, region_name="eu-west-1").meta.service_model.operation_names
    managing = [name for name in operations if not name.startswith("Send")]
    found = {name: checks_of(lint(statement(Action=[*SEND, f"ses:{name}"]))) for name in managing}

    assert len(managing) > 50
    assert found == {name: {"management-action": "warning"} for name in managing}


def test_only_one_of_two_statements_closed_is_still_open() -> None:
    closed = statement(Sid="Closed", Principal="*", Condition={**ORGANIZATION, **FROM_NEWS})
    (finding,) = lint(closed, statement(Sid="Open", Principal="*"))

    assert (finding.check, finding.policy, finding.statement) == (
        "open-to-the-world",
        "Courier",
        "Statement Open",
    )


def test_raw_mail_may_be_allowed_by_another_statement() -> None:
    simple = statement(Action="ses:SendEmail")

    assert lint(simple, statement(Sid="Raw", Action="ses:SendRawEmail")) == ()
    templated = statement(Sid="Templated", Action="ses:SendTemplatedEmail")
    assert checks_of(lint(simple, templated)) == {"no-raw-mail": "warning"}
    other = statement(Sid="Raw", Action="ses:SendRawEmail", Principal={"AWS": HARBOR})
    assert checks_of(lint(simple, other)) == {"no-raw-mail": "warning"}


def test_a_delegate_that_is_allowed_and_denied_is_a_contradiction() -> None:
    deny = statement(Sid="Revoked", Effect="Deny", Action="ses:Send*", Condition=None)
    findings = lint_policies(IDENTITY, {"Courier": policy(statement()), "Revoke": policy(deny)}, NOW)

    (finding,) = findings
    assert finding.check == "allowed-and-denied"
    assert "policy Revoke, Statement Revoked" in finding.problem


def test_a_delegate_of_the_domain_that_the_address_refuses_is_a_contradiction() -> None:
    """A07: the guide and what senders saw differ, so it says `may`."""
    denying = {"Own": policy(statement(Effect="Deny", Resource=str(ADDRESS), Condition=None))}
    findings = lint_policies(IDENTITY, {"Courier": policy(statement())}, NOW, {ADDRESS: denying})

    (finding,) = findings
    assert finding.check == "other-identity-differs"
    assert finding.problem.startswith(
        f"orchard.example lets arn:aws:iam::{COURIER}:root send and news@orchard.example does not"
    )
    assert "may depend" in finding.problem
    assert finding.mend.endswith("delete the identity news@orchard.example")


def test_the_same_statement_on_both_identities_is_no_contradiction() -> None:
    same = {"Courier": policy(statement(Resource=str(ADDRESS)))}

    assert lint_policies(IDENTITY, {"Courier": policy(statement())}, NOW, {ADDRESS: same}) == ()


def test_an_address_that_allows_what_its_domain_does_not_is_a_contradiction_too() -> None:
    allowing = {"Courier": policy(statement(Resource=str(ADDRESS)))}
    harbors = {"Harbor": policy(statement(Principal={"AWS": HARBOR}))}
    problems = [each.problem for each in lint_policies(IDENTITY, harbors, NOW, {ADDRESS: allowing})]

    assert [problem.partition(" send")[0] for problem in problems] == [
        f"news@orchard.example lets arn:aws:iam::{COURIER}:root",
        f"orchard.example lets arn:aws:iam::{HARBOR}:root",
    ]


def test_an_identity_without_policies_contradicts_nothing() -> None:
    own = {"Courier": policy(statement(Resource=str(ADDRESS)))}

    assert lint_policies(IDENTITY, {}, NOW, {ADDRESS: own}) == ()
    assert lint_policies(IDENTITY, {"Courier": policy(statement())}, NOW, {ADDRESS: {}}) == ()


def test_a_deny_of_all_others_closes_what_is_open_to_everybody() -> None:
    everybody = statement(Principal="*")
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    deny = statement(Sid="Others", Effect="Deny", Principal="*", Action="ses:Send*", Condition=outside)

    assert lint(everybody, deny) == ()
    assert checks_of(lint(everybody, {**deny, "Action": "ses:SendEmail"})) == {"open-to-the-world": "error"}
    narrow = {**deny, "Condition": {**outside, **FROM_NEWS}}
    assert checks_of(lint(everybody, narrow)) == {"open-to-the-world": "error"}


@pytest.mark.parametrize("action", ["ses:SendEmail", "ses:SendRawEmail"])
def test_one_kind_of_mail_that_is_denied_is_a_contradiction(action: str) -> None:
    deny = statement(Sid="NotThis", Effect="Deny", Action=action, Condition=None)

    (finding,) = lint(*(statement(Sid=each[4:], Action=each) for each in SEND), deny)
    assert finding.check == "allowed-and-denied"


def test_policies_that_ses_stores_are_compared_and_not_checked() -> None:
    raw = policy(statement(Action="ses:SendRawEmail", Resource="*"))
    deny = policy(statement(Effect="Deny", Condition=None))
    simple = {"Courier": policy(statement(Action="ses:SendEmail"))}

    assert lint_policies(IDENTITY, simple, NOW, stored={"Raw": raw, "Broken": "{"}) == ()
    found = lint_policies(IDENTITY, simple, NOW, stored={"Raw": raw, "Old": deny})
    assert checks_of(found) == {"allowed-and-denied": "warning"}
    assert lint_policies(IDENTITY, simple, NOW, stored={"Courier": deny, "Raw": raw}) == ()


def test_an_address_needs_no_condition_on_where_mail_comes_from() -> None:
    of_address = {"Courier": policy(statement(Resource=str(ADDRESS), Condition=None))}

    assert lint_policies(ADDRESS, of_address, NOW) == ()


@pytest.mark.parametrize(
    ("severities", "code"),
    [([], 0), ([LintSeverity.WARNING] * 2, 1), ([LintSeverity.WARNING, LintSeverity.ERROR], 2)],
)
def test_the_exit_code_is_that_of_the_worst_finding(severities: list[LintSeverity], code: int) -> None:
    assert exit_code(LintFinding("check", each, "problem", "mend") for each in severities) == code


def test_errors_come_before_warnings() -> None:
    findings = lint(statement(Action="ses:*", Resource="*"))

    assert [finding.severity for finding in findings] == ["error", "warning"]
