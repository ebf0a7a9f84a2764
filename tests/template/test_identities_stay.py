"""No stack, and no function of one, can delete an identity: no tenant that has one stands in the way."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.stack_template import TEMPLATES

# Service Authorization Reference, Amazon SES (v1 and v2): what removes an identity.
DELETIONS = ("ses:deleteidentity", "ses:deleteemailidentity")


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Every statement of a template that allows something, however deep."""
    if isinstance(node, dict):
        if node.get("Effect") == "Allow":
            yield node
        for each in node.values():
            yield from statements(each)
    elif isinstance(node, list):
        for each in node:
            yield from statements(each)


def deleting(statement: dict[str, Any]) -> list[str]:
    """The deletions of identities that a statement allows."""
    listed = statement.get("Action", [])
    patterns = [listed] if isinstance(listed, str) else listed
    found = [name for name in DELETIONS for each in patterns if fnmatchcase(name, each.lower())]
    return found + (["NotAction"] if "NotAction" in statement else [])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_identities_are_nobodys_resource_and_no_role_may_delete_them(path: Path) -> None:
    template = read_template(path)

    assert "AWS::SES::EmailIdentity" not in {each["Type"] for each in template["Resources"].values()}
    found = list(statements(template["Resources"]))
    assert len(found) > 5
    assert [name for each in found for name in deleting(each)] == []


@pytest.mark.parametrize("action", ["ses:*", "ses:Delete*", "*", "ses:DeleteIdentity"])
def test_a_role_that_may_delete_them_would_be_found(action: str) -> None:
    role = {"Statement": [{"Effect": "Allow", "Action": ["ses:GetAccount", action]}]}

    assert [bool(deleting(each)) for each in statements(role)] == [True]
