"""What identities' policies let a delegate do."""

from dataclasses import replace
from typing import Any

import pytest

from ses_reputation.doctor.checks.delegation.permission import check
from ses_reputation.doctor.checks.delegation.policies import check as lint
from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.sending import Place
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


def place_of(**policies: str) -> Place:
    """The owner's place with identities of these names and policies."""
    place = owner_place()
    named = {
        name: replace(place.identities.found["orchard.example"], name=name, policies={"p": text})
        for name, text in policies.items()
    }
    return replace(place, identities=Listing(named))


def of_lint(**policies: str) -> list[str]:
    """What is quoted of lint for identities with these policies."""
    return [each.name for each in lint(replace(sound_setup(), places=(place_of(**policies),)))]


def of_permission(**policies: str) -> list[str]:
    """What is said of the delegate's permissions besides."""
    return [each.name for each in check(replace(sound_setup(), places=(place_of(**policies),)))]


def test_a_policy_for_everybody_is_an_error() -> None:
    text = policy(Principal="*", Action="ses:SendEmail", Resource=ARN)

    assert of_lint(**{"orchard.example": text}) == ["policy_open_to_the_world"]


@pytest.mark.parametrize(
    "name", ["news@orchard.example", "news@mail.orchard.example", "mail.orchard.example"]
)
def test_an_identity_and_the_domain_above_it_that_differ_are_said_once(name: str) -> None:
    below = ARN.replace("orchard.example", name)
    denied = policy(Effect="Deny", Principal={"AWS": DELEGATE}, Action="ses:SendEmail", Resource=below)
    allowed = policy(Principal={"AWS": DELEGATE}, Action="ses:Send*", Resource=ARN)
    named = {"orchard.example": allowed, name: denied}

    assert of_lint(**named) == ["policy_other_identity_differs"]
    assert of_permission(**named) == []


def test_the_nearest_domain_is_the_one_above() -> None:
    far, near, address = "orchard.example", "mail.Orchard.example", "news@a.mail.orchard.example"
    allowed = {name: policy(Principal={"AWS": DELEGATE}, Action="ses:Send*") for name in (near, address)}
    denied = {far: policy(Effect="Deny", Principal={"AWS": DELEGATE}, Action="ses:Send*")}

    place = place_of(**allowed, **denied)
    identities = place.identities.found

    assert place.domain_above(identities[address]) is identities[near]
    assert place.domain_above(identities[near]) is identities[far]
    assert place.domain_above(identities[far]) is None
