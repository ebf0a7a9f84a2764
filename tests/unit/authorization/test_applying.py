"""Writing policies: what is written and what is left alone, refusals that pass, and what is read back."""

import json
from collections.abc import Callable
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

    def hear(self, text: str) -> None:
        self.heard.append(text)


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
    with pytest.raises(TooManyPoliciesError, match=r"would have 21 policies.*--organization"):
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
    assert patience.heard == [
        "SES refuses policy Courier: invalid principal. It may not know a new user or role yet: "
        f"again in {wait} s."
        for wait in (2, 4, 8)
    ]
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


class Rewriting(PoliciesInMemory):
    """Answers well, and stores something else for some readings. rewrite: what becomes of a document."""

    def __init__(self, rewrite: Callable[[str], str], readings: int = 99) -> None:
        super().__init__(IDENTITY)
        self.rewrite, self.readings = rewrite, readings

    def read(self) -> dict[str, str]:
        stored = super().read()
        self.readings -= 1
        return stored if self.readings < 0 else {name: self.rewrite(text) for name, text in stored.items()}


ROLE, ROLE_ID = "arn:aws:iam::222222222222:role/mailer", "AROAEXAMPLEEXAMPLE123"


def test_what_is_stored_is_read_back_and_a_difference_is_said() -> None:
    store = Rewriting(lambda text: text.replace("222222222222", "333333333333"))

    with pytest.raises(PolicyNotStoredError) as raised:
        apply(store, Courier=COURIER)
    assert str(raised.value) == (
        "SES does not store policy Courier as it was given: Statement 1, Principal: "
        '{"AWS": "222222222222"} was given, {"AWS": "333333333333"} is stored. Read it with `authorize show`.'
    )


def test_an_account_that_comes_back_as_the_arn_of_its_root_is_stored_well() -> None:
    """IAM user guide, "AWS JSON policy elements: Principal": both are the same, and services convert them."""
    store = Rewriting(lambda text: text.replace("222222222222", "arn:aws:iam::222222222222:root"))

    assert apply(store, Courier=COURIER).heard == []
    store.calls.clear()
    assert apply(store, Courier=COURIER).heard == []
    assert store.calls == []


def test_a_new_role_that_comes_back_as_its_id_for_a_while_is_stored_well() -> None:
    """go-to-k/cdkd issue 1515: AWS shows the id while it does not find the role."""
    store = Rewriting(lambda text: text.replace(ROLE, ROLE_ID), readings=3)

    patience = apply(store, Courier=policy(ROLE))

    assert patience.waited == [2, 4]


def test_a_role_that_stays_an_id_is_said_to_be_deleted() -> None:
    store = Rewriting(lambda text: text.replace(ROLE, ROLE_ID))

    with pytest.raises(PolicyNotStoredError, match=f"{ROLE_ID}.*was deleted, or made anew") as raised:
        apply(store, Courier=policy(ROLE))
    assert ROLE in str(raised.value)


def test_a_stored_id_of_a_deleted_role_is_replaced_when_its_name_is_wanted() -> None:
    store = store_with(Courier=policy(ROLE_ID))

    apply(store, Courier=policy(ROLE))

    assert store.calls == [("update", "Courier")]


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
