"""A person is not erased while an export may still write the address; from then on none does."""

from types import SimpleNamespace
from typing import Any

import pytest

from console.errors import NotAllowedError
from console.forgetting.forget_person import PersonOnStack
from tests.support.forgotten import forgotten
from tests.support.in_memory.suppression import NOON


def test_the_hash_is_kept_and_nothing_erased_while_an_export_is_under_way() -> None:
    people = forgotten("b@example.com")
    pages = [{"executions": [{"name": "20261127T070000Z"}]}]
    asked: list[dict[str, Any]] = []

    def paginate(**request: Any) -> list[dict[str, Any]]:
        asked.append(request)
        return pages

    paginator = SimpleNamespace(paginate=paginate)
    # Anything else that is asked of the stack has no answer, and fails the test.
    connection: Any = SimpleNamespace(
        forgotten=people,
        output={"ExportSuppressionWorkflowArn": "arn:workflow"}.__getitem__,
        clients=SimpleNamespace(step_functions=SimpleNamespace(get_paginator=lambda _: paginator)),
    )
    person = PersonOnStack(connection, "Ann@example.com", lambda: NOON)

    with pytest.raises(NotAllowedError, match="20261127T070000Z is exporting suppression lists"):
        person.forget(lambda _what, _read: None)

    assert asked == [{"stateMachineArn": "arn:workflow", "statusFilter": "RUNNING"}]
    assert people.read().knows("ann@example.com")
    assert people.read().knows("b@example.com")
