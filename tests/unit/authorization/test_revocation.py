"""Revoking a delegate in whatever policies there are: what is drafted, noted, and left alone."""

import json
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.authorization.revocation import PolicyChange, RevisedPolicy, Revocation, draft_revocation

IDENTITY = "arn:aws:ses:us-east-1:111122223333:identity/example.com"
DELEGATE, SECOND = "444455556666", "777788889999"
ROOT = f"arn:aws:iam::{DELEGATE}:root"
DENY = {
    "Sid": f"Revoke{DELEGATE}",
    "Effect": "Deny",
    "Principal": {"AWS": ROOT},
    "Action": ["ses:Send*"],
    "Resource": IDENTITY,
}
EVERYBODY = "Statement 1 allows everybody: it needs an explicit Deny beside it."


def allow(principal: Any, **fields: Any) -> dict[str, Any]:
    usual = {"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": IDENTITY}
    return {**usual, "Principal": principal, **fields}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def draft(*statements: Any) -> RevisedPolicy:
    (drafted,) = draft_revocation({"Partners": policy(*statements)}, IDENTITY, DELEGATE).policies
    return drafted


def statements_of(drafted: RevisedPolicy) -> Any:
    assert drafted.document is not None
    return drafted.document["Statement"]


@pytest.mark.parametrize(
    "principal",
    [
        DELEGATE,
        ROOT,
        f"arn:aws:iam::{DELEGATE}:user/mailer",
        f"arn:aws:iam::{DELEGATE}:role/service-role/mailer",
        f"arn:aws:sts::{DELEGATE}:assumed-role/mailer/session",
        f"arn:aws-us-gov:iam::{DELEGATE}:root",
        [DELEGATE],
        [ROOT, f"arn:aws:iam::{DELEGATE}:user/mailer"],
    ],
)
def test_a_policy_that_allows_nobody_else_is_deleted(principal: Any) -> None:
    drafted = draft(allow({"AWS": principal}))
    assert (drafted.change, drafted.document, drafted.notes) == (PolicyChange.DELETED, None, ())
    assert drafted.command == (
        "aws sesv2 delete-email-identity-policy --region us-east-1 --email-identity example.com "
        "--policy-name Partners"
    )


def test_the_delegate_leaves_a_list_and_the_others_stay() -> None:
    drafted = draft(
        allow({"AWS": [DELEGATE, SECOND, f"arn:aws:iam::{DELEGATE}:user/mailer"]}, Sid="Partners")
    )
    assert drafted.change is PolicyChange.REPLACED
    assert statements_of(drafted) == [allow({"AWS": [SECOND]}, Sid="Partners")]


def test_a_statement_left_without_principals_goes_and_its_neighbours_stay() -> None:
    other = allow({"AWS": SECOND}, Condition={"StringLike": {"ses:FromAddress": "news@example.com"}})
    drafted = draft(allow({"AWS": DELEGATE}), other)
    assert statements_of(drafted) == [other]


def test_services_beside_the_delegate_stay() -> None:
    drafted = draft(allow({"AWS": DELEGATE, "Service": "cognito-idp.amazonaws.com"}))
    assert statements_of(drafted) == [allow({"Service": "cognito-idp.amazonaws.com"})]


def test_the_command_gives_the_document_to_the_shell_in_one_piece() -> None:
    quoted = allow({"AWS": [DELEGATE, SECOND]}, Sid="It's for partners")

    words = shlex.split(draft(quoted).command)

    assert words[:3] == ["aws", "sesv2", "update-email-identity-policy"]
    assert words[words.index("--email-identity") + 1] == "example.com"
    assert json.loads(words[words.index("--policy") + 1]) == policy(
        allow({"AWS": [SECOND]}, Sid="It's for partners")
    )


@pytest.mark.parametrize(
    "statement",
    [
        allow({"AWS": SECOND}),
        allow({"AWS": [SECOND, "111122223333"]}),
        allow({"Service": "cognito-idp.amazonaws.com"}),
        allow({"AWS": f"arn:aws:iam::{SECOND}:user/{DELEGATE}"}),
        # What denies the delegate must stay.
        allow({"AWS": DELEGATE}, Effect="Deny"),
        allow("*", Effect="Deny"),
        {"Effect": "Deny", "NotPrincipal": {"AWS": SECOND}, "Action": "ses:SendEmail", "Resource": IDENTITY},
    ],
)
def test_what_does_not_allow_the_delegate_is_left_alone(statement: dict[str, Any]) -> None:
    drafted = draft(statement)
    assert (drafted.change, drafted.notes, drafted.command) == (PolicyChange.UNCHANGED, (), "")
    assert statements_of(drafted) == [statement]


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": [SECOND, "*"]}])
def test_everybody_cannot_be_narrowed_so_the_delegate_is_denied(principal: Any) -> None:
    drafted = draft(allow(principal))
    assert statements_of(drafted) == [allow(principal), DENY]
    assert (drafted.change, drafted.notes) == (PolicyChange.REPLACED, (EVERYBODY,))


