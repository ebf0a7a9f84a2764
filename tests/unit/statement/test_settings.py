"""What an operator can set about statements."""

import pytest

from ses_reputation.errors import SettingsError
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.settings import StatementSettings
from tests.unit.assessment.test_settings import ENVIRONMENT as RULES

ENVIRONMENT = RULES | {
    "REPUTATION_BUCKET": "bucket",
    "ACCOUNT_NAMES": "444455556666=Agency North,777788889999=Läden & Co.",
    "IDENTITY_OWNERS": "example.net=777788889999",
}


def test_names_and_owners_are_read_by_account_and_by_identity() -> None:
    settings = StatementSettings.from_environment(ENVIRONMENT)

    assert settings.account_names == {"444455556666": "Agency North", "777788889999": "Läden & Co."}
    assert settings.identity_owners == {"example.net": "777788889999"}


def test_an_account_that_has_a_name_has_a_statement_before_it_sends() -> None:
    plan = StatementSettings.from_environment(ENVIRONMENT).plan

    names = [scope.party.name for scope in plan.parties.scopes([], [], plan.naming)]
    assert names == ["owner-111122223333", "owner-777788889999", "delegate-444455556666"]


def test_without_names_and_owners_all_identities_are_the_ledgers() -> None:
    settings = StatementSettings.from_environment({**ENVIRONMENT, "ACCOUNT_NAMES": "", "IDENTITY_OWNERS": ""})

    sender = SenderIdentity("444455556666", "us-east-1", "example.net")
    owner, _ = settings.plan.parties.scopes([sender], [], settings.plan.naming)
    assert owner.senders == (sender,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCOUNT_NAMES", "Agency North"),
        ("ACCOUNT_NAMES", "444455556666=A\x1b[31m"),
        ("ACCOUNT_NAMES", "444455556666=A,444455556666=B"),
        ("IDENTITY_OWNERS", "example.net"),
        ("IDENTITY_OWNERS", "Example.net=777788889999"),
        ("REPUTATION_BUCKET", ""),
    ],
)
def test_what_is_malformed_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        StatementSettings.from_environment(ENVIRONMENT | {name: value})
