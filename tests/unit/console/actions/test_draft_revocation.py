"""A revocation is drafted where there is something to revise, or where nobody knows."""

import pytest

from console.actions.draft_revocation import draft_policies
from console.errors import ConsoleError
from console.stack.owned_identity import PolicyRead

ARN = "arn:aws:ses:us-east-1:111122223333:identity/example.com"


def test_without_policies_nothing_is_drafted() -> None:
    assert draft_policies(PolicyRead({}), ARN, "444455556666") is None


def test_unreadable_policies_are_answered_by_a_deny() -> None:
    draft = draft_policies(PolicyRead({}, "SES refused"), ARN, "444455556666")

    assert draft
    assert [str(policy.change) for policy in draft.policies] == ["added"]


def test_the_owner_itself_cannot_be_revoked() -> None:
    with pytest.raises(ConsoleError, match=r"111122223333 is not the id of another account.*\.$"):
        draft_policies(PolicyRead({"agency": "{}"}), ARN, "111122223333")