def test_the_delegate_beside_everybody_is_removed_and_denied() -> None:
    drafted = draft(allow({"AWS": [DELEGATE, "*"]}, Sid="Open"))
    assert statements_of(drafted) == [allow({"AWS": ["*"]}, Sid="Open"), DENY]


def test_the_deny_covers_all_that_is_allowed_to_everybody() -> None:
    drafted = draft(allow("*", Action="ses:*"), allow("*", Action=["ses:SendEmail", "ses:GetEmailIdentity"]))
    actions = statements_of(drafted)[-1]["Action"]
    assert actions == sorted({"ses:Send*", "ses:*", "ses:GetEmailIdentity"})


def test_drafting_twice_changes_nothing_more() -> None:
    first = draft(allow("*"), allow({"AWS": [DELEGATE, SECOND]}))
    second = draft(*statements_of(first))
    assert (second.change, second.document) == (PolicyChange.UNCHANGED, first.document)


def test_an_earlier_deny_of_ours_is_widened_and_never_stands_twice() -> None:
    narrow = {**DENY, "Action": "ses:Earlier"}
    drafted = draft(allow("*"), narrow)
    assert statements_of(drafted) == [
        allow("*"),
        {**DENY, "Action": sorted(["ses:Send*", "ses:Earlier"])},
    ]


def test_not_principal_allows_all_but_some() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": SECOND}, "Action": "ses:SendEmail"}
    drafted = draft(statement)
    assert statements_of(drafted) == [statement, DENY]
    assert drafted.notes == (
        "Statement 1 allows all but some (NotPrincipal): it needs an explicit Deny beside it.",
    )


def test_conditions_and_deleted_users_are_pointed_out() -> None:
    service = allow(
        {"Service": "cognito-idp.amazonaws.com"},
        Sid="Pool",
        Condition={"StringEquals": {"aws:SourceAccount": DELEGATE}},
    )
    deleted = allow({"AWS": "AIDACKCEVSQ6C2EXAMPLE"})

    assert draft(service, deleted).notes == (
        f"Statement Pool still names {DELEGATE} in its conditions: look at what they allow.",
        "Statement 2 names a user or role that was deleted; whose, nobody can tell.",
    )


@pytest.mark.parametrize(
    ("statement", "note", "is_denied"),
    [
        ("allow everybody", "Statement 1 is no statement: it is kept as it is.", False),
        ({"Principal": "*"}, "Statement 1 neither allows nor denies: it is kept.", False),
        (allow(None), "does not say in a known form whom it allows", True),
        (allow({"AWS": 5}), "does not say in a known form whom it allows", True),
        (allow({"AWS": [{"odd": 1}, SECOND]}), "does not say in a known form whom it allows", True),
        (allow([SECOND]), "does not say in a known form whom it allows", True),
    ],
)
def test_odd_statements_are_kept_and_noted(statement: Any, note: str, is_denied: bool) -> None:
    drafted = draft(statement)
    assert note in drafted.notes[0]
    assert statements_of(drafted) == ([statement, DENY] if is_denied else [statement])


def test_a_bare_principal_that_is_the_delegate_goes() -> None:
    assert draft(allow(DELEGATE)).change is PolicyChange.DELETED


def test_a_single_statement_and_a_document_as_json_are_read() -> None:
    document = json.dumps({"Statement": allow({"AWS": [DELEGATE, SECOND]})})
    (drafted,) = draft_revocation({"Partners": document}, IDENTITY, DELEGATE).policies
    assert drafted.document == {"Statement": [allow({"AWS": [SECOND]})]}


@pytest.mark.parametrize("unreadable", ["{", "[]", "null", {}, {"Statement": 5}, [], None, 7])
def test_a_policy_that_cannot_be_read_is_left_and_a_deny_is_drafted_beside_it(unreadable: Any) -> None:
    left, added = draft_revocation({"Partners": unreadable}, IDENTITY, DELEGATE).policies

    assert (left.change, left.document) == (PolicyChange.UNCHANGED, None)
    assert left.notes == ("It cannot be read as a policy: look whether it names the delegate.",)
    assert (added.name, added.change) == (f"Revoke{DELEGATE}", PolicyChange.ADDED)
    assert added.document == policy(DENY)
    assert "create-email-identity-policy" in added.command


def test_without_policies_a_deny_is_drafted() -> None:
    (added,) = draft_revocation({}, IDENTITY, DELEGATE).policies
    assert (added.change, added.document) == (PolicyChange.ADDED, policy(DENY))


