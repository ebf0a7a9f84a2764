"""Whom a statement's principals name, by a table worked by hand from the IAM user guide."""

from typing import Any

import pytest

from ses_reputation.authorization.principals import account_of, is_named, root_of

COURIER = "222222222222"
ROOT = f"arn:aws:iam::{COURIER}:root"
ROLE = f"arn:aws:iam::{COURIER}:role/mail/mailer"
SESSION = f"arn:aws:sts::{COURIER}:assumed-role/mailer/nightly"
USER = f"arn:aws:iam::{COURIER}:user/mailer"
SES = "ses.amazonaws.com"


@pytest.mark.parametrize(
    ("principal", "named", "others"),
    [
        ("*", {ROOT, ROLE, SESSION, USER, SES}, set()),
        ({"AWS": "*"}, {ROOT, ROLE, SESSION, USER, SES}, set()),
        ({"AWS": COURIER}, {ROOT, ROLE, SESSION, USER}, {SES}),
        ({"AWS": [ROOT]}, {ROOT, ROLE, SESSION, USER}, {SES}),
        ({"AWS": ROLE}, {ROLE, SESSION}, {ROOT, USER, SES}),
        ({"AWS": f"arn:aws:iam::{COURIER}:role/mailer"}, {SESSION}, {ROLE, ROOT, USER}),
        ({"AWS": f"arn:aws:iam::{COURIER}:role/mail"}, set(), {ROLE, SESSION}),
        ({"AWS": f"arn:aws:iam::{COURIER}:user/mailer"}, {USER}, {ROLE, SESSION, ROOT}),
        ({"AWS": SESSION}, {SESSION}, {ROLE, USER, ROOT}),
        ({"AWS": f"arn:aws:iam::{COURIER}:*"}, set(), {ROOT, ROLE}),
        ({"AWS": f"arn:aws-us-gov:iam::{COURIER}:root"}, set(), {ROOT, ROLE}),
        ({"AWS": "333333333333"}, set(), {ROOT, ROLE, SESSION}),
        ({"AWS": ["AIDAEXAMPLEOFANIDS", 7, ""]}, set(), {ROOT, USER, SES}),
        ({"Service": SES}, {SES}, {ROOT, "sns.amazonaws.com"}),
        ({"Service": ["sns.amazonaws.com"], "AWS": ROOT}, {ROOT, "sns.amazonaws.com"}, {SES}),
        ({}, set(), {ROOT, SES}),
        (7, set(), {ROOT, SES}),
    ],
)
def test_a_principal_names_these_and_not_those(principal: Any, named: set[str], others: set[str]) -> None:
    assert {each for each in named | others if is_named(principal, each)} == named


@pytest.mark.parametrize("principal", [COURIER, ROOT, ROLE, SESSION, f"arn:aws-us-gov:iam::{COURIER}:root"])
def test_the_account_of_a_principal_is_read_from_any_form(principal: str) -> None:
    assert account_of(principal) == COURIER


@pytest.mark.parametrize(
    "principal", ["*", SES, "", "arn:aws:iam::*:root", "arn:aws:s3:::222222222222", None]
)
def test_what_has_no_account_has_none(principal: Any) -> None:
    assert account_of(principal) == ""


def test_the_root_stands_for_the_account_in_its_own_partition() -> None:
    assert root_of(SESSION) == ROOT
    assert root_of(f"arn:aws-us-gov:iam::{COURIER}:user/a") == f"arn:aws-us-gov:iam::{COURIER}:root"
    assert root_of(SES) == SES
