"""Policies in words: who may do what, under which conditions."""

from typing import Any

import pytest

from ses_reputation.authorization.words import describe_policy

IDENTITY = "arn:aws:ses:eu-west-1:111111111111:identity/orchard.example"


def words(**changes: Any) -> str:
    usual = {
        "Effect": "Allow",
        "Principal": {"AWS": "222222222222"},
        "Action": "ses:SendEmail",
        "Resource": IDENTITY,
    }
    (sentence,) = describe_policy({"Statement": {**usual, **changes}})
    return sentence


def test_a_whole_statement_is_one_sentence() -> None:
    sentence = words(
        Sid="Courier",
        Action=["ses:SendEmail", "ses:SendRawEmail"],
        Condition={
            "StringLike": {"ses:FromAddress": ["news@orchard.example", "offers@orchard.example"]},
            "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
        },
    )

    assert sentence == (
        "Statement Courier allows account 222222222222 with all its users and roles: ses:SendEmail (simple "
        "mail) and ses:SendRawEmail (raw mail, SMTP included), if the From address is like "
        "news@orchard.example or offers@orchard.example and the time is before 2027-01-01T00:00:00Z."
    )


@pytest.mark.parametrize(
    ("principal", "said"),
    [
        ("*", "everybody, of any AWS account"),
        ({"AWS": "arn:aws:iam::222222222222:root"}, "account 222222222222 with all its users and roles"),
        ({"AWS": "arn:aws:iam::222222222222:role/mail/mailer"}, "role mail/mailer of account 222222222222"),
        ({"AWS": "arn:aws:iam::222222222222:user/ada"}, "user ada of account 222222222222"),
        (
            {"AWS": "arn:aws:sts::222222222222:assumed-role/mailer/x"},
            "session mailer/x of account 222222222222",
        ),
        ({"AWS": "AIDAEXAMPLEOFANIDS0"}, "a user or role that was deleted (AIDAEXAMPLEOFANIDS0)"),
        ({"AWS": "courier"}, "what IAM does not know as a principal (courier)"),
        ({"Service": "cognito-idp.amazonaws.com"}, "the service cognito-idp.amazonaws.com"),
        ({"Federated": "example.com"}, "Federated example.com"),
        (
            {"AWS": ["222222222222", "333333333333"], "Service": "ses.amazonaws.com"},
            "account 222222222222 with all its users and roles, account 333333333333 with all its users and "
            "roles and the service ses.amazonaws.com",
        ),
        (None, "nobody"),
    ],
)
def test_principals_are_named(principal: Any, said: str) -> None:
    assert words(Principal=principal) == f"Statement 1 allows {said}: ses:SendEmail (simple mail)."


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            {"ForAllValues:StringLike": {"ses:Recipients": "*@harbor.example"}},
            "each of the recipients is like *@harbor.example",
        ),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-x"}}, "the caller's AWS organization is o-x"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "the caller's IP address is in 203.0.113.0/24"),
        ({"StringEqualsIfExists": {"ses:FromAddress": "a"}}, "the From address is a (or it is absent)"),
        ({"Null": {"aws:SourceIp": "true"}}, "the caller's IP address is absent"),
        ({"Null": {"aws:SourceIp": "false"}}, "the caller's IP address is present"),
        ({"Bool": {"aws:SecureTransport": True}}, "aws:SecureTransport is true"),
        (
            {"StringAlike": {"a:b": "c"}},
            "StringAlike on a:b is met by c, an operator that IAM does not know",
        ),
        ("x", "a condition of unknown form is met (x)"),
    ],
)
def test_conditions_are_said(condition: Any, said: str) -> None:
    assert words(Condition=condition).endswith(f", if {said}.")


def test_what_is_denied_or_excepted_is_said() -> None:
    assert words(Effect="Deny", Action="ses:Send*").endswith(": ses:Send* (mail of every kind).")
    assert words(NotPrincipal={"AWS": "222222222222"}, Action="*").startswith(
        "Statement 1 allows everybody but account 222222222222"
    )
    assert words(NotAction="ses:SendEmail").endswith(": every action but ses:SendEmail.")
    assert words(Effect="Maybe") == "Statement 1 neither allows nor denies."
    assert describe_policy({"Statement": ["x"]}) == ("Statement 1 is no JSON object.",)