def test_a_readable_policy_beside_an_unreadable_one_needs_no_deny() -> None:
    drafted = draft_revocation({"A": "{", "B": policy(allow({"AWS": DELEGATE}))}, IDENTITY, DELEGATE)
    assert [each.change for each in drafted.policies] == [PolicyChange.UNCHANGED, PolicyChange.DELETED]


def test_policies_come_by_name_with_their_commands_and_what_holds_for_all() -> None:
    drafted = draft_revocation(
        {"B": policy(allow({"AWS": DELEGATE})), "A": policy(allow({"AWS": [DELEGATE, SECOND]}))},
        IDENTITY,
        DELEGATE,
    )
    assert [each.name for each in drafted.policies] == ["A", "B"]
    assert len(drafted.commands) == 2
    assert drafted.notes == (
        "Nothing was changed: it is for the identity owner to run these commands.",
        "They are for example.com in us-east-1; its policies in other Regions are others.",
        "A domain above it, or an address below it that was verified too, has policies of its own.",
    )


def test_where_nothing_lets_the_delegate_send_this_is_said() -> None:
    drafted = draft_revocation({"A": policy(allow({"AWS": SECOND}))}, IDENTITY, DELEGATE)
    assert drafted.commands == ()
    assert drafted.notes == (f"Nothing is to be done: no policy that could be read lets {DELEGATE} send.",)


def test_a_policy_that_grows_too_long_is_reported() -> None:
    many = [f"arn:aws:iam::{SECOND}:user/mailer-{number:04}" for number in range(90)]
    drafted = draft(allow({"AWS": [*many, "*"]}))
    assert drafted.notes[-1].endswith("characters and SES takes 4,096: shorten it first.")


def test_other_partitions_keep_theirs() -> None:
    identity = "arn:aws-cn:ses:cn-north-1:111122223333:identity/example.com"
    (added,) = draft_revocation({}, identity, DELEGATE).policies
    assert statements_of(added)[0]["Principal"] == {"AWS": f"arn:aws-cn:iam::{DELEGATE}:root"}
    assert "--region cn-north-1" in added.command


@pytest.mark.parametrize(
    ("identity", "delegate"),
    [
        ("example.com", DELEGATE),
        ("arn:aws:sns:us-east-1:111122223333:topic", DELEGATE),
        (IDENTITY, "111122223333"),
        (IDENTITY, "44445555666"),
        (IDENTITY, "٤٤٤٤٥٥٥٥٦٦٦٦"),
    ],
)
def test_what_is_no_identity_or_no_other_account_is_refused(identity: str, delegate: str) -> None:
    with pytest.raises(ValueError, match="is not the"):
        draft_revocation({}, identity, delegate)


_PRINCIPALS = st.sampled_from(["*", DELEGATE, SECOND, ROOT, "AIDACKCEVSQ6C2EXAMPLE"])
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.booleans() | _PRINCIPALS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["AWS", "Service", "odd"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny", "allow", None])},
    optional={"Principal": _JSON, "NotPrincipal": _JSON, "Action": _JSON, "Condition": _JSON, "Sid": _JSON},
)


@given(
    st.dictionaries(
        st.sampled_from("ABC"),
        _JSON | st.fixed_dictionaries({"Statement": st.lists(_STATEMENTS | _JSON, max_size=3)}),
    )
)
def test_no_shape_crashes_and_a_second_draft_has_nothing_to_do(policies: dict[str, Any]) -> None:
    before = json.dumps(policies)
    first = draft_revocation(policies, IDENTITY, DELEGATE)
    assert json.dumps(policies) == before
    after = _applied(policies, first)
    second = draft_revocation(after, IDENTITY, DELEGATE)
    assert [
        each for each in second.policies if each.change not in {PolicyChange.UNCHANGED, PolicyChange.ADDED}
    ] == []
    assert _names_delegate_in_an_allow(after) is False


def _applied(policies: dict[str, Any], drafted: Revocation) -> dict[str, Any]:
    after = dict(policies)
    for each in drafted.policies:
        if each.change is PolicyChange.DELETED:
            del after[each.name]
        elif each.document is not None:
            after[each.name] = each.document
    return after


def _names_delegate_in_an_allow(policies: dict[str, Any]) -> bool:
    for document in policies.values():
        statements = document.get("Statement") if isinstance(document, dict) else None
        for statement in statements if isinstance(statements, list) else []:
            if isinstance(statement, dict) and statement.get("Effect") == "Allow":
                principal = statement.get("Principal")
                named = principal.get("AWS") if isinstance(principal, dict) else principal
                # A bare list is no principal that AWS knows: it is kept, and denied beside it.
                listed = named if isinstance(named, list) and named is not principal else [named]
                if DELEGATE in listed or ROOT in listed:
                    return True
    return False
