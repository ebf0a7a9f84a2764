"""What identities' policies let a delegate do."""

from dataclasses import replace
from typing import Any

import pytest

from ses_reputation.doctor.checks.delegation.permission import check
from ses_reputation.doctor.checks.delegation.policies import check as lint
from ses_reputation.doctor.facts.listing import Listing
from tests.support.doctor_facts import DELEGATE, OWNER, REGION, owner_place, policy, sound_setup

ARN = f"arn:aws:ses:{REGION}:{OWNER}:identity/orchard.example"


def names(text: str | None, **place_fields: Any) -> list[str]:
    place = owner_place()
    policies = {} if text is None else {"p": text}
    domain = replace(place.identities.found["orchard.example"], policies=policies)
    changed = replace(place, identities=Listing({domain.name: domain}), **place_fields)
    setup = sound_setup()
    return [each.name for each in check(replace(setup, places=(changed, setup.places[1])))]


@pytest.mark.parametrize(
    "fields",
    [
        {"Principal": {"AWS": DELEGATE}},
        {"Principal": {"AWS": f"arn:aws:iam::{DELEGATE}:root"}},
        {"Principal": {"AWS": f"arn:aws:iam::{DELEGATE}:role/mailer"}},
        {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}},
        {
            "Principal": {"AWS": DELEGATE},
            "Condition": {"StringLike": {"ses:FromAddress": "news@orchard.example"}},
        },
    ],
)
def test_a_delegate_that_may_send_some_mail_is_allowed(fields: Any) -> None:
    assert names(policy(Action=["ses:SendEmail", "ses:SendRawEmail"], Resource=ARN, **fields)) == []


def test_a_policy_that_has_expired_allows_nothing() -> None:
    expired = {"DateLessThan": {"aws:CurrentTime": "2026-11-27T08:59:59Z"}}
    text = policy(Principal={"AWS": DELEGATE}, Action="ses:Send*", Resource=ARN, Condition=expired)

    assert names(text) == ["delegate_refused"]


def test_nobody_is_called_unnamed_while_an_identity_was_not_read() -> None:
    setup = sound_setup()
    place = replace(setup.places[0], identities=Listing({}, frozenset({"orchard.example"})))

    assert list(check(replace(setup, places=(place, setup.places[1])))) == []


def test_a_delegate_that_no_policy_names_is_not_allowed() -> None:
    assert names(None) == ["delegate_not_named"]


def of_lint(**policies: str) -> list[str]:
    """What is quoted of lint for an address and its domain."""
    place = owner_place()
    named = {
        name: replace(place.identities.found["orchard.example"], name=name, policies={"p": text})
        for name, text in policies.items()
    }
    return [
        each.name
        for each in lint(replace(sound_setup(), places=(replace(place, identities=Listing(named)),)))
    ]


def test_a_policy_for_everybody_is_an_error() -> None:
    text = policy(Principal="*", Action="ses:SendEmail", Resource=ARN)

    assert of_lint(**{"orchard.example": text}) == ["policy_open_to_the_world"]


def test_an_address_and_its_domain_that_differ_are_said_once() -> None:
    address = ARN.replace("orchard", "news@orchard")
    denied = policy(Effect="Deny", Principal={"AWS": DELEGATE}, Action="ses:SendEmail", Resource=address)
    allowed = policy(Principal={"AWS": DELEGATE}, Action="ses:SendEmail", Resource=ARN)

    found = of_lint(**{"orchard.example": allowed, "news@orchard.example": denied})

    assert found == ["policy_other_identity_differs"]
