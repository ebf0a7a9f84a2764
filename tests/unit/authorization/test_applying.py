"""Writing policies: what is written and what is left alone, refusals that pass, and what is read back."""

import json
from typing import Any

import pytest

from ses_reputation.authorization.applying import WriteKind, is_same, plan_writes, write_policies
from ses_reputation.authorization.errors import (
    PolicyConflictError,
    PolicyNotStoredError,
    PolicyRefusedError,
    TooManyPoliciesError,
)
from ses_reputation.authorization.identity_arn import parse_identity_arn
from tests.support.in_memory.identity_policies import PoliciesInMemory

IDENTITY = parse_identity_arn("arn:aws:ses:eu-west-1:111111111111:identity/orchard.example")


def policy(*accounts: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": list(accounts)}, "Action": "ses:SendEmail"}
    return {"Version": "2012-10-17", "Statement": [statement]}


COURIER, HARBOR = policy("222222222222"), policy("333333333333")


class Patience:
    """Notes how long somebody waited, and what they were told of refusals."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.heard: list[str] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    def hear(self, text: str, seconds: float) -> None:
        self.heard.append(f"{text} ({seconds:.0f})")


def store_with(**policies: dict[str, Any]) -> PoliciesInMemory:
    store = PoliciesInMemory(IDENTITY)
    store.stored.update({name: json.dumps(document, indent=2) for name, document in policies.items()})
    return store


def apply(store: PoliciesInMemory, **wanted: dict[str, Any] | None) -> Patience:
    patience = Patience()
    write_policies(store, plan_writes(store.read(), wanted), patience.wait, patience.hear)
    return patience


def test_each_policy_is_created_replaced_deleted_or_kept() -> None:
    store = store_with(kept=COURIER, replaced=COURIER, deleted=COURIER, other=HARBOR)

    apply(store, kept=COURIER, replaced=HARBOR, deleted=None, created=HARBOR)

    assert store.calls == [("update", "replaced"), ("create", "created"), ("delete", "deleted")]
    assert {name: json.loads(text) for name, text in store.stored.items()} == {
        "kept": COURIER,
        "replaced": HARBOR,
        "other": HARBOR,
        "created": HARBOR,
    }


def test_applying_again_writes_nothing() -> None:
    store = store_with()
    apply(store, Courier=COURIER)
    store.calls.clear()

    assert apply(store, Courier=COURIER).waited == []
    assert store.calls == []


def test_the_21st_policy_is_refused_before_anything_is_written() -> None:
    """A12."""
    store = store_with(**{f"Other-{number}": HARBOR for number in range(19)})

    apply(store, Courier=COURIER)
    store.calls.clear()
    with pytest.raises(TooManyPoliciesError, match="would have 21 policies"):
        apply(store, **{"Other-1": COURIER, "Harbor": HARBOR})
    assert store.calls == []


def test_policies_to_delete_make_no_room_before_they_are_deleted() -> None:
    store = store_with(**{f"Other-{number}": HARBOR for number in range(20)})

    with pytest.raises(TooManyPoliciesError):
        apply(store, **{"Harbor": HARBOR, "Other-1": None})
    apply(store, **{"Other-1": None})
    apply(store, Harbor=HARBOR)


def test_a_principal_that_is_not_known_yet_is_tried_again() -> None:
    """A08."""
    store = store_with()
    store.refusals = ["invalid principal"] * 3

    patience = apply(store, Courier=COURIER)

    assert patience.waited == [2, 4, 8]
    assert patience.heard == ["invalid principal (2)", "invalid principal (4)", "invalid principal (8)"]
    assert store.calls == [("create", "Courier")] * 4
    assert "Courier" in store.stored


def test_a_principal_that_stays_unknown_is_given_up_after_a_minute() -> None:
    """A09."""
    store = store_with()
    store.refusals = ["invalid principal"] * 99
    patience = Patience()

    with pytest.raises(PolicyRefusedError, match=r"^invalid principal$"):
        write_policies(store, plan_writes({}, {"Courier": COURIER}), patience.wait, patience.hear)
    assert sum(patience.waited) == 60
    assert store.stored == {}


def test_an_answer_that_was_lost_is_no_conflict() -> None:
    """botocore repeats a call whose answer it lost; the first may have been carried out."""
    store = store_with()
    writes = plan_writes({}, {"Courier": COURIER})
    store.stored["Courier"] = json.dumps(COURIER)
    write_policies(store, writes, Patience().wait, Patience().hear)

    deletes = plan_writes({"Courier": json.dumps(COURIER)}, {"Courier": None})
    del store.stored["Courier"]
    write_policies(store, deletes, Patience().wait, Patience().hear)

    assert store.calls == [("create", "Courier"), ("delete", "Courier")]


def test_what_somebody_else_wrote_meanwhile_is_a_conflict() -> None:
    store = store_with()
    writes = plan_writes({}, {"Courier": COURIER})
    store.stored["Courier"] = json.dumps(HARBOR)

    with pytest.raises(PolicyConflictError):
        write_policies(store, writes, Patience().wait, Patience().hear)
    assert json.loads(store.stored["Courier"]) == HARBOR


class Forgetful(PoliciesInMemory):
    """Answers well, and stores what somebody else wrote."""

    def create(self, name: str, text: str) -> None:
        super().create(name, json.dumps(HARBOR))


def test_what_is_stored_is_read_back_and_compared() -> None:
    store = Forgetful(IDENTITY)

    with pytest.raises(PolicyNotStoredError, match="Courier"):
        apply(store, Courier=COURIER)


@pytest.mark.parametrize(
    ("stored", "document", "same"),
    [
        (json.dumps(COURIER, indent=2), COURIER, True),
        (json.dumps(policy("222222222222", "333333333333")), policy("333333333333", "222222222222"), True),
        (json.dumps(COURIER).replace('["222222222222"]', '"222222222222"'), COURIER, True),
        (json.dumps(COURIER), HARBOR, False),
        (json.dumps({**COURIER, "Id": "x"}), COURIER, False),
        ("{", COURIER, False),
        (None, COURIER, False),
        (json.dumps(COURIER), None, False),
        (None, None, True),
    ],
)
def test_documents_are_compared_by_what_they_say(
    stored: str | None, document: dict[str, Any] | None, *, same: bool
) -> None:
    assert is_same(stored, document) is same


def test_what_denies_is_written_before_anything_is_deleted() -> None:
    existing = {"A": json.dumps(COURIER)}
    writes = plan_writes(existing, {"A": None, "B": HARBOR})

    assert [write.kind for write in writes] == [WriteKind.CREATE, WriteKind.DELETE]
